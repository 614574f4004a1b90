/// `latency`: samples come late.
///
/// Catches an overloaded gateway or radio link, a device that stores and forwards, and a clock that
/// is slow. Cannot tell a slow clock from a slow network, and says nothing of devices that send no
/// time. What our own lost broker connection delayed is not the feed's: after it the check waits
/// until a sample is in time again, at most 60 s.
///
/// Definition, per sample with a trusted source time, duplicates and future ones excepted, `delay` =
/// receive time − source time: `fail` where delay > `fail`, else `suspect` where delay > `limit`,
/// else good. The observed quantity is the delay in seconds. 9 bytes of state, about 3 ns.
///
/// The third sample in a row confirms: one packet that was sent again is no trend.
///
/// Example: `latency: { limit: 2s, fail: 30s }` where a controller needs fresh values.
///
/// Source: QARTOD test 1 (timing/gap); ioos_qc `data_reception_test`.
public struct LatencyCheck: Check {
    public static let definition = CheckDefinition(
        name: "latency",
        concern: .clock,
        rank: 2,
        quantity: .seconds,
        parameters: [
            CheckParameter(
                name: "limit",
                kind: .duration,
                defaultText: "5s",
                meaning: """
                    How old a sample may be when it arrives. 5 s, the time for which a minute stays \
                    open by default: what comes later revises stored rows.
                    """,
            ),
            CheckParameter(
                name: "fail",
                kind: .duration,
                defaultText: nil,
                meaning: """
                    From which age a sample is of no use. No default, because only the user of the \
                    data knows it.
                    """,
            ),
        ],
        confirm: 3,
        guidance: Guidance(
            cause: "Slow network, device or clock: samples of {feed} come {value} late",
            consequence: "Those who act on it see the plant as it was more than {limit} ago",
            action:
                "Check the network and gateway between device and broker, and the device's clock",
            timeToRespond: .seconds(3_600),
        ),
        summary: "samples that are old when they arrive",
    )

    public static let scope: CheckScope = .arrivals

    /// How long a broker may need to hand over what it kept while we were away.
    private static let catchUp = Nanoseconds.seconds(60)

    private let limit: Nanoseconds
    private let fail: Nanoseconds
    private var backAt = ReceiveTime(nanoseconds: 0)
    private var isCatchingUp = false

    public init?(parameters: CheckParameters, feed: CheckContext) {
        limit = parameters.duration("limit") ?? .seconds(5)
        fail = parameters.duration("fail") ?? Nanoseconds(.max)
    }

    public mutating func observe(_ observation: borrowing Observation) -> Assessment {
        if observation.followsOutage, !isCatchingUp {
            backAt = observation.receivedAt
            isCatchingUp = true
        }
        guard let source = observation.sourceTime, observation.isClockTrusted else {
            return .unknown
        }
        switch observation.arrival {
        case .duplicate, .future: return .unknown
        case .inOrder, .outOfOrder, .late, .tooLate: break
        }
        let delay = Nanoseconds(from: source.nanoseconds, to: observation.receivedAt.nanoseconds)
        guard delay > limit || delay > fail else {
            isCatchingUp = false
            return .good
        }
        if isWaiting(at: observation.receivedAt) { return .unknown }
        return delay > fail
            ? Assessment(.fail, observed: delay.seconds, limit: fail.seconds)
            : Assessment(.suspect, observed: delay.seconds, limit: limit.seconds)
    }

    public mutating func clockWasSet(events: Nanoseconds, arrivals: Nanoseconds) {
        backAt.move(by: arrivals)
    }

    private mutating func isWaiting(at now: ReceiveTime) -> Bool {
        guard isCatchingUp else { return false }
        isCatchingUp = Nanoseconds(from: backAt.nanoseconds, to: now.nanoseconds) < Self.catchUp
        return isCatchingUp
    }
}
