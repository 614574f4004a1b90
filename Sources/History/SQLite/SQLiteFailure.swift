import GRDB

/// What SQLite or GRDB said, without what was being done: `HistoryError` adds that at the border.
struct SQLiteFailure: Error, Equatable {
    /// The extended result code.
    var code: Int32
    var message: String

    init(code: Int32, message: String) {
        self.code = code
        self.message = message
    }

    init(_ error: DatabaseError) {
        code = error.extendedResultCode.rawValue
        message = error.message ?? ""
    }

    /// The code without its extension.
    var primaryCode: Int32 { code & 0xFF }

    var isBusy: Bool { primaryCode == ResultCode.SQLITE_BUSY.rawValue }
}
