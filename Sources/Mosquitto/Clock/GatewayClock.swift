public import Monitoring

/// A reading of the gateway's monotonic clock: only differences mean anything.
public struct MonotonicTime: Hashable, Comparable, Sendable {
    /// Nanoseconds since some moment before the program's start; never goes back.
    public var nanoseconds: Int64

    public init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// Far in the future: a deadline that never comes.
    public static let never = MonotonicTime(nanoseconds: .max)

    public static func < (left: MonotonicTime, right: MonotonicTime) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    /// The moment `length` after this one.
    public func after(_ length: Nanoseconds) -> MonotonicTime {
        let (sum, overflow) = nanoseconds.addingReportingOverflow(length.count)
        return overflow ? .never : MonotonicTime(nanoseconds: sum)
    }

    /// The time from `earlier` to this moment.
    public func since(_ earlier: MonotonicTime) -> Nanoseconds {
        Nanoseconds(nanoseconds - earlier.nanoseconds)
    }
}

/// The two clocks of the gateway, handed in: nothing outside `Daemon` asks what time it is.
public struct GatewayClock: Sendable {
    /// The wall clock. May be set; the poll loop reads it once a cycle, and says so.
    public var wall: @Sendable () -> ReceiveTime
    /// For every duration and deadline. Goes on while the machine sleeps, so that time that passed is
    /// told from a wall clock that was set.
    public var monotonic: @Sendable () -> MonotonicTime

    public init(
        wall: @escaping @Sendable () -> ReceiveTime,
        monotonic: @escaping @Sendable () -> MonotonicTime,
    ) {
        self.wall = wall
        self.monotonic = monotonic
    }
}
