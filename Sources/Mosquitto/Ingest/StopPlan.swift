internal import Monitoring

/// How the time of a stop is divided, so that all of it is over by the end: first what was read or
/// accepted is finished, then connections are closed.
struct StopPlan: Sendable, Equatable {
    /// The share of the close: time for a round trip to a broker far away, and no more than a
    /// quarter of the whole.
    private static let longestClose = Nanoseconds.milliseconds(500)

    /// What is not finished by then is given up.
    let drained: MonotonicTime
    /// The end, whatever the broker does.
    let closed: MonotonicTime

    init(at now: MonotonicTime, within length: Nanoseconds) {
        let close = min(Self.longestClose, Nanoseconds(length.count / 4))
        drained = now.after(Nanoseconds(length.count - close.count))
        closed = now.after(length)
    }

    /// How long each of the connections, closed one after the other, may wait for its broker.
    func patience(at now: MonotonicTime, connections: Int) -> Nanoseconds {
        let left = min(closed.since(now), Self.longestClose)
        return Nanoseconds(max(0, left.count) / Int64(max(1, connections)))
    }
}
