import History
import Monitoring
import Mosquitto
import Settings

/// When a commit is due, and of how much (durability.md): an alarm's transition is committed at
/// once; everything after an interval, sooner when half of what the broker may send without
/// acknowledgement is waiting for one.
struct CommitPolicy: Sendable {
    private(set) var interval: Nanoseconds
    let acknowledgementsAtMost: Int
    /// Monotonic: a wall clock that is set back would hold every acknowledgement until it has
    /// caught up.
    private var waitingSince: MonotonicTime?

    /// Rows of minutes that an alarm waits for at most, some 0.4 ms; more are left for the next
    /// commit, which is due within the interval all the same.
    private static let rowsWithAlarm = 64

    init(interval: Nanoseconds, acknowledgementsAtMost: Int) {
        self.interval = interval
        self.acknowledgementsAtMost = acknowledgementsAtMost
    }

    init(configuration: Configuration) {
        let isAcknowledged = configuration.brokers.contains { $0.qualityOfService > 0 }
        let limit = configuration.brokers.map { Int($0.receiveMaximum) }.min() ?? 20
        self.init(
            interval: configuration.store.commitInterval
                ?? (isAcknowledged ? .milliseconds(100) : .milliseconds(200)),
            acknowledgementsAtMost: max(limit / 2, 1),
        )
    }

    /// Goes by another configuration; what waits, waits since it did.
    mutating func adopt(_ configuration: Configuration) {
        interval = CommitPolicy(configuration: configuration).interval
    }

    /// What is to be committed now; nil: nothing yet.
    mutating func due(_ pipeline: Pipeline, now: MonotonicTime) -> CommitBatch.Part? {
        due(pipeline.commit, unacknowledged: pipeline.unacknowledgedCount, now: now)
    }

    mutating func due(
        _ batch: CommitBatch,
        unacknowledged: Int,
        now: MonotonicTime,
    ) -> CommitBatch.Part? {
        guard unacknowledged > 0 || !batch.isEmpty else {
            waitingSince = nil
            return nil
        }
        if unacknowledged >= acknowledgementsAtMost { return .everything }
        let since = waitingSince ?? now
        waitingSince = since
        if now.since(since) >= interval { return .everything }
        guard !batch.transitions.isEmpty else { return nil }
        // A feed is forgotten after its rows.
        let isShort = batch.deferrableCount <= Self.rowsWithAlarm
        return isShort || !batch.report.forgottenFeeds.isEmpty ? .everything : .alarms
    }

    mutating func didCommit() { waitingSince = nil }
}
