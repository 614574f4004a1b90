import GRDB
import GRDBSQLite

/// A prepared statement that is bound, run and reset, again and again.
///
/// GRDB prepares and owns it; values are bound through SQLite's C interface, which costs about as
/// much as plain C, where `StatementArguments` and records cost up to 2.5 times as much. Used only
/// inside a block of the connection that prepared it.
///
/// A value that SQLite refuses to bind (too large, no memory) is remembered, and `run` or `step`
/// throws it: binding sites stay free of `try`.
@safe final class SQLStatement {
    private let statement: Statement
    // Safety: `statement` finalizes the handle when it goes, and this object keeps it alive.
    private let handle: OpaquePointer
    private var bindingCode: Int32 = SQLITE_OK

    init(_ sql: String, in database: Database) throws {
        statement = try database.makeStatement(sql: sql)
        unsafe handle = unsafe statement.sqliteStatement
    }

    /// Takes the statement from the connection's cache: for one that is made anew in each call, and
    /// of which no other use is under way.
    init(cached sql: String, in database: Database) throws {
        statement = try database.cachedStatement(sql: sql)
        unsafe handle = unsafe statement.sqliteStatement
    }

    // MARK: Binding, by the number of the `?`, from 1

    func bind(_ value: Int64, at index: Int32) {
        note(unsafe sqlite3_bind_int64(handle, index, value))
    }

    func bind(_ value: Int64?, at index: Int32) {
        guard let value else { return bindNull(at: index) }
        bind(value, at: index)
    }

    func bind(_ value: Int32, at index: Int32) {
        bind(Int64(value), at: index)
    }

    func bind(_ value: Bool, at index: Int32) {
        bind(value ? Int64(1) : 0, at: index)
    }

    func bind(_ value: Bool?, at index: Int32) {
        guard let value else { return bindNull(at: index) }
        bind(value, at: index)
    }

    /// NaN becomes NULL, as SQLite has no NaN.
    func bind(_ value: Double, at index: Int32) {
        note(unsafe sqlite3_bind_double(handle, index, value))
    }

    func bind(_ value: Double?, at index: Int32) {
        guard let value else { return bindNull(at: index) }
        bind(value, at: index)
    }

    func bind(_ value: String?, at index: Int32) {
        guard let value else { return bindNull(at: index) }
        let code = unsafe value.withCString { text in
            // Safety: `transient` makes SQLite copy the bytes before the call returns.
            unsafe sqlite3_bind_text64(
                handle,
                index,
                text,
                UInt64(value.utf8.count),
                Self.transient,
                UInt8(SQLITE_UTF8),
            )
        }
        note(code)
    }

    func bind(_ bytes: [UInt8], at index: Int32) {
        guard !bytes.isEmpty else {
            return note(unsafe sqlite3_bind_zeroblob(handle, index, 0))
        }
        // Safety: as above, SQLite copies the bytes.
        let code = unsafe bytes.withUnsafeBytes { bytes in
            unsafe sqlite3_bind_blob64(
                handle,
                index,
                bytes.baseAddress,
                UInt64(bytes.count),
                Self.transient,
            )
        }
        note(code)
    }

    func bindNull(at index: Int32) {
        note(unsafe sqlite3_bind_null(handle, index))
    }

    // MARK: Running

    /// Runs to the end and resets; what it returns is ignored.
    func run() throws {
        while try step() {}
    }

    /// Rows that the run just ended inserted, updated or deleted.
    var changes: Int {
        unsafe Int(sqlite3_changes64(sqlite3_db_handle(handle)))
    }

    /// Goes to the next row; false at the end, when the statement is reset.
    func step() throws -> Bool {
        guard bindingCode == SQLITE_OK else { throw failure(takeBindingCode()) }
        let code = unsafe sqlite3_step(handle)
        if code == SQLITE_ROW { return true }
        // The message must be read before the reset.
        let problem = code == SQLITE_DONE ? nil : failure(code)
        reset()
        if let problem { throw problem }
        return false
    }

    /// Needed only where `step` was left before the end.
    func reset() {
        // It repeats the code of the step before, which has been dealt with.
        _ = unsafe sqlite3_reset(handle)
    }

    // MARK: The row at hand, columns from 0

    func isNull(_ column: Int32) -> Bool {
        unsafe sqlite3_column_type(handle, column) == SQLITE_NULL
    }

    func int(_ column: Int32) -> Int64 {
        unsafe sqlite3_column_int64(handle, column)
    }

    func optionalInt(_ column: Int32) -> Int64? {
        isNull(column) ? nil : int(column)
    }

    func double(_ column: Int32) -> Double {
        unsafe sqlite3_column_double(handle, column)
    }

    func optionalDouble(_ column: Int32) -> Double? {
        isNull(column) ? nil : double(column)
    }

    func text(_ column: Int32) -> String {
        optionalText(column) ?? ""
    }

    func optionalText(_ column: Int32) -> String? {
        guard let text = unsafe sqlite3_column_text(handle, column) else { return nil }
        // Asked after the text, it counts that text's bytes, also behind a zero byte.
        let count = Int(unsafe sqlite3_column_bytes(handle, column))
        // Safety: the pointer holds `count` bytes until the next step; they are copied here.
        return unsafe String(
            decoding: UnsafeBufferPointer(start: text, count: count),
            as: UTF8.self,
        )
    }

    func bytes(_ column: Int32) -> [UInt8] {
        let count = Int(unsafe sqlite3_column_bytes(handle, column))
        // Safety: the pointer holds `count` bytes until the next step; they are copied here.
        guard count > 0, let start = unsafe sqlite3_column_blob(handle, column) else { return [] }
        return unsafe [UInt8](UnsafeRawBufferPointer(start: start, count: count))
    }

    // MARK: Errors

    private func note(_ code: Int32) {
        if code != SQLITE_OK, bindingCode == SQLITE_OK { bindingCode = code }
    }

    private func takeBindingCode() -> Int32 {
        defer { bindingCode = SQLITE_OK }
        return bindingCode
    }

    private func failure(_ code: Int32) -> SQLiteFailure {
        // Safety: SQLite's texts are static or hold until the connection's next call.
        let message = unsafe sqlite3_db_handle(handle).map {
            unsafe String(cString: sqlite3_errmsg($0))
        }
        return SQLiteFailure(code: code, message: message ?? "")
    }

    /// Tells SQLite to copy what is bound.
    private static let transient = unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
}
