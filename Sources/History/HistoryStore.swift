public import Alarms
import GRDB
public import Monitoring

/// The database's one writer: feeds, rolling metrics, findings, alarms and the outbox, in one
/// SQLite file.
///
/// Each batch is one transaction. The store is used synchronously by the one task that owns the
/// engine, therefore it is no `Sendable`; readers open their own connection (`HistoryReader`). A
/// second store on the same file is refused.
///
/// Settings (store.md has the measurements): WAL, so that readers never wait; checkpoints at 500 pages,
/// when the engine has time (`checkpointIfDue`), so that no commit stalls; `auto_vacuum = INCREMENTAL`, so that retention can give
/// pages back; pages are not overwritten with zeros on deletion.
public final class HistoryStore {
    public private(set) var settings: StoreSettings
    /// Drawn when the database was created; part of every occurrence's id.
    public let epoch: String

    /// nil after `close`, like the connection.
    private var lock: InstanceLock?
    private var connection: Connection?
    let log = WriteAheadLog()
    private var counters: StoreCounters
    /// The `at` of the last commit, the former run's until this one commits; nil for a new
    /// database. The stored state accounts for everything until then.
    public private(set) var lastCommitAt: ReceiveTime?
    /// Until the first commit: findings that are open in the database are the former run's.
    private var followsFormerRun = true

    /// The connection with its prepared statements.
    struct Connection {
        let queue: DatabaseQueue
        let tables: StoreTables
    }

    /// Opens the database, creates it where it is missing, brings an older one up to date.
    ///
    /// `epoch` is asked once, for a new database. A database that is up to date is not written to,
    /// so a full disk does not keep a daemon from starting. Throws where the folder is missing, the file may not be written, is no
    /// database or not ours, was written by a newer version (it is left as it is), or is in use.
    /// Cost: some 5 ms, and 2–3 ms per MiB of write-ahead log that a crash left.
    public convenience init(
        settings: StoreSettings,
        now: ReceiveTime,
        epoch: () -> String,
    ) throws(HistoryError) {
        try self.init(settings: settings, now: now, epoch: epoch, nameOfCheck: { $0.name })
    }

    /// As above, for tests that bring their own checks.
    init(
        settings: StoreSettings,
        now: ReceiveTime,
        epoch: () -> String,
        nameOfCheck: @escaping (CheckID) -> String,
    ) throws(HistoryError) {
        let attempt = "open the database"
        let path = settings.path
        let lock = try InstanceLock(database: path, attempt: attempt)
        let queue = try StoreOpening.open(path, attempt: attempt)
        do {
            let opened = try queue.writeWithoutTransaction { [log] database in
                log.watch(database)
                return (
                    meta: try MetaTable.content(in: database, now: now, draw: epoch),
                    tables: try StoreTables(database, nameOfCheck: nameOfCheck),
                    counters: try StoreCounters(database),
                )
            }
            self.epoch = opened.meta.epoch
            lastCommitAt = opened.meta.lastCommitAt
            connection = Connection(queue: queue, tables: opened.tables)
            counters = opened.counters
        } catch {
            throw HistoryError(error, attempt: attempt, path: path)
        }
        self.settings = settings
        self.lock = .some(lock)
    }

    /// Writes what is in the log back into the file and closes it. Later calls throw `closed`.
    public func close() throws(HistoryError) {
        guard let queue = connection?.queue else { return }
        // The statements must be gone before the connection.
        connection = nil
        defer { lock = nil }
        do {
            try queue.close()
        } catch {
            throw HistoryError(error, attempt: "close the database", path: settings.path)
        }
    }

    /// Keeps things for so long from here on.
    public func adopt(_ retention: StoreSettings.Retention) { settings.retention = retention }

    // MARK: Writing

