/// `sequence`: numbers of the publisher's sequence are missing.
///
/// Catches messages that a network, a broker's full queue or a bridge lost, where the publisher
/// numbers them, whatever the feed's cadence. Cannot see a loss in a feed whose payload names no
/// number (`payload: { sequence: … }`), one right before the publisher began anew, and, with a
/// modulus, one of more than a quarter of it.
///
/// Definition, per message: d = its number less the highest one, by `modulus` where that is given.
/// 1 < d ≤ 64 leaves d − 1 numbers missing; each may come for `reorderTimeout`, and is lost when it
/// has not, or when it lies more than 64 behind. A jump is believed when the next number follows
/// it: ahead by up to 10,000, without `modulus`, it is a loss, else the publisher began anew, which
/// is none. `suspect` where numbers are lost; unknown while some may still come, and until ten
/// messages without loss have followed one; else good. The timer needs no message. The observed
/// quantity is the number of lost messages in such a cluster, held against 0. 8 bytes of state, 224
/// more once a number came; about 5 ns.
///
/// Numbers of messages are judged once a message, by the feed of its first field, and not by each
/// of its fields; those of an array's readings by each feed. What was left out while our own
/// connection was down, and messages that came unreadable (`malformed`), are no loss.
///
/// The second lost message of a cluster confirms, also where one gap brings both.
///
/// Example: `sequence: { modulus: 256 }` for numbers of one byte.
///
/// Source: Sparkplug 3.0, reorder timeout; RFC 1982 (serial arithmetic); RFC 3550, A.1 (restart).
public struct SequenceCheck: Check {
    public static let definition = CheckDefinition(
        name: "sequence",
        concern: .data,
        rank: 2,
        quantity: .messages,
        parameters: [
            CheckParameter(
                name: "modulus",
                kind: .count(minimum: 4, maximum: 1 << 32),
                defaultText: nil,
                meaning: """
                    How many numbers there are before they begin anew at 0, such as 256. Without it \
                    they go on without end, and a counter that rolls over is a publisher that \
                    began anew: nothing is lost but the sight of a loss just there.
                    """,
            ),
            CheckParameter(
                name: "reorderTimeout",
                kind: .duration(minimum: .milliseconds(100), maximum: .seconds(3_600)),
                defaultText: "5s",
                meaning: """
                    How long a missing number may still come. 5 s, the time for which a minute \
                    stays open for late samples.
                    """,
            ),
        ],
        confirm: 2,
        guidance: Guidance(
            cause: "Network, broker or bridge loses messages: {value} of {feed} never came",
            consequence: "Short events are missed, and totals are too low",
            action: "Check network quality, queue limits of broker and bridges, and the QoS in use",
            timeToRespond: .seconds(3_600),
        ),
        summary: "messages that the publisher numbered and that never came",
    )

    public static let scope: CheckScope = [.sequences, .ticks]

    private struct State: Sendable {
        var tracker: SequenceTracker
        var recent = RecentFlags()
        /// Lost messages of the cluster.
        var lost: Int64 = 0
        /// No number of flags was asked for, so that two messages of one gap are enough.
        let confirmsBursts: Bool

        mutating func flag(_ count: Int64) -> Assessment {
            _ = recent.flag()
            lost += count
            let isBurst = confirmsBursts && lost > 1
            return Assessment(
                .suspect,
                observed: Double(lost),
                limit: 0,
                isBurst ? .confirm : [],
            )
        }

        mutating func pass() -> Assessment {
            let answer = recent.pass()
            if answer == .good { lost = 0 }
            return answer
        }
    }

    /// One. All feeds of a rule share it until a number comes, and most never have any.
    private var state: [State]

    public init?(parameters: CheckParameters, feed: CheckContext) {
        let tracker = SequenceTracker(
            modulus: Int64(parameters.count("modulus") ?? 0),
            timeout: parameters.duration("reorderTimeout") ?? .seconds(5),
        )
        state = [State(tracker: tracker, confirmsBursts: parameters.count("confirm") == nil)]
    }

    public mutating func observe(_ message: borrowing MessageObservation) -> Assessment {
        guard message.hasNumber else {
            if state[0].tracker.isStarted { state[0].tracker.noteUnreadable() }
            return .unknown
        }
        let step = state[0].tracker.take(
            message.number,
            mark: message.mark,
            at: message.receivedAt,
            followsOutage: message.followsOutage,
        )
        guard step.lost == 0 else { return state[0].flag(step.lost) }
        guard step.event == .next, !state[0].tracker.isWaiting else { return .unknown }
        return state[0].pass()
    }

    public mutating func tick(_ pulse: borrowing Pulse) -> Assessment {
        let lost = state[0].tracker.expire(at: pulse.now)
        return lost > 0 ? state[0].flag(lost) : .unknown
    }

    public func deadline(_ pulse: borrowing Pulse) -> ReceiveTime? {
        guard let deadline = state[0].tracker.deadline, pulse.isConnected else { return nil }
        // As long again after a time in which nothing could come.
        var back = pulse.quietSince
        if let pause = pulse.pause { back = max(back, pause.end) }
        return max(deadline, back.advanced(by: state[0].tracker.timeout))
    }

    public mutating func clockWasSet(events: Nanoseconds, arrivals: Nanoseconds) {
        if state[0].tracker.isWaiting { state[0].tracker.move(by: arrivals) }
    }
}
