/// `range`: a value outside what the sensor can report or the process can reach.
///
/// Catches broken wires and short circuits that read full scale, wrong scaling, and values beyond
/// what the plant can do. Cannot see a wrong value that is plausible, and says nothing until limits
/// are given: a range that nobody set is a guess.
///
/// Definition, per sample: `fail` where `x < fail.low` or `x > fail.high`; else `suspect` where
/// `x < suspect.low` or `x > suspect.high`; else good. Ends are inclusive. No state, about 2 ns.
///
/// Example: `range: { fail: [0, 1400], suspect: [20, 1250] }` on a thermocouple in Cel.
///
/// Source: QARTOD, gross range test (test 4 of the IOOS temperature and salinity manual).
public struct RangeCheck: Check {
    public static let definition = CheckDefinition(
        name: "range",
        concern: .value,
        rank: 2,
        quantity: .value,
        parameters: [
            CheckParameter(
                name: "fail",
                kind: .interval,
                defaultText: nil,
                meaning: """
                    What the sensor can report at all, [low, high] in the feed's unit; null leaves \
                    an end open. No default, because only the sensor's data sheet knows it.
                    """,
            ),
            CheckParameter(
                name: "suspect",
                kind: .interval,
                defaultText: nil,
                meaning: """
                    What the process can reach, [low, high] in the feed's unit, within `fail`. No \
                    default, because only the plant knows it.
                    """,
            ),
        ],
        needsOneOf: ["fail", "suspect"],
        confirm: 2,
        guidance: Guidance(
            cause:
                "Sensor, wiring or scaling fault: {feed} reads {value}, beyond its limit {limit}",
            consequence: "Control and models run on a value that cannot be true",
            action: "Compare with a second instrument, check wiring and scaling of the input",
            timeToRespond: .seconds(1_800),
        ),
        summary: "a value outside what the sensor can report or the process can reach",
    )

    public static let scope: CheckScope = .samples

    private let fail: ClosedInterval
    private let suspect: ClosedInterval

    private struct ClosedInterval: Sendable {
        var low: Double
        var high: Double
    }

    public init?(parameters: CheckParameters, feed: CheckContext) {
        let fail = parameters.interval("fail")
        let suspect = parameters.interval("suspect")
        guard fail != nil || suspect != nil else { return nil }
        self.fail = ClosedInterval(low: fail?.low ?? -.infinity, high: fail?.high ?? .infinity)
        self.suspect = ClosedInterval(
            low: suspect?.low ?? -.infinity,
            high: suspect?.high ?? .infinity,
        )
    }

    public mutating func observe(_ observation: borrowing ObservationView) -> Assessment {
        let x = observation.value
        guard observation.kind == .number else { return .unknown }
        if x < fail.low { return Assessment(.fail, observed: x, limit: fail.low) }
        if x > fail.high { return Assessment(.fail, observed: x, limit: fail.high) }
        if x < suspect.low { return Assessment(.suspect, observed: x, limit: suspect.low) }
        if x > suspect.high { return Assessment(.suspect, observed: x, limit: suspect.high) }
        return .good
    }
}
