/// `quality`: the device itself says that its value is not good.
///
/// Catches what the device or its gateway knows: an open circuit, a lost field bus, a value held
/// over from before, a calibration in progress. Cannot see a device that says good of a wrong value,
/// and says nothing of one that states no quality.
///
/// Definition, per sample: `fail` where the device says bad, `suspect` where it says uncertain, good
/// where it says good, unknown where it says nothing. The observed quantity is the number of such
/// samples in a row, held against 0. 4 bytes of state, about 2 ns.
///
/// The second in a row confirms: gateways mark single values while they reconnect.
///
/// Source: OPC UA part 8 (StatusCode severity); Sparkplug 3.0, quality codes.
public struct QualityCheck: Check {
    public static let definition = CheckDefinition(
        name: "quality",
        concern: .value,
        rank: 6,
        quantity: .samples,
        confirm: 2,
        guidance: Guidance(
            cause: "The device reports a fault: {feed} sent {value} marked as not good",
            consequence: "The value may be held over or substituted",
            action: "Read the device's own diagnosis, check sensor and field bus",
            timeToRespond: .seconds(1_800),
        ),
        summary: "values that the device itself marks as bad or uncertain",
    )

    public static let scope: CheckScope = .samples

    private var row: Int32 = 0

    public init?(parameters: CheckParameters, feed: CheckContext) {}

    public mutating func observe(_ observation: borrowing ObservationView) -> Assessment {
        let verdict: Verdict
        switch observation.quality {
        case .unstated: return .unknown
        case .good:
            row = 0
            return .good
        case .uncertain: verdict = .suspect
        case .bad: verdict = .fail
        }
        if row < .max { row += 1 }
        return Assessment(verdict, observed: Double(row), limit: 0)
    }
}
