/// `duplicate`: the same sample comes twice.
///
/// Catches a broker bridge that loops, a device that repeats its last message, two gateways that
/// both forward one sensor, and a publisher that sends again what was delivered. Cannot see a
/// repeat that brings a new time or sequence number, nor one more than 32 samples later.
///
/// Definition, per sample: `suspect` where the same source time (or sequence number) and the same
/// payload were seen among the last 32; good otherwise, but unknown while fewer than ten other
/// samples have followed. Unknown right after a lost broker connection, when the protocol itself
/// sends again. The observed quantity is the number of duplicates in the cluster, held against 0. 8
/// bytes of state, about 2 ns.
///
/// The third confirms: one QoS 1 redelivery is within the protocol, and so is a second. On a feed
/// that has had none among its last 1,000 samples the first does: what never happens there by
/// itself has a cause, and one in five such faults is of one or two samples only.
///
/// Source: MQTT 5.0, 4.3.2 (QoS 1: at least once delivery).
public struct DuplicateCheck: Check {
    public static let definition = CheckDefinition(
        name: "duplicate",
        concern: .clock,
        rank: 4,
        quantity: .samples,
        confirm: 3,
        guidance: Guidance(
            cause: "Redelivery, a bridge loop or two publishers: {feed} sent {value} twice",
            consequence: "Counts and sums of whoever does not remove them are too high",
            action:
                "Check bridges and redundant gateways for the topic, and the device's resending",
            timeToRespond: .seconds(14_400),
        ),
        summary: "samples that come twice",
    )

    public static let scope: CheckScope = .arrivals
    static let isForExceptions = true

    /// Samples without a duplicate after which one is news.
    private static let calmness: UInt16 = 1_000

    private var recent = RecentFlags()
    private let isConfirmGiven: Bool
    /// Samples since the last duplicate, up to `calmness`.
    private var calm: UInt16 = 0

    var isQuiet: Bool { recent.isQuiet && calm == Self.calmness }

    public init?(parameters: CheckParameters, feed: CheckContext) {
        isConfirmGiven = parameters.count("confirm") != nil
    }

    public mutating func observe(_ observation: borrowing ObservationView) -> Assessment {
        guard observation.arrival == .duplicate else {
            if calm < Self.calmness { calm += 1 }
            return recent.pass()
        }
        guard !observation.followsOutage else { return .unknown }
        let isNews = calm == Self.calmness && !isConfirmGiven
        calm = 0
        let count = Double(recent.flag())
        return Assessment(.suspect, observed: count, limit: 0, isNews ? .confirm : [])
    }
}
