/// `silence`: nothing comes any more.
///
/// Catches a dead sensor, a cut cable, a publisher that stopped, and a declared feed that never
/// spoke. Cannot see a feed that goes on sending an old value (`flatLine`), nor, before the cadence
/// is learned or a period declared, a discovered feed that spoke once.
///
/// Definition, by the clock: `fail` where the silence has reached the limit and the broker connection
/// is up. The silence is all the time since the last message in which one could have come: not that
/// of lost connections, standstills of the daemon and messages held back. After a reconnect a feed has
/// a whole limit again, at most `Limits.reconnectGrace`, because publishers too must come back; after
/// a standstill as long again as that was, and some seconds. So our own absence makes nobody silent,
/// and however often it comes, it hides no sensor whose limit is longer. Any message is good and ends
/// it, also one that cannot be read: then something came, and `malformed` speaks. The alarm clears one
/// off-delay after that message (`offDelay`), where nothing else of the concern is found. The limit is
///
/// 1. `after`, where given: exactly that;
/// 2. for a declared feed that never spoke, and without memory of an earlier run: 3.5 × the declared
///    period, at least 60 s, because devices take a minute to start after a power cut;
/// 3. else the larger of 3.5 × the declared period and the learned limit (`ArrivalCadence`), at least
///    2 s, because a busy network or gateway is no dead sensor; a feed whose messages carry several
///    samples each has a period far shorter than its silences;
/// 4. else none: the check waits until a cadence is learned.
///
/// The learned limit rests on the last 20 intervals between messages, from the 8th on: 3.5 × their
/// median or 1.5 × the longest, whichever is more; 10 × and 3 × where they are irregular (the 90th
/// percentile more than twice the median).
///
/// The observed quantity is the silence in seconds, also of the time before a lost connection or a
/// restart of the daemon. No state beyond the settings, 17 bytes; nothing per sample.
///
/// Example: `silence: { after: 15min }` on a feed that reports on change.
///
/// Source: Sparkplug 3.0, STALE; the learned limit is Assay's own.
public struct SilenceCheck: Check {
    public static let definition = CheckDefinition(
        name: "silence",
        concern: .data,
        rank: 0,
        quantity: .seconds,
        parameters: [
            CheckParameter(
                name: "after",
                kind: .duration(minimum: .milliseconds(100), maximum: .days(365)),
                defaultText: nil,
                meaning: """
                    How long nothing may come. Without it 3.5 declared periods, or a limit learned \
                    from the last 20 intervals, at least 2 s; 60 s for a feed that never spoke.
                    """,
                exceedsPeriod: true,
                absence: "learned",
            )
        ],
        confirm: 1,
        hold: .seconds(0),
        guidance: Guidance(
            cause:
                "Sensor, power or network down: {feed} has sent nothing for {value}, limit {limit}",
            consequence: "Its value is unknown; whoever shows the last one shows the past",
            action: "Check power and network of the device, then the publisher and its log",
            timeToRespond: .seconds(900),
        ),
        summary: "a feed that stopped, or never spoke",
    )

    public static let scope: CheckScope = [.ticks, .messages]
    static let isForExceptions = true

    static let contextRead: CheckContext.Part = [.period, .isDeclared]

    private static let leastLimit = Nanoseconds.seconds(2)
    private static let startUp = Nanoseconds.seconds(60)

    /// 0 where none is given.
    private let after: Nanoseconds
    /// What the declared period allows; 0 without one.
    private let agreed: Nanoseconds
    private let isDeclared: Bool

    public init?(parameters: CheckParameters, feed: CheckContext) {
        after = parameters.duration("after") ?? Nanoseconds(0)
        let limit = feed.period.map { max($0.scaled(by: 3.5), Self.leastLimit) }
        agreed = limit ?? Nanoseconds(0)
        isDeclared = feed.isDeclared
    }

    public mutating func observe(_ message: borrowing MessageObservation) -> Assessment { .good }

    public mutating func tick(_ pulse: borrowing Pulse) -> Assessment {
        guard pulse.isConnected, let limit = limit(pulse), end(of: limit, pulse) <= pulse.now
        else { return .unknown }
        return Assessment(.fail, observed: pulse.silence.seconds, limit: limit.seconds)
    }

    public func deadline(_ pulse: borrowing Pulse) -> ReceiveTime? {
        guard pulse.isConnected, let limit = limit(pulse) else { return nil }
        return end(of: limit, pulse)
    }

    /// When the limit is reached, and everybody has had time to come back.
    private func end(of limit: Nanoseconds, _ pulse: borrowing Pulse) -> ReceiveTime {
        let rest = Nanoseconds(from: pulse.silence.count, to: limit.count)
        let grace = min(limit, Limits.reconnectGrace)
        let end = max(pulse.now.advanced(by: rest), pulse.quietSince.advanced(by: grace))
        guard let pause = pulse.pause else { return end }
        return max(end, pause.end.advanced(by: min(limit, pause.catchUp)))
    }

    private func limit(_ pulse: borrowing Pulse) -> Nanoseconds? {
        if after.count > 0 { return after }
        let agreed = agreed.count > 0 ? agreed : nil
        if !pulse.isSeen, pulse.learnedLimit == nil {
            return isDeclared ? max(agreed ?? Self.startUp, Self.startUp) : nil
        }
        let learned = pulse.learnedLimit.map { max($0, Self.leastLimit) }
        guard let agreed, let learned else { return agreed ?? learned }
        return max(agreed, learned)
    }
}
