/// `latency`: samples come late.
///
/// Catches an overloaded gateway or radio link, a device that stores and forwards, and a clock that
/// is slow. Cannot tell a slow clock from a slow network, and says nothing of devices that send no
/// time. What our own lost broker connection delayed is not the feed's: after it the check waits
/// until a sample is in time again, at most 60 s.
///
/// Definition, per sample with a trusted source time, duplicates and future ones excepted, `delay` =
/// receive time − source time: `fail` where delay > `fail`, else `suspect` where delay > `limit`,
/// else good. A delay beyond `revisionHorizon` may be a clock that is behind: the check waits for
/// 40 samples or 60 s, twice what the feed's clock needs to lose trust, and leaves a clock that is
/// no longer trusted to `clockSkew`. The observed quantity is the delay in seconds. 18 bytes of
/// state, about 3 ns.
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
                kind: .duration(minimum: .milliseconds(1), maximum: .days(30)),
                defaultText: "5s",
                meaning: """
                    How old a sample may be when it arrives. 5 s, the time for which a minute stays \
                    open by default: what comes later revises stored rows.
                    """,
            ),
            CheckParameter(
                name: "fail",
                kind: .duration(minimum: .milliseconds(1), maximum: .days(30)),
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

    static let contextRead: CheckContext.Part = .timing

    /// How long a broker may need to hand over what it kept while we were away.
    private static let catchUp = Nanoseconds.seconds(60)

    /// How long a delay beyond the horizon may be the clock's: twice the samples and the time after
    /// which a feed's clock that is off by a constant is no longer trusted.
    private static let strayLimit: UInt8 = 40
    private static let strayTime = Nanoseconds.seconds(60)

    private let limit: Nanoseconds
    private let fail: Nanoseconds
    private let revisionHorizon: Nanoseconds
    private var backAt = ReceiveTime(nanoseconds: 0)
    private var strayedAt = ReceiveTime(nanoseconds: 0)
    private var isCatchingUp = false
    /// Samples in a row beyond the horizon.
    private var strays: UInt8 = 0

    public init?(parameters: CheckParameters, feed: CheckContext) {
        limit = parameters.duration("limit") ?? .seconds(5)
        fail = parameters.duration("fail") ?? Nanoseconds(.max)
        revisionHorizon = feed.timing.revisionHorizon
    }

    public mutating func observe(_ observation: borrowing ObservationView) -> Assessment {
        if observation.followsOutage, !isCatchingUp {
            backAt = observation.receivedAt
            isCatchingUp = true
        }
        guard let source = observation.sourceTime, observation.isClockTrusted else {
            strays = 0
            return .unknown
        }
        switch observation.arrival {
        case .duplicate, .future: return .unknown
        case .inOrder, .outOfOrder, .late, .tooLate: break
        }
        let delay = Nanoseconds(from: source.nanoseconds, to: observation.receivedAt.nanoseconds)
        guard delay > limit || delay > fail else {
            isCatchingUp = false
            strays = 0
            return .good
        }
        let mayBeClock = mayBeClock(delay, at: observation.receivedAt)
        if isWaiting(at: observation.receivedAt) || mayBeClock { return .unknown }
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

    private mutating func mayBeClock(_ delay: Nanoseconds, at now: ReceiveTime) -> Bool {
        guard delay > revisionHorizon else {
            strays = 0
            return false
        }
        if strays == 0 { strayedAt = now }
        if strays < .max { strays += 1 }
        let since = Nanoseconds(from: strayedAt.nanoseconds, to: now.nanoseconds)
        return strays < Self.strayLimit && since < Self.strayTime
    }
}
