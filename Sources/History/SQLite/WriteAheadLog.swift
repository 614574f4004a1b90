import GRDB
import GRDBSQLite

/// Watches how long the write-ahead log of a connection is.
///
/// SQLite would write a long log back into the file at the end of the commit that made it long, with
/// two `fdatasync` and several milliseconds: the commit of an alarm as likely as any. So its own
/// checkpoints are off, and the store does them when the alarms are out (`checkpointIfDue`).
final class WriteAheadLog {
    /// Pages from which the log is written back: store.md measures 250 to 1,000 as equally good.
    static let longest: Int32 = 500

    /// Pages in the log after the last commit.
    private var pages: Int32 = 0

    /// Pages from which a commit does not wait for the engine: a replay never has a moment in which
    /// nobody waits, and what follows a standstill is committed in many parts.
    static let tooLong: Int32 = 4 * longest

    var isLong: Bool { pages >= Self.longest }
    var isTooLong: Bool { pages >= Self.tooLong }

    /// Replaces SQLite's own checkpoints. The connection must not outlive this object.
    func watch(_ database: Database) {
        // Safety: SQLite calls this during a commit on the same connection, thus while the store,
        // which owns both, is using it; the object lives as long as the connection.
        unsafe sqlite3_wal_hook(
            database.sqliteConnection,
            { context, _, _, pages in
                // Safety: the context is the object that was given below.
                if let context = unsafe context {
                    unsafe Unmanaged<WriteAheadLog>.fromOpaque(context).takeUnretainedValue()
                        .pages = pages
                }
                return SQLITE_OK
            },
            Unmanaged.passUnretained(self).toOpaque(),
        )
    }

    /// Writes the log back as far as readers allow; what they hold is left for the next time.
    /// Where that fails it stays due.
    ///
    /// - Parameter kind: `truncate` also gives the log's room back to the file system, if no reader
    ///   uses it.
    func checkpoint(
        _ database: Database,
        _ kind: Database.CheckpointMode = .passive,
    ) throws {
        do {
            try database.checkpoint(kind)
        } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {}
        pages = 0
    }
}

extension HistoryStore {
    /// Writes the write-ahead log back into the file where it has grown to 2 MB. To be called often,
    /// at moments when nobody waits for a commit. Cost: nothing, or some milliseconds.
    public func checkpointIfDue() throws(HistoryError) {
        guard log.isLong else { return }
        try perform("write the log back into") { [log] database, _ in
            try log.checkpoint(database)
        }
    }

    /// Writes the log back however short it is, and gives its room back to the file system where no
    /// reader uses it: when commits fail because the disk is full. Cost: some milliseconds, and 0.1 s
    /// where a reader holds a snapshot.
    public func cutLog() throws(HistoryError) {
        try perform("write the log back into") { [log] database, _ in
            try log.checkpoint(database, .truncate)
        }
    }
}
