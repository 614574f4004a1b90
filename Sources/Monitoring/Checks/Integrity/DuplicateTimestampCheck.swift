/// `duplicateTimestamp`: two different samples claim the same instant.
///
/// Catches two devices that publish on one topic, a clock too coarse for the cadence, and a gateway
/// that stamps a burst with one time. Cannot see such samples where the device sends no time, nor
/// across more than 32 samples. The same payload at the same time is `duplicate`.
///
/// Definition, per judged sample with a source time: `suspect` where a sample among the last 32 has
/// the same source time and another payload; good otherwise, but unknown while fewer than ten
/// samples without conflict have followed. The observed quantity is the number of conflicts in the
/// cluster, held against 0. 8 bytes of state, about 2 ns.
///
/// The second confirms: a correction of one value, sent once, is legitimate.
///
/// Source: ioos_qc `argo.duplicate_timestamp_test`.
public struct DuplicateTimestampCheck: Check {
    public static let definition = CheckDefinition(
        name: "duplicateTimestamp",
        concern: .clock,
        rank: 5,
        quantity: .samples,
        confirm: 2,
        guidance: Guidance(
            cause:
                "Two publishers or a coarse clock: {feed} sent {value} second values for one instant",
            consequence: "Which of the values is true cannot be known",
            action: "Look for a second publisher of the topic, check the resolution of its time",
            timeToRespond: .seconds(14_400),
        ),
        summary: "different values for one instant",
    )

    public static let scope: CheckScope = .samples
    static let isForExceptions = true

    private var recent = RecentFlags()

    var isQuiet: Bool { recent.isQuiet }

    public init?(parameters: CheckParameters, feed: CheckContext) {}

    public mutating func observe(_ observation: borrowing ObservationView) -> Assessment {
        guard observation.sourceTime != nil else { return .unknown }
        guard observation.isConflicting else { return recent.pass() }
        return Assessment(.suspect, observed: Double(recent.flag()), limit: 0)
    }
}
