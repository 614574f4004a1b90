internal import Monitoring

/// How long to wait before the next attempt: full jitter, so that a fleet of gateways does not meet
/// a restarted broker all at once. The ceiling doubles from 0.5 s to 30 s; the wait is drawn evenly
/// below it.
struct Backoff: Sendable {
    private static let first = Nanoseconds.milliseconds(500)
    private static let longest = Nanoseconds.seconds(30)

    /// Attempts that failed since the last connection that lasted.
    private(set) var failures = 0

    /// The wait before the next attempt. `chance` is an even draw from all 64-bit numbers.
    mutating func next(chance: UInt64) -> Nanoseconds {
        let doublings = min(failures, 6)
        failures += 1
        let ceiling = min(Self.first.count << Int64(doublings), Self.longest.count)
        return Nanoseconds(Int64(chance % UInt64(ceiling)))
    }

    mutating func reset() {
        failures = 0
    }
}
