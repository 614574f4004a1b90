/// `unit`: the feed goes on in another unit.
///
/// Catches a device or gateway that after an update sends °F for °C, kPa for bar, mm for inch, or a
/// factor of ten, a hundred, a thousand, 10⁴ or 10⁶. Cannot see a change near the point where both
/// units agree (−40 in °C and °F), one within what the feed does by itself, nor one that is there
/// from the start.
///
/// Definition, per usable number in order: y is the median of the last three values, L the median of
/// the last 61 before, s the larger of the noise and 1.4826 × their median deviation. Where
/// |y − L| > 8 s and more than the feed's medians of five move by themselves (`meanShift`),
/// `suspect` where y lies as near 1.8·L + 32 or (L − 32) ÷ 1.8 as the spread allows, or, with
/// |L| > 20 s, where y ÷ L does to 10, 100, 1,000, 10⁴, 10⁶, 25.4, 6.895 or the inverse of one. Else
/// good; unknown before 61 values and 192 steps. The observed quantity is y, held against L. 4 bytes
/// of state, about 4 ns.
///
/// Ten in a row confirm. After four times as long as a lasting change needs, the new unit is taken
/// for the feed's.
///
/// Source: Assay's own; conversion factors of NIST SP 811, appendix B.
public struct UnitCheck: Check {
    public static let definition = CheckDefinition(
        name: "unit",
        concern: .format,
        rank: 2,
        quantity: .value,
        learnsUnless: [],
        confirm: 10,
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

    private static let factors: [Double] = [10, 100, 1_000, 10_000, 1_000_000, 25.4, 6.895]

    private var row: Int32 = 0

    public init?(parameters: CheckParameters, feed: CheckContext) {}

    public mutating func observe(_ observation: borrowing Observation) -> Assessment {
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
        guard (y - location).magnitude >= limit,
            Self.isConverted(y + origin, from: location + origin, spread)
        else {
            row = 0
            return .good
        }
        row += 1
        if row >= 4 * observation.relearnAfter {
            row = 0
            return Assessment(.good, [.acceptLevel, .forgetNeighbours, .endShift, .end])
        }
        // A value that moves passes a factor now and then, and many on a long way.
        return Assessment(
            .suspect,
            observed: y + origin,
            limit: location + origin,
            row < Int32(Self.definition.confirm) ? .withhold : [],
        )
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
