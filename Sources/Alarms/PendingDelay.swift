public import Monitoring

/// An on-delay or off-delay under way; which one it is, the alarm's phase says.
public struct PendingDelay: Sendable, Equatable {
    /// How much of it was left at `since`; at or below zero it is due.
    public var remaining: Nanoseconds
    public var since: ReceiveTime
    /// False while the condition cannot be judged: an on-delay stands still then.
    public var isRunning: Bool

    public init(remaining: Nanoseconds, since: ReceiveTime, isRunning: Bool = true) {
        self.remaining = remaining
        self.since = since
        self.isRunning = isRunning
    }

    /// When it elapses; nil while it stands still.
    public var deadline: ReceiveTime? {
        isRunning
            ? ReceiveTime(nanoseconds: Elapsed.add(remaining, to: since.nanoseconds)) : nil
    }

    /// What is left at a later time.
    public func remaining(at time: ReceiveTime) -> Nanoseconds {
        guard isRunning else { return remaining }
        let left = Elapsed.from(time, to: deadline ?? time)
        return max(Nanoseconds(0), min(left, max(remaining, Nanoseconds(0))))
    }

    mutating func pause(at time: ReceiveTime) {
        remaining = remaining(at: time)
        since = time
        isRunning = false
    }
}
