import GRDB

/// How large the database is: self-metrics, and what retention goes by.
public struct StoreSize: Sendable, Equatable {
    public var pageBytes: Int64
    /// Pages of the file, free ones included; what is still in the log counts as written back.
    public var pages: Int64
    public var freePages: Int64

    public var usedBytes: Int64 { (pages - freePages) * pageBytes }
    public var fileBytes: Int64 { pages * pageBytes }
}

extension StoreSize {
    init(_ database: Database) throws {
        func number(_ name: String) throws -> Int64 {
            let statement = try SQLStatement(cached: "PRAGMA \(name)", in: database)
            defer { statement.reset() }
            return try statement.step() ? statement.int(0) : 0
        }
        pageBytes = try number("page_size")
        pages = try number("page_count")
        freePages = try number("freelist_count")
    }
}
