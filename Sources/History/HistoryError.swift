import GRDB

/// Why the database could not be opened, read or written: what was tried, on which file, why it
/// failed, whether trying again helps, and what a person should do.
///
/// Holds no value that a sensor sent and no row of a table.
public struct HistoryError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Cause: Sendable, Equatable {
        /// The folder that should hold the database does not exist, or is no folder.
        case folderMissing(String)
        /// The operating system refused: `EACCES`, `EPERM` or `EROFS` on a file or its folder.
        case notPermitted(reason: String)
        /// There is no database at the path.
        case missing
        /// Another daemon works on the same database; its process id where it could be read.
        case inUse(processID: Int32?)
        /// Written by a newer version of Assay.
        case newerVersion(found: Int, known: Int)
        /// Written by an older version of Assay, and this is a reader, which changes nothing.
        case olderVersion(found: Int, known: Int)
        /// The file's content is not SQLite's.
        case notADatabase
        /// A SQLite database of another program.
        case foreign
        /// The disk, the quota or the page limit is full.
        case full
        /// Somebody else holds a lock.
        case busy
        /// Its content contradicts itself.
        case corrupt
        case readOnly
        /// The disk or the operating system failed: SQLite's extended result code.
        case inputOutput(code: Int32, reason: String)
        /// The store was closed before.
        case closed
        /// SQLite refused something that we asked for wrongly: our fault.
        case program(code: Int32, reason: String)
    }

    /// What was tried, such as `commit a batch to`; the path follows.
    public var attempt: String
    public var path: String
    public var cause: Cause

    public init(attempt: String, path: String, cause: Cause) {
        self.attempt = attempt
        self.path = path
        self.cause = cause
    }

    /// Whether the same call may succeed later without anybody touching the file: a full disk is
    /// emptied, a lock is released, a device comes back.
    public var canRetry: Bool {
        switch cause {
        case .full, .busy, .inputOutput, .readOnly, .inUse: true
        case .folderMissing, .notPermitted, .missing, .newerVersion, .olderVersion, .notADatabase,
            .foreign, .corrupt, .closed, .program:
            false
        }
    }

    /// Why, as a clause that follows a colon.
    public var reason: String {
        switch cause {
        case .folderMissing(let folder): "the folder \(folder) does not exist"
        case .notPermitted(let reason): "the operating system refused (\(reason))"
        case .missing: "there is no such file"
        case .inUse(let id?): "another instance of Assay works on it (process \(id))"
        case .inUse(nil): "another instance of Assay works on it"
        case .newerVersion(let found, let known):
            "it was written by a newer version of Assay (schema \(found), this one knows \(known))"
        case .olderVersion(let found, let known):
            "it was written by an older version of Assay (schema \(found), this one reads \(known))"
        case .notADatabase: "the file is not a SQLite database"
        case .foreign: "the file is a SQLite database of another program"
        case .full: "the disk is full"
        case .busy: "another program holds a lock on it"
        case .corrupt: "its content is damaged"
        case .readOnly: "it cannot be written, only read"
        case .inputOutput(let code, let reason): "the disk failed (SQLite \(code): \(reason))"
        case .closed: "it was closed before"
        case .program(let code, let reason): "SQLite refused (\(code): \(reason))"
        }
    }

    /// What a person should do: a sentence.
    public var advice: String {
        switch cause {
        case .folderMissing: "Create it, owned by the user that runs Assay, or set store.path."
        case .notPermitted, .readOnly:
            "Give the user that runs Assay write access to the file and its folder, on a file "
                + "system that is not mounted read-only."
        case .missing: "Check store.path; the daemon creates the database when it starts."
        case .inUse: "Stop the other one, or give each its own store.path."
        case .newerVersion:
            "Install that version again, or set store.path to another file; this one was not "
                + "touched."
        case .olderVersion: "Start the daemon of this version once; it brings the file up to date."
        case .notADatabase, .foreign:
            "Set store.path to another file, or move this one away; it was not touched."
        case .full:
            "Free space; no restart is needed for that. Or lower store.retention.maxBytes and start "
                + "the daemon again."
        case .busy: "Close other programs that write to it; reading is always possible."
        case .corrupt: "Keep the file for examination and start with a new one."
        case .inputOutput: "Look at the system's log and at the health of the disk."
        case .closed: "This is a fault of Assay; please report it."
        case .program: "This is a fault of Assay; please report it with this line."
        }
    }

    public var description: String { "Could not \(attempt) \(path): \(reason). \(advice)" }
}

extension HistoryError {
    /// What SQLite, GRDB or the code below said, as an error of this module.
    init(_ error: any Error, attempt: String, path: String) {
        switch error {
        case let error as HistoryError:
            self = error
        case let error as SQLiteFailure:
            self.init(attempt: attempt, path: path, cause: Cause(error))
        case let error as DatabaseError:
            self.init(attempt: attempt, path: path, cause: Cause(SQLiteFailure(error)))
        case is ForeignDatabase:
            self.init(attempt: attempt, path: path, cause: .foreign)
        case is DecodingError:
            // A JSON column that we wrote cannot be read.
            self.init(attempt: attempt, path: path, cause: .corrupt)
        default:
            self.init(
                attempt: attempt,
                path: path,
                cause: .program(code: 0, reason: String(describing: error)),
            )
        }
    }
}

extension HistoryError.Cause {
    /// The meaning of SQLite's result codes for a person (sqlite.org/rescode.html).
    init(_ failure: SQLiteFailure) {
        switch ResultCode(rawValue: failure.primaryCode) {
        case .SQLITE_FULL: self = .full
        case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_PROTOCOL: self = .busy
        case .SQLITE_CORRUPT: self = .corrupt
        case .SQLITE_NOTADB: self = .notADatabase
        case .SQLITE_READONLY: self = .readOnly
        case .SQLITE_PERM, .SQLITE_AUTH: self = .notPermitted(reason: failure.message)
        case .SQLITE_IOERR, .SQLITE_CANTOPEN, .SQLITE_NOMEM, .SQLITE_NOLFS:
            self = .inputOutput(code: failure.code, reason: failure.message)
        default: self = .program(code: failure.code, reason: failure.message)
        }
    }
}
