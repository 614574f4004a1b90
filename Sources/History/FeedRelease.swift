import GRDB
import Monitoring

/// Deletes the rows of forgotten feeds of which nothing else is left, so that their numbers can be
/// given again.
///
/// A roll-up cannot be found by its feed, so time decides: everything of a feed is older than its end,
/// and gone where all tables begin after that. Two days lie between, for the length of a day's row and
/// for clocks that were set. While any table holds rows from the future, nothing is deleted: whose they
/// are cannot be told.
enum FeedRelease {
    private static let margin: Int64 = 2 * 86_400_000_000_000

    /// When the stored history begins, less the margin; nil where it reaches into the future.
    private static func cutoff(in database: Database, now: ReceiveTime) throws -> Int64? {
        var oldest = now.nanoseconds
        for step in RollupStep.allCases {
            guard let span = try span(of: step, in: database) else { continue }
            let (ahead, overflow) = span.last.subtractingReportingOverflow(now.nanoseconds)
            guard !overflow, ahead < margin else { return nil }
            oldest = min(oldest, span.first)
        }
        let events = try SQLStatement(
            cached: """
                SELECT (SELECT min(found_at_ns) FROM finding), (SELECT min(at_ns) FROM alarm_journal),
                    (SELECT min(at_ns) FROM quarantine)
                """,
            in: database,
        )
        defer { events.reset() }
        _ = try events.step()
        for column in 0..<3 as Range<Int32> {
            if let time = events.optionalInt(column) { oldest = min(oldest, time) }
        }
        let (cutoff, overflow) = oldest.subtractingReportingOverflow(margin)
        return overflow ? nil : cutoff
    }

    /// When a table's first and last rows begin; nil for an empty one.
    private static func span(
        of step: RollupStep,
        in database: Database,
    ) throws -> (first: Int64, last: Int64)? {
        let row = try SQLStatement(
            cached:
                "SELECT (SELECT min(id) FROM \(step.table)), (SELECT max(id) FROM \(step.table))",
            in: database,
        )
        defer { row.reset() }
        guard try row.step(), let first = row.optionalInt(0) else { return nil }
        return (time(of: first, step), time(of: row.int(1), step))
    }

    private static func time(of key: Int64, _ step: RollupStep) -> Int64 {
        let start = key >> RollupStep.feedBits
        let (time, overflow) = start.multipliedReportingOverflow(by: step.length.count)
        return overflow ? (start < 0 ? .min : .max) : time
    }

    /// Deletes at most so many rows; returns the numbers that are free.
    static func delete(
        in database: Database,
        now: ReceiveTime,
        atMost limit: Int,
    ) throws -> [FeedID] {
        guard let cutoff = try cutoff(in: database, now: now) else { return [] }
        let ended = try SQLStatement(
            cached:
                "SELECT id FROM feed WHERE forgotten_at_ns < ?1 ORDER BY forgotten_at_ns LIMIT ?2",
            in: database,
        )
        ended.bind(cutoff, at: 1)
        ended.bind(Int64(limit), at: 2)
        var feeds: [FeedID] = []
        while try ended.step() { feeds.append(FeedID(index: Int32(ended.int(0)))) }
        ended.reset()
        guard !feeds.isEmpty else { return [] }
        try database.inTransaction(.immediate) {
            let delete = try SQLStatement(
                cached: "DELETE FROM feed WHERE id = ?1",
                in: database,
            )
            for feed in feeds {
                delete.bind(feed.index, at: 1)
                try delete.run()
            }
            return .commit
        }
        // 0 is no feed's number in this version.
        return feeds.filter { $0.index > 0 }
    }
}
