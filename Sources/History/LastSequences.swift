import GRDB

/// The highest numbers that a database has given away; 0 or -1 where none was.
public struct LastSequences: Sendable, Equatable {
    /// `AlarmTransition.sequence`; 0: none yet.
    public var transition: Int64
    /// `Finding.id`; 0: none yet.
    public var finding: Int64
    /// `FeedID.index`, of forgotten feeds too while something of them is stored; -1: none.
    public var feed: Int32
    /// The numbers of feeds from 1 up to that which are not stored, in order.
    public var freeFeeds: [Int32] = []
}

extension LastSequences {
    init(_ database: Database) throws {
        let row = try SQLStatement(
            """
            SELECT max(coalesce((SELECT max(sequence) FROM alarm), 0),
                    coalesce((SELECT max(sequence) FROM alarm_journal), 0)),
                coalesce((SELECT max(id) FROM finding), 0),
                coalesce((SELECT max(id) FROM feed), -1)
            """,
            in: database,
        )
        defer { row.reset() }
        _ = try row.step()
        transition = row.int(0)
        finding = row.int(1)
        feed = Int32(truncatingIfNeeded: row.int(2))
        freeFeeds = try FeedTable.freeNumbers(in: database)
    }
}

/// Counts that the store keeps in memory, read once when it opens. A value, so that a commit that
/// fails leaves them as they were.
struct StoreCounters {
    var quarantineRows: Int
    var outboxRows: Int

    init(_ database: Database) throws {
        let row = try SQLStatement(
            """
            SELECT (SELECT count(*) FROM quarantine), (SELECT count(*) FROM outbox)
            """,
            in: database,
        )
        defer { row.reset() }
        _ = try row.step()
        quarantineRows = Int(row.int(0))
        outboxRows = Int(row.int(1))
    }
}
