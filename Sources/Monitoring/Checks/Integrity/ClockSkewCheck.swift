/// `clockSkew`: the device's clock is not the gateway's.
///
/// Catches a clock that runs ahead, one that is off by a time zone or by daylight saving, and one
/// that was set to another day. Cannot tell a clock that is slow by less than `revisionHorizon` from
/// a slow network: both are `latency`. Needs a gateway whose own clock is right.
///
/// Definition, per sample with a source time, `offset` = source time − receive time, positive ahead:
/// `fail` where offset > `maxAhead`, or where the feed's clock is no longer trusted (20 samples in a
/// row or 30 s astray) and offset < −`revisionHorizon`; `suspect` where offset > `future`; good
/// where the clock is trusted; else unknown, as an untrusted clock that comes back is not yet good.
/// The observed quantity is the offset in seconds, signed. No state beyond the settings, about 3 ns.
///
/// The second sample confirms: a single stray time is a glitch of the device, and is counted.
///
/// Example: a controller on local time in Stockholm in summer: offset +7,200 s, `fail`.
///
/// Source: RFC 5905 (NTP), the clock offset, here from one direction only: the delay stays in it.
public struct ClockSkewCheck: Check {
    public static let definition = CheckDefinition(
        name: "clockSkew",
        concern: .clock,
        rank: 1,
        quantity: .seconds,
        parameters: [
            CheckParameter(
                name: "future",
                kind: .duration(minimum: .milliseconds(10), maximum: .days(1)),
                defaultText: "2s",
                meaning: """
                    How far a source time may lie ahead of the gateway's clock. 2 s, because \
                    clocks kept by NTP agree to well under 1 s and whole-second stamps may round up.
                    """,
            )
        ],
        confirm: 2,
        guidance: Guidance(
            cause: "Device clock wrong: {feed} is {value}, limit {limit}",
            consequence: "Its samples stand at the wrong time, or at the time of their arrival",
            action: "Check the device's time server and time zone, and the gateway's own clock",
            timeToRespond: .seconds(14_400),
        ),
        summary: "source times ahead of the gateway's clock, or far from it",
    )

    public static let scope: CheckScope = .arrivals

    static let contextRead: CheckContext.Part = .timing

    private let future: Nanoseconds
    private let maxAhead: Nanoseconds
    private let revisionHorizon: Nanoseconds

    public init?(parameters: CheckParameters, feed: CheckContext) {
        future = parameters.duration("future") ?? .seconds(2)
        maxAhead = feed.timing.maxAhead
        revisionHorizon = feed.timing.revisionHorizon
    }

    public mutating func observe(_ observation: borrowing ObservationView) -> Assessment {
        guard let source = observation.sourceTime else { return .unknown }
        let offset = Nanoseconds(
            from: observation.receivedAt.nanoseconds,
            to: source.nanoseconds,
        )
        if offset > maxAhead {
            return Assessment(.fail, observed: offset.seconds, limit: maxAhead.seconds)
        }
        if !observation.isClockTrusted, offset.seconds < -revisionHorizon.seconds {
            return Assessment(.fail, observed: offset.seconds, limit: -revisionHorizon.seconds)
        }
        if offset > future {
            return Assessment(.suspect, observed: offset.seconds, limit: future.seconds)
        }
        return observation.isClockTrusted ? .good : .unknown
    }
}
