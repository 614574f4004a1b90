public import Alarms
public import Monitoring

/// Everything that one batch of messages brought about: written in one transaction, or not at all.
///
/// Kept by the engine and emptied after each commit, so a steady stream allocates nothing.
public struct CommitBatch: Sendable {
    /// The engine's time at the end of the batch.
    public var at: ReceiveTime
    /// Feeds, findings, roll-ups and message counts; its `undecodable` and `conditions` are not
    /// written, they have become `quarantined` and `transitions`.
    public var report: MonitorReport
    public var quarantined: [QuarantinedMessage]
    /// Undecodable messages for which the quarantine has no room: only their number.
    public var quarantineRefused = 0
    public var transitions: [AlarmTransition]
    /// The alarms whose stored state changed, and those that are gone; filled by `add`.
    public private(set) var alarmChanges: AlarmBook.Changes
    /// What the deliveries have to send of a transition. Asked within the transaction, row by row: the
    /// messages of a flood of alarms are in the database, and never all in memory. Kept by `removeAll`.
    public var outbox: @Sendable (AlarmTransition) -> [OutboxMessage]
    /// Ids of messages in the outbox that their deliveries have confirmed.
    public var delivered: [Int64]
    /// Rows of the report that `gatherRevisions` has seen, and where those of late samples are, by
    /// the key of their minute.
    private var gatheredRows = 0
    private var revisions: [Int64: Int] = [:]

    public init() {
        at = ReceiveTime(nanoseconds: 0)
        report = MonitorReport()
        quarantined = []
        transitions = []
        alarmChanges = AlarmBook.Changes()
        outbox = { _ in [] }
        delivered = []
    }

    /// How much of a batch a commit writes.
    public enum Part: Sendable {
        case everything
        /// What an alarm's message must be able to rely on: its finding, its transition, its feed.
        /// What nobody waits for stays in the batch: the rows of minutes, learned periods, payloads
        /// that could not be read. At a minute's end of 10,000 feeds those are some 100 ms of work.
        case alarms
    }

    /// Rows that a commit of `alarms` leaves.
    public var deferrableCount: Int {
        report.changedFeeds.count + report.rollups.count + report.messageCounts.count
            + quarantined.count
    }

    /// Whether there is nothing to write. What was refused is told by the outcome of a commit, also
    /// of an empty one.
    public var isEmpty: Bool {
        report.newFeeds.isEmpty && report.changedFeeds.isEmpty && report.forgottenFeeds.isEmpty
            && report.findings.isEmpty && report.rollups.isEmpty
            && report.messageCounts.isEmpty && quarantined.isEmpty && transitions.isEmpty
            && alarmChanges.records.isEmpty && alarmChanges.removedKeys.isEmpty
            && delivered.isEmpty
    }

    /// Entries in all lists: what the batch costs in memory while it waits for a store that fails.
    public var count: Int {
        report.newFeeds.count + report.changedFeeds.count + report.forgottenFeeds.count
            + report.findings.count + report.provenFeeds.count + report.rollups.count
            + report.messageCounts.count + report.undecodable.count + report.conditions.count
            + quarantined.count + transitions.count + alarmChanges.records.count
            + alarmChanges.removedKeys.count
            + delivered.count
    }

    /// Rows that wait one by one before late samples are added up.
    public static let rowsBeforeGathering = 4_096

    /// Adds up what late samples change in closed minutes where many rows wait: one row a feed and
    /// minute, not one a sample, or a device that is late for an hour would fill the batch while the
    /// store fails. To be called when rows were added to the report; costs a look at each of them.
    ///
    /// Not before, because sums that are added in another order differ in their last bit of a
    /// hundred, and a replay gives the very rows of the live run.
    public mutating func gatherRevisions(beyond limit: Int = rowsBeforeGathering) {
        let rows = report.rollups.count
        guard rows > limit else { return }
        var kept = gatheredRows
        for index in gatheredRows..<rows {
            let row = report.rollups[index]
            if row.isOfLateSamples {
                let key = RollupStep.minute.key(row.minute, row.feed)
                if let place = revisions[key], report.rollups[place].origin == row.origin {
                    report.rollups[place].add(row)
                    continue
                }
                revisions[key] = kept
            }
            if kept < index { report.rollups[kept] = row }
            kept += 1
        }
        report.rollups.removeLast(rows - kept)
        gatheredRows = kept
    }

    /// Takes what `AlarmBook.takeChanges` gave, later than what the batch holds already.
    ///
    /// A transaction deletes before it writes, because a feed that is forgotten and comes back in
    /// the same batch has an alarm of the same key; so a record that became void goes here.
    public mutating func add(_ changes: AlarmBook.Changes) {
        if !changes.removedKeys.isEmpty, !alarmChanges.records.isEmpty {
            let gone = Set(changes.removedKeys)
            alarmChanges.records.removeAll { gone.contains($0.key) }
        }
        alarmChanges.removedKeys.append(contentsOf: changes.removedKeys)
        alarmChanges.records.append(contentsOf: changes.records)
    }

    /// Takes out what was committed and keeps its memory.
    public mutating func remove(_ part: Part) {
        switch part {
        case .everything:
            report.removeAll()
            gatheredRows = 0
            if !revisions.isEmpty { revisions = [:] }
            quarantined.removeAll(keepingRoomFor: MonitorReport.keptRoom)
            quarantineRefused = 0
        case .alarms: report.removeAllButRows()
        }
        transitions.removeAll(keepingRoomFor: MonitorReport.keptRoom)
        alarmChanges.records.removeAll(keepingRoomFor: MonitorReport.keptRoom)
        alarmChanges.removedKeys.removeAll(keepingRoomFor: MonitorReport.keptRoom)
        delivered.removeAll(keepingRoomFor: MonitorReport.keptRoom)
    }
}

/// What a commit did.
public struct CommitOutcome: Sendable, Equatable {
    /// False where the batch was empty: then no transaction was made.
    public var didWrite = false
    /// Undecodable messages that were not kept because the quarantine is full.
    public var quarantineRefused = 0
    /// How many it still takes; nil where nothing was written.
    public var quarantineRoom: Int?
    /// Waiting messages that were dropped, oldest first, because the outbox is full.
    public var outboxDropped = 0

    public init() {}
}

/// How far a commit reaches the disk before it returns.
public enum Synchronous: Int64, Sendable {
    /// Survives a crash of the process; a power cut may take the last commits, never part of one.
    case normal = 1
    /// Survives a power cut: one `fdatasync` more.
    case full = 2
}
