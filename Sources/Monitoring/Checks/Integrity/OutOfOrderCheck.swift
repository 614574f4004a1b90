/// `outOfOrder`: samples arrive in another order than they were taken.
///
/// Catches two publishers on one topic, a device that sends its backlog among its live values, and
/// clocks that are set back. Cannot see a wrong order where the device sends no time. Samples behind
/// `revisionHorizon` are the business of `latency`.
///
/// Definition, per judged sample with a source time: `suspect` where it lies behind the newest one by
/// more than `tolerance`; good otherwise, but unknown while fewer than ten samples in order have
/// followed a flagged one. The observed quantity is how far behind, in seconds. 8 bytes of state,
/// about 3 ns.
///
/// The second sample confirms: one swapped pair is the network's right.
///
/// Source: Argo and Great Expectations "values to be increasing".
public struct OutOfOrderCheck: Check {
    public static let definition = CheckDefinition(
        name: "outOfOrder",
        concern: .clock,
        rank: 3,
        quantity: .seconds,
        parameters: [
            CheckParameter(
                name: "tolerance",
                kind: .duration(minimum: Nanoseconds(0), maximum: .days(1)),
                defaultText: "0s",
                meaning: """
                    How far behind the newest sample one may lie without being flagged. 0 s, because \
                    MQTT keeps the order of one publisher.
                    """,
            )
        ],
        confirm: 2,
        guidance: Guidance(
            cause:
                "Two publishers, a backlog or a clock set back: {feed} sent a sample {value} behind",
            consequence: "Whoever takes the last arrival for the newest value reads an old one",
            action: "Look for a second publisher of the topic, check the device's buffer and clock",
            timeToRespond: .seconds(14_400),
        ),
        summary: "samples that arrive behind newer ones",
    )

    public static let scope: CheckScope = .samples
    static let isForExceptions = true

    private let tolerance: Nanoseconds
    private var recent = RecentFlags()

    var isQuiet: Bool { recent.isQuiet }

    public init?(parameters: CheckParameters, feed: CheckContext) {
        tolerance = parameters.duration("tolerance") ?? .seconds(0)
    }

    public mutating func observe(_ observation: borrowing ObservationView) -> Assessment {
        guard observation.sourceTime != nil, let newest = observation.newest else {
            return .unknown
        }
        let behind = Nanoseconds(from: observation.at.nanoseconds, to: newest.nanoseconds)
        guard behind > tolerance, behind.count > 0 else { return recent.pass() }
        _ = recent.flag()
        return Assessment(.suspect, observed: behind.seconds, limit: tolerance.seconds)
    }
}
