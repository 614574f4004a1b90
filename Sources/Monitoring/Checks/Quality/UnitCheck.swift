/// `unit`: the feed goes on in another unit.
///
/// Catches a device or gateway that after an update sends °F for °C, kPa for bar, mm for inch, or a
/// factor of ten, a hundred, a thousand, 10⁴ or 10⁶. Cannot see a change near the point where both
/// units agree (−40 in °C and °F), one within what the feed does by itself, nor, where the payload
/// does not name its unit, one that is there from the start.
///
/// Definition, per usable number in order. Where the payload names its unit: `fail` where that is
/// known to be another than the one that the configuration declares for the feed (`unit:`, in any
/// spelling), or where it is not the first one that the feed named. Else, by the values: y is the
/// median of the last three values, L the median of the last 61 before, s the larger of the noise
/// and 1.4826 × their median deviation, and φ the correlation of neighbours. y is *away* where |y
/// − L| > 8 s and more than the feed's medians of five move by themselves (`meanShift`), and not
/// within three deviations of the baseline's mean: a feed that was away for a while is not in
/// another unit when it comes back. `suspect` where y lies within 3 s·√(1 + 1/40) of L once it is
/// converted back from 1.8·L + 32, from (L − 32) ÷ 1.8 or, with |L| > 20 s, from 10, 100, 1,000,
/// 10⁴, 10⁶, 25.4 or 6.895 times L or an inverse of it, and so does, within 3 s·√((1 + (r − 1)·φ)
/// ÷ r + 1/40), the mean of the r such y since the feed is away, at most of the last ten or so:
/// what the mean of r values and the median of 61 differ by. Both may be off by 0.2 % more, for
/// what a conversion rounds, and by no more than a tenth. Else good. Unknown before 61 values and
/// 192 steps. The observed quantity is y, held against L. 24 bytes of state.
///
/// Ten in a row confirm, of a named unit the first. After four times as many samples as a lasting
/// change needs, the new unit is taken for the feed's, unless another was declared.
///
/// Source: Assay's own; conversion factors of NIST SP 811, appendix B.
public struct UnitCheck: Check {
    public static let definition = CheckDefinition(
        name: "unit",
        concern: .format,
        rank: 2,
        quantity: .value,
        learnsUnless: [],
        confirm: Int32(usualConfirm),
        guidance: Guidance(
            cause: "Another unit or scaling: {feed} reads {value} where it read {limit}",
            consequence: "Control, limits and totals are wrong by the factor between the units",
            action: "Check the unit and scaling set in the device and gateway, and recent updates",
            timeToRespond: .seconds(1_800),
        ),
        summary: "values that go on in another unit or scaling",
    )

    static let scope: CheckScope = .ordered
    static let gate = CheckGate.isInTerms

    /// Deviations around the baseline's mean within which a value is in the feed's own terms.
    private static let ownReach = 3.0
    private static let usualConfirm: Int32 = 10
    /// Deviations by which what is converted back may miss the level.
    private static let reach = 3.0

    /// Flagged samples of the open finding.
    private var row: Int32 = 0
    /// The unit that the feed named first; 0: none yet.
    private var named: UInt16 = 0
    private var stay = StayAway()
    private let isConfirmGiven: Bool

    public init?(parameters: CheckParameters, feed: CheckContext) {
        isConfirmGiven = parameters.count("confirm") != nil
    }

    public mutating func observe(_ observation: borrowing ObservationView) -> Assessment {
        let name = observation.unit
        if name != named, name != 0 {
            if named != 0 || name >= Sample.otherUnit { return judgeName(observation) }
            named = name
        }
        guard observation.profile.isEntered, observation.profile.isCrowded,
            observation.profile.isLearned, observation.profile.stepLimit.isFinite
        else {
            row = 0
            stay = StayAway()
            return .unknown
        }
        return judgeValue(observation)
    }

    private mutating func judgeValue(_ observation: borrowing ObservationView) -> Assessment {
        let origin = observation.profile.origin
        let x = observation.profile.value
        let y =
            observation.profile.row >= 2
            ? Self.middle(x, observation.profile.old, observation.profile.older) : x
        let location = observation.profile.location
        let spread = max(observation.profile.spread, observation.profile.noise)
        let limit = max(8 * spread, observation.profile.stepLimit)
        let isUsual =
            (y - observation.profile.mean).magnitude <= Self.ownReach
            * observation.profile.deviation
        guard (y - location).magnitude >= limit, !isUsual else {
            stay = StayAway()
            return refute(observation)
        }
        let level = location + origin
        let reach = Self.reach * spread * StayAway.reach(of: 1, correlation: 0)
        let known = UnitConversion.all.filter { conversion in
            (conversion.isShifted || level.magnitude > 20 * spread)
                && conversion.explains(y + origin, from: level, within: reach)
        }
        guard !known.isEmpty else { return refute(observation) }
        stay.add(y)
        let reachOfMean = Self.reach * spread * stay.reach(observation.profile.correlation)
        let mean = stay.mean + origin
        guard known.contains(where: { $0.explains(mean, from: level, within: reachOfMean) })
        else { return refute(observation) }
        row += 1
        if row >= 4 * observation.relearnAfter { return accept() }
        return Assessment(.suspect, observed: y + origin, limit: location + origin)
    }

    /// The message says itself that its unit is another one.
    private mutating func judgeName(_ observation: borrowing ObservationView) -> Assessment {
        let isDeclared = observation.unit >= Sample.otherUnit
        if row < .max { row += 1 }
        if !isDeclared, row >= 4 * observation.relearnAfter {
            named = observation.unit
            return accept()
        }
        let isEntered = observation.profile.isEntered
        let limit =
            isEntered
            ? observation.profile.location + observation.profile.origin : observation.value
        var request: BaselineRequest = isDeclared ? .breaksDeclaration : []
        if !isConfirmGiven { request.insert(.confirm) }
        return Assessment(.fail, observed: observation.value, limit: limit, request)
    }

    /// Not at each good answer: a finding that comes and goes would keep the profile frozen.
    private mutating func refute(_ observation: borrowing ObservationView) -> Assessment {
        guard !observation.marks.isOpen(.unit), row > 0 else { return .good }
        // It is over, and what was beside the feed before it is long ago.
        let wasTold = row >= Self.usualConfirm
        row = 0
        return Assessment(.good, wasTold ? .forgetNeighbours : [])
    }

    private mutating func accept() -> Assessment {
        row = 0
        stay = StayAway()
        return Assessment(.good, [.acceptLevel, .forgetNeighbours, .endShift, .end])
    }

    private static func middle(_ a: Double, _ b: Double, _ c: Double) -> Double {
        max(min(a, b), min(max(a, b), c))
    }
}

/// Values of a feed since it left its level that look converted: their mean says more than each.
///
/// Shape: 9 bytes.
private struct StayAway: Sendable {
    /// Beyond this the newest count more: a unit changes at once, and a ramp passes many levels.
    private static let memory: UInt8 = 10
    /// Variance of the median of 61 values, where theirs is 1.
    private static let level = 1.0 / 40

    private(set) var mean = 0.0
    private var count: UInt8 = 0

    mutating func add(_ y: Double) {
        count = min(count + 1, Self.memory)
        mean += (y - mean) / Double(count)
    }

    func reach(_ correlation: Double) -> Double {
        Self.reach(of: Double(count), correlation: correlation)
    }

    /// What the mean of so many values and the median of 61 differ by, in deviations of a value.
    static func reach(of count: Double, correlation phi: Double) -> Double {
        ((1 + (count - 1) * phi) / count + level).squareRoot()
    }
}
