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
/// and 1.4826 × their median deviation. Where |y − L| > 8 s and more than the feed's medians of
/// five move by themselves (`meanShift`), `suspect` where y lies as near 1.8·L + 32 or (L − 32) ÷
/// 1.8 as the spread allows, or, with |L| > 20 s, where y ÷ L does to 10, 100, 1,000, 10⁴, 10⁶,
/// 25.4, 6.895 or the inverse of one. Else good, and so within
/// three deviations of the baseline's mean: a feed that was away for a while is not in another unit
/// when it comes back. Unknown before 61 values and 192 steps. The observed quantity is y, held
/// against L. 8 bytes of state.
///
/// Ten confirm, less twice those in between that fit no unit: a value that moves passes one now and then,
/// and many on a long way. Of a named unit the first confirms. After four times as many samples as a
/// lasting change needs, the new unit is taken for the feed's, unless another was declared.
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

    private static let usualConfirm: UInt8 = 10
    private static let factors: [Double] = [10, 100, 1_000, 10_000, 1_000_000, 25.4, 6.895]

    /// Deviations around the baseline's mean within which a value is in the feed's own terms.
    private static let ownReach = 3.0

    /// Flagged samples of the open finding.
    private var row: Int32 = 0
    /// The unit that the feed named first; 0: none yet.
    private var named: UInt16 = 0
    /// Samples that fit a unit, less twice those far off that fit none: at most `usualConfirm`.
    private var fitting: UInt8 = 0
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
            return .unknown
        }
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
        let isAway = (y - location).magnitude >= limit && !isUsual
        guard isAway, Self.isConverted(y + origin, from: location + origin, spread) else {
            // Not at each good answer: a finding that comes and goes would keep the profile frozen.
            fitting = isAway && fitting > 2 ? fitting - 2 : 0
            guard !observation.marks.isOpen(.unit), row > 0 else { return .good }
            // It is over, and what was beside the feed before it is long ago.
            let wasTold = row >= Int32(Self.usualConfirm)
            row = 0
            return Assessment(.good, wasTold ? .forgetNeighbours : [])
        }
        row += 1
        fitting = min(fitting + 1, Self.usualConfirm)
        if row >= 4 * observation.relearnAfter { return accept() }
        return Assessment(.suspect, observed: y + origin, limit: location + origin, request)
    }

    /// For an answer by the values, where nobody said how many confirm.
    private var request: BaselineRequest {
        guard !isConfirmGiven else { return [] }
        return fitting >= Self.usualConfirm ? .confirm : .withhold
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

    private mutating func accept() -> Assessment {
        row = 0
        fitting = 0
        return Assessment(.good, [.acceptLevel, .forgetNeighbours, .endShift, .end])
    }

    private static func middle(_ a: Double, _ b: Double, _ c: Double) -> Double {
        max(min(a, b), min(max(a, b), c))
    }

    private static func isConverted(_ y: Double, from level: Double, _ spread: Double) -> Bool {
        for (scale, converted) in [(1.8, 1.8 * level + 32), (1 / 1.8, (level - 32) / 1.8)] {
            let distance = (converted - level).magnitude
            let tolerance = min(4 * scale * spread, 0.25 * distance) + 0.002 * distance
            if (y - converted).magnitude <= tolerance { return true }
        }
        guard level.magnitude > 20 * spread else { return false }
        let ratio = y / level
        let tolerance = min(4 * spread / level.magnitude, 0.1) + 0.002
        for factor in factors {
            if (ratio / factor - 1).magnitude <= tolerance { return true }
            if (ratio * factor - 1).magnitude <= tolerance { return true }
        }
        return false
    }
}
