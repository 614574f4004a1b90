import GRDB
import Glibc

/// How the writer's connection comes to be: what is at the path is examined first, then SQLite
/// opens it, is set up and brought up to date.
enum StoreOpening {
    /// How long SQLite waits for a lock that somebody else holds, in seconds.
    static let busyTimeout = 0.1

    static func open(_ path: String, attempt: String) throws(HistoryError) -> DatabaseQueue {
        let file = try DatabaseFile.examine(path, attempt: attempt)
        switch file {
        case .missing, .empty: try DatabaseFile.create(path, attempt: attempt)
        case .somethingElse:
            throw HistoryError(attempt: attempt, path: path, cause: .notADatabase)
        case .database:
            try examineContent(path, attempt: attempt)
        }
        do {
            var configuration = Configuration()
            configuration.busyMode = .timeout(busyTimeout)
            // There are none, and checking them would cost each migration a full scan.
            configuration.foreignKeysEnabled = false
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            try queue.writeWithoutTransaction(setUp)
            try Migrations.run(queue)
            return queue
        } catch {
            throw HistoryError(error, attempt: attempt, path: path)
        }
    }

    /// `page_size` and `auto_vacuum` take effect on an empty file only, and before WAL writes its
    /// header. On an existing database they have no effect, but `auto_vacuum` would be written again
    /// at each opening, which a full disk refuses.
    private static func setUp(_ database: Database) throws {
        if try Int.fetchOne(database, sql: "PRAGMA auto_vacuum") != 2 {
            try database.execute(
                sql: "PRAGMA page_size = 4096; PRAGMA auto_vacuum = INCREMENTAL"
            )
        }
        try database.execute(
            sql: """
                PRAGMA journal_mode = WAL;
                PRAGMA secure_delete = OFF;
                PRAGMA cache_size = -4096;
                """
        )
        let mode = try String.fetchOne(database, sql: "PRAGMA journal_mode")
        let vacuum = try Int.fetchOne(database, sql: "PRAGMA auto_vacuum")
        guard mode == "wal", vacuum == 2 else {
            throw SQLiteFailure(
                code: ResultCode.SQLITE_IOERR.rawValue,
                message: "this file system or file does not allow a write-ahead log with "
                    + "incremental vacuum (journal_mode \(mode ?? "?"), auto_vacuum \(vacuum ?? -1))",
            )
        }
    }

    /// Refuses a database of another program or of a newer version, over a connection that cannot
    /// write: the header alone may be older than what a crash left in the log.
    private static func examineContent(
        _ path: String,
        attempt: String,
    ) throws(HistoryError) {
        do {
            let (queue, version) = try openForReading(path)
            try queue.close()
            guard version <= Migrations.version else {
                throw HistoryError(
                    attempt: attempt,
                    path: path,
                    cause: .newerVersion(found: version, known: Migrations.version),
                )
            }
        } catch {
            throw HistoryError(error, attempt: attempt, path: path)
        }
    }

    /// A connection that cannot write, to a database that is ours, and its schema's version.
    ///
    /// Reading a database in WAL mode needs `-shm`. While the daemon runs it is there; when it has
    /// stopped, a reader who may not write in the folder cannot make it. Then nobody writes, and the
    /// file is read as one that does not change.
    static func openForReading(_ path: String) throws -> (DatabaseQueue, version: Int) {
        do {
            return try openForReading(location: path)
        } catch let error as DatabaseError where isWithoutSharedMemory(error) && !hasLog(path) {
            return try openForReading(location: unchangingLocation(of: path))
        }
    }

    /// SQLite says the one or the other, by whether the folder or the file is what refuses.
    private static func isWithoutSharedMemory(_ error: DatabaseError) -> Bool {
        error.resultCode == .SQLITE_CANTOPEN || error.resultCode == .SQLITE_READONLY
    }

    private static func hasLog(_ path: String) -> Bool {
        // Safety: a plain system call on a string that lives for the call.
        unsafe access(path + "-wal", F_OK) == 0
    }

    /// The file as a URI (sqlite.org/uri.html) that promises that nobody writes to it.
    static func unchangingLocation(of path: String) -> String {
        let escaped = path.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "%"): "%25"
            case UInt8(ascii: "?"): "%3F"
            case UInt8(ascii: "#"): "%23"
            case 0x80...: "%" + String(byte, radix: 16, uppercase: true)
            default: String(UnicodeScalar(byte))
            }
        }
        return "file:" + escaped.joined() + "?immutable=1"
    }

    static func openForReading(location: String) throws -> (DatabaseQueue, version: Int) {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(busyTimeout)
        let queue = try DatabaseQueue(path: location, configuration: configuration)
        let version = try queue.read { database in
            let application = try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0
            let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
            let tables =
                try Int.fetchOne(
                    database,
                    sql: "SELECT count(*) FROM sqlite_master WHERE tbl_name NOT LIKE 'grdb%'"
                ) ?? 0
            // A creation that was interrupted before its first migration leaves no table of ours.
            let isUnborn = application == 0 && version == 0 && tables == 0
            guard application == Int(DatabaseFile.applicationID) || isUnborn else {
                throw ForeignDatabase()
            }
            return version
        }
        return (queue, version)
    }
}

/// The file is a SQLite database of another program.
struct ForeignDatabase: Error {}
