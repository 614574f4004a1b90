import History
import Monitoring
import Mosquitto
import Settings

/// When a commit is due (durability.md): an alarm's transition ends the batch and is committed at
/// once; otherwise after an interval, sooner when half of what the broker may send without
/// acknowledgement is waiting for one.
struct CommitPolicy: Sendable {
    let interval: Nanoseconds
    let acknowledgementsAtMost: Int
    /// Monotonic: a wall clock that is set back would hold every acknowledgement until it has
    /// caught up.
    private var waitingSince: MonotonicTime?

    init(configuration: Configuration) {
        let isAcknowledged = configuration.brokers.contains { $0.qualityOfService > 0 }
        interval =
            configuration.store.commitInterval
            ?? (isAcknowledged ? .milliseconds(100) : .milliseconds(200))
        let limit = configuration.brokers.map { Int($0.receiveMaximum) }.min() ?? 20
        acknowledgementsAtMost = max(limit / 2, 1)
    }

    mutating func isDue(_ pipeline: Pipeline, now: MonotonicTime) -> Bool {
        if !pipeline.commit.transitions.isEmpty { return true }
        guard pipeline.unacknowledgedCount > 0 || !pipeline.commit.isEmpty else {
            waitingSince = nil
            return false
        }
        if pipeline.unacknowledgedCount >= acknowledgementsAtMost { return true }
        guard let since = waitingSince else {
            waitingSince = now
            return false
        }
        return now.since(since) >= interval
    }

    mutating func didCommit() { waitingSince = nil }
}
