import Foundation
import GRDB

/// The daemon's database as a second program reads it, also while the daemon runs.
struct Database: Sendable {
    let path: String

    /// All rows of a query as text, NULL as the empty text; empty while there is no database yet.
    func rows(_ sql: String) throws -> [[String]] {
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        var configuration = GRDB.Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(5)
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        defer { try? queue.close() }
        return try queue.read { database in
            try Row.fetchAll(database, sql: sql)
                .map { row in
                    row.databaseValues.map { value in
                        String.fromDatabaseValue(value) ?? Self.text(value)
                    }
                }
        }
    }

    /// The one number that a query gives; 0 where it gives none, or there is no database yet.
    func number(_ sql: String) throws -> Int64 {
        try rows(sql).first?.first.flatMap { Int64($0) } ?? 0
    }

    /// As `number`, for a condition that is waited for: a database being made has no tables yet.
    func count(_ sql: String) -> Int64 {
        (try? number(sql)) ?? 0
    }

    private static func text(_ value: DatabaseValue) -> String {
        switch value.storage {
        case .null: ""
        case .int64(let number): "\(number)"
        case .double(let number): "\(number)"
        case .string(let text): text
        case .blob(let data): data.map { String(format: "%02x", $0) }.joined()
        }
    }
}
