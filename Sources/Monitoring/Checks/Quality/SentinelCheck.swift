/// `sentinel`: a number that stands for no value.
///
/// Catches −999, 9999, 65535, 0 and their like, which devices and their gateways send for an open
/// circuit, a lost bus or a value not yet there. Cannot see a sentinel inside the range of what the
/// feed does, nor one that is not in the list (then `outlier` or `meanShift` speak).
///
/// Definition, per usable number in order: `fail` where x is `value`; where x is in the list of usual
/// sentinels, further from all that the feed did than six times the larger of its noise and 1.4826 ×
/// the median deviation of the last 61 values, and further from the value before than that, and than
/// the value before lies beyond: a feed that leaves its range by itself may pass any number; where it
/// is in the list, at −99 or below, and the feed never was negative; and where |x| ≥ 10³⁰. Else good.
/// Unknown while the baseline is learned, for the first 128 values; below zero from the eighth value
/// on. The list: 0, ±1, 255, 850, −200, −273.15, ±999 and
/// their kin, ±10⁶ and the ends of 16 and 32 bits. A sentinel is not shown to checks with learned
/// limits. The observed quantity is x, held against the end of what the feed did. 4 bytes of state.
///
/// What comes for as long as a lasting change (120 samples and five minutes) becomes a value of the
/// feed, unless the feed never was negative. The first confirms.
///
/// Source: Assay's own; the NE 107 signal *failure* is what devices should send instead.
public struct SentinelCheck: Check {
    public static let definition = CheckDefinition(
        name: "sentinel",
        concern: .value,
        rank: 1,
        quantity: .value,
        parameters: [
            CheckParameter(
                name: "value",
                kind: .number(
                    minimum: -.greatestFiniteMagnitude,
                    maximum: .greatestFiniteMagnitude,
                ),
                defaultText: nil,
                meaning: """
                    A number that this device sends for no value, wherever the feed is, in its unit. \
                    No default: the usual ones are known, and flagged where they stand out.
                    """,
                absence: "the usual ones",
            )
        ],
        learnsUnless: ["value"],
        guidance: Guidance(
            cause: "Sensor or bus fault: {feed} sent {value}, which stands for no value",
            consequence: "Whoever takes it for a measurement acts on a number without meaning",
            action: "Check the sensor's connection and the diagnosis of its device or gateway",
            timeToRespond: .seconds(1_800),
        ),
        summary: "numbers that stand for no value, such as -999",
    )

    static let scope: CheckScope = .ordered
    static let gate = CheckGate.isValue

    private static let usual: [Double] = [
        -2_147_483_648, -1_000_000, -99_999, -32_768, -9_999, -999.9, -999.25, -999, -273.15, -200,
        -99, -1, 0, 255, 850, 999, 999.9, 9_999, 9_999.9, 32_767, 65_535, 99_999, 1_000_000,
        2_147_483_647, 4_294_967_295,
    ]

    private static let farBelow = -99.0

    private let value: Double
    private var row: Int32 = 0

    public init?(parameters: CheckParameters, feed: CheckContext) {
        value = parameters.number("value") ?? .nan
    }

    public mutating func observe(_ observation: borrowing ObservationView) -> Assessment {
        guard observation.kind == .number else { return .unknown }
        let x = observation.value
        if x == value { return Assessment(.fail, observed: x, limit: value) }
        if x.magnitude >= FeedProfile.largest {
            return Assessment(.fail, observed: x, limit: FeedProfile.largest)
        }
        if isForeign(observation) {
            let low = observation.profile.origin + observation.profile.low
            return Assessment(.fail, observed: x, limit: low)
        }
        guard observation.profile.isLearned else { return .unknown }
        let far = 6 * max(observation.profile.noise, observation.profile.spread)
        let low = observation.profile.low - far
        let high = observation.profile.high + far
        let offset = observation.profile.value
        // A feed that leaves its range may pass any number; a sentinel comes out of nowhere.
        let old = observation.profile.old
        let isSudden = (offset - old).magnitude > max(far, low - old, old - high)
        guard offset < low || offset > high, isSudden, Self.isUsual(x) else {
            row = 0
            return .good
        }
        row += 1
        let isHabit = row >= observation.relearnAfter
        if isHabit { row = 0 }
        let limit = observation.profile.origin + (offset < low ? low : high)
        return Assessment(.fail, observed: x, limit: limit, isHabit ? .acceptValue : [])
    }

    /// Far below zero on a feed that never was. It is no habit however long it lasts: a wire that is
    /// open for an hour is not mended by that.
    private func isForeign(_ observation: borrowing ObservationView) -> Bool {
        let x = observation.value
        guard x <= Self.farBelow, observation.profile.isBegun else { return false }
        return observation.profile.origin + observation.profile.low > x / 100 && Self.isUsual(x)
    }

    private static func isUsual(_ x: Double) -> Bool {
        var low = 0
        var high = usual.count
        while low < high {
            let middle = (low + high) / 2
            if usual[middle] < x { low = middle + 1 } else { high = middle }
        }
        return low < usual.count && usual[low] == x
    }
}
