/// The gateway's wall clock was set: by its time service after the boot, by a person, or by a
/// daemon that found it wrong.
///
/// It travels as a record among the messages, so that a recording replays exactly. What is timed
/// by the gateway's clock moves with it: every count of time goes on as if nothing had happened.
public struct ClockStep: Hashable, Sendable {
    /// What the clock would have shown at that moment had nobody set it.
    public var from: ReceiveTime
    /// What it was set to.
    public var to: ReceiveTime

    public init(from: ReceiveTime, to: ReceiveTime) {
        self.from = from
        self.to = to
    }

    /// How far it was set: negative where it was set back.
    public var length: Nanoseconds {
        Nanoseconds(from: from.nanoseconds, to: to.nanoseconds)
    }
}

extension ReceiveTime {
    /// The same moment on a clock that was set by so much.
    mutating func move(by length: Nanoseconds) {
        nanoseconds.addSaturating(length)
    }
}

extension EventTime {
    /// The same moment on a clock that was set by so much.
    mutating func move(by length: Nanoseconds) {
        nanoseconds.addSaturating(length)
    }
}

extension Int64 {
    /// Stops at the ends of time, 1677 and 2262.
    mutating func addSaturating(_ length: Nanoseconds) {
        let (sum, overflow) = addingReportingOverflow(length.count)
        self = overflow ? (length.count < 0 ? .min : .max) : sum
    }
}
