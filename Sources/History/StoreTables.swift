import Alarms
import GRDB
import Monitoring

/// The prepared statements of all tables, and the order in which a batch is written.
struct StoreTables {
    let meta: MetaTable
    let feed: FeedTable
    let rollup: RollupTable
    let message: MessageTable
    let finding: FindingTable
    let alarm: AlarmTable
    let journal: AlarmJournalTable
    let outbox: OutboxTable
    let quarantine: QuarantineTable

    init(_ database: Database, nameOfCheck: @escaping (CheckID) -> String) throws {
        meta = try MetaTable(database)
        feed = try FeedTable(database)
        rollup = try RollupTable(database)
        message = try MessageTable(database)
        finding = try FindingTable(database, nameOfCheck: nameOfCheck)
        alarm = try AlarmTable(database)
        journal = try AlarmJournalTable(database)
        outbox = try OutboxTable(database)
        quarantine = try QuarantineTable(database)
    }

    /// What the monitor reported. Feeds first: everything else refers to them.
    private func write(
        _ report: MonitorReport,
        _ part: CommitBatch.Part,
        at time: ReceiveTime,
    ) throws {
        for description in report.newFeeds { try feed.write(description) }
        if part == .everything {
            for description in report.changedFeeds { try feed.update(description) }
            for rollup in report.rollups { try self.rollup.add(rollup) }
            for counts in report.messageCounts { try message.add(counts) }
        }
        for id in report.forgottenFeeds { try feed.forget(id, at: time) }
        for event in report.findings { try finding.write(event) }
    }

    /// Everything in a batch: what the monitor reported, then what became of it.
    func write(
        _ batch: CommitBatch,
        _ part: CommitBatch.Part,
        counting counters: inout StoreCounters,
    ) throws -> CommitOutcome {
        var outcome = CommitOutcome()
        outcome.didWrite = true
        try meta.write(lastCommitAt: batch.at)
        try write(batch.report, part, at: batch.at)
        for transition in batch.transitions { try journal.write(transition) }
        for key in batch.alarmChanges.removedKeys { try alarm.remove(key) }
        for record in batch.alarmChanges.records { try alarm.write(record) }
        if part == .everything {
            let refused = try write(batch.quarantined, counting: &counters)
            outcome.quarantineRefused = refused + batch.quarantineRefused
        }
        outcome.quarantineRoom = max(0, Limits.quarantineRows - counters.quarantineRows)
        for id in batch.delivered { counters.outboxRows -= try outbox.remove(id) }
        for transition in batch.transitions {
            for message in batch.outbox(transition) {
                try outbox.write(message)
                counters.outboxRows += 1
            }
        }
        outcome.outboxDropped = max(0, counters.outboxRows - Limits.outboxRows)
        if outcome.outboxDropped > 0 {
            try outbox.removeOldest(outcome.outboxDropped)
            counters.outboxRows = Limits.outboxRows
        }
        return outcome
    }

    /// Returns how many were refused.
    private func write(
        _ messages: [QuarantinedMessage],
        counting counters: inout StoreCounters,
    ) throws -> Int {
        let room = max(0, Limits.quarantineRows - counters.quarantineRows)
        for message in messages.prefix(room) { try quarantine.write(message) }
        counters.quarantineRows += min(room, messages.count)
        return max(0, messages.count - room)
    }
}