    /// Writes a batch, or a part of it, in one transaction; when it throws, nothing of it is stored, and the same
    /// batch may be given again (`HistoryError.canRetry`).
    ///
    /// The first one closes what a former run left open: such findings become `interrupted`, and
    /// end when that run last committed.
    ///
    /// A commit of a part writes that part of the batch only; feeds may not be forgotten in one
    /// that leaves rows. An empty batch costs nothing and says so. Cost: about 0.1 ms of work and one `fdatasync` at
    /// `full`; 10,000 roll-ups take about 60 ms of work and write 5 MB.
    public func commit(
        _ batch: CommitBatch,
        _ part: CommitBatch.Part = .everything,
        synchronous: Synchronous,
    ) throws(HistoryError) -> CommitOutcome {
        if batch.isEmpty {
            var outcome = CommitOutcome()
            if part == .everything { outcome.quarantineRefused = batch.quarantineRefused }
            return outcome
        }
        var lastError: HistoryError?
        for _ in 0..<Self.attempts {
            do throws(HistoryError) {
                return try write(batch, part, synchronous: synchronous)
            } catch {
                guard error.cause == .busy else { throw error }
                lastError = error
            }
        }
        throw lastError ?? closedError("commit a batch to")
    }

    /// Tries of a commit that finds the database locked, each after SQLite's own wait of
    /// `StoreOpening.busyTimeout`: 0.3 s in all, then the engine decides.
    private static let attempts = 3

    private func write(
        _ batch: CommitBatch,
        _ part: CommitBatch.Part,
        synchronous: Synchronous,
    ) throws(HistoryError) -> CommitOutcome {
        var draft = counters
        let outcome = try perform("commit a batch to") { database, tables in
            var outcome = CommitOutcome()
            try Self.set(synchronous, database)
            try database.inTransaction(.immediate) {
                if followsFormerRun, let lastCommitAt {
                    try FindingTable.interruptOpen(in: database, at: lastCommitAt)
                }
                outcome = try tables.write(batch, part, counting: &draft)
                return .commit
            }
            return outcome
        }
        counters = draft
        followsFormerRun = false
        lastCommitAt = batch.at
        // The batch is stored: were this to fail the commit, it would be given and counted again.
        // The log stays due.
        if log.isTooLong { try? checkpointIfDue() }
        return outcome
    }

    // MARK: Restoring

    /// The feeds that were known and not forgotten, in the order of their numbers.
    public func restoreFeeds() throws(HistoryError) -> [FeedDescription] {
        try perform("read the feeds of") { database, _ in try FeedTable.all(in: database) }
    }

    /// The alarms as they were last stored, in the order of their last transitions. Those of a feed
    /// that is unknown or forgotten are left out: nobody could say what they are about.
    public func restoreAlarms() throws(HistoryError) -> [AlarmRecord] {
        try perform("read the alarms of") { database, _ in try AlarmTable.all(in: database) }
    }

    /// The highest numbers in use, so that a restart goes on counting.
    public func lastSequences() throws(HistoryError) -> LastSequences {
        try perform("read the counters of") { database, _ in try LastSequences(database) }
    }

    /// The oldest messages that wait in the outbox, after the given id.
    public func pendingOutbox(
        after id: Int64 = 0,
        limit: Int,
    ) throws(HistoryError) -> [OutboxMessage] {
        try perform("read the outbox of") { _, tables in
            try tables.outbox.pending(after: id, limit: limit)
        }
    }

    /// How many undecodable messages the quarantine still takes, so that their bytes need not be
    /// copied in vain.
    public var quarantineRoom: Int { max(0, Limits.quarantineRows - counters.quarantineRows) }

    /// Messages of deliveries that wait in the outbox.
    public var outboxRows: Int { counters.outboxRows }

    // MARK: The connection

    /// Runs on the connection and names what was tried if it fails.
    func perform<Result>(
        _ attempt: String,
        _ body: (Database, StoreTables) throws -> Result,
    ) throws(HistoryError) -> Result {
        guard let connection else { throw closedError(attempt) }
        do {
            return try connection.queue.writeWithoutTransaction { database in
                try body(database, connection.tables)
            }
        } catch {
            throw HistoryError(error, attempt: attempt, path: settings.path)
        }
    }

    /// Must come before BEGIN: inside a transaction SQLite ignores it. Cost: 1.4 µs.
    static func set(_ synchronous: Synchronous, _ database: Database) throws {
        try database.execute(sql: "PRAGMA synchronous = \(synchronous.rawValue)")
    }

    /// Takes back rows that retention deleted.
    func didDelete(quarantineRows: Int) {
        counters.quarantineRows -= quarantineRows
    }

    private func closedError(_ attempt: String) -> HistoryError {
        HistoryError(attempt: attempt, path: settings.path, cause: .closed)
    }
}
