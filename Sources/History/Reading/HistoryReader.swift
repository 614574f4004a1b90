import GRDB
public import Monitoring

/// Reads the database while the daemon writes: a connection of its own that cannot write.
///
/// Each call is one short read transaction and returns a bounded page, because a snapshot that is
/// held makes the write-ahead log grow.
public final class HistoryReader {
    private let path: String
    private let queue: DatabaseQueue

    /// Opens a database of this version. Throws where it is missing, not ours, newer, or older (then
    /// the daemon brings it up to date at its next start).
    public init(path: String) throws(HistoryError) {
        let attempt = "read the database"
        self.path = path
        switch try DatabaseFile.examine(path, attempt: attempt) {
        case .missing, .empty:
            throw HistoryError(attempt: attempt, path: path, cause: .missing)
        case .somethingElse:
            throw HistoryError(attempt: attempt, path: path, cause: .notADatabase)
        case .database: break
        }
        let version: Int
        do {
            (queue, version) = try StoreOpening.openForReading(path)
        } catch {
            throw HistoryError(error, attempt: attempt, path: path)
        }
        if version != Migrations.version {
            throw HistoryError(
                attempt: attempt,
                path: path,
                cause: version > Migrations.version
                    ? .newerVersion(found: version, known: Migrations.version)
                    : .olderVersion(found: version, known: Migrations.version),
            )
        }
    }

    // MARK: Feeds

    /// The feed that a person means: by key, by topic, by label, or by a part of the key that no
    /// other key contains. Cost: one pass over the feeds.
    public func feed(matching word: String) throws(HistoryError) -> FeedMatch {
        try perform("look for a feed in") { database in
            try FeedSearch(word).run(in: database)
        }
    }

    /// The first keys in their order, and how many there are: what to show somebody who found none.
    public func feedKeys(limit: Int) throws(HistoryError) -> (keys: [String], count: Int) {
        try perform("list the feeds of") { database in
            let count = try SQLStatement("SELECT count(DISTINCT key) FROM feed", in: database)
            let total = try count.step() ? Int(count.int(0)) : 0
            let rows = try SQLStatement(
                "SELECT DISTINCT key FROM feed ORDER BY key LIMIT \(limit)",
                in: database,
            )
            var keys: [String] = []
            while try rows.step() { keys.append(rows.text(0)) }
            return (keys, total)
        }
    }

    // MARK: Rows

    /// The rows of a feed that start in `[from, until)`, oldest first, at most `limit`.
    ///
    /// Rows are keyed by time, so each start is one look-up of about 3 µs; starts before the oldest
    /// and after the newest row of the table are skipped.
    public func rollups(
        of feed: StoredFeed,
        step: RollupStep,
        from: EventTime,
        until: EventTime,
        after cursor: Int64? = nil,
        limit: Int = Limits.historyPageRows,
    ) throws(HistoryError) -> HistoryPage<StoredRollup> {
        try perform("read rolling metrics from") { database in
            let bounds = try Self.starts(step, from: from, until: until, in: database)
            var start = max(bounds.lowerBound, cursor ?? Int64.min)
            let row = try SQLStatement(
                "SELECT \(RollupTable.columns) FROM \(step.table) WHERE id = ?1",
                in: database,
            )
            var rows: [StoredRollup] = []
            var lookUps = 0
            while start < bounds.upperBound, rows.count < limit, lookUps < Self.lookUpsPerPage {
                for number in feed.numbers {
                    row.bind(step.key(start, number), at: 1)
                    lookUps += 1
                    if try row.step() { rows.append(StoredRollup(row: row, step: step)) }
                    row.reset()
                }
                start += 1
            }
            return HistoryPage(rows: rows, next: start < bounds.upperBound ? start : nil)
        }
    }

    /// The shortest step whose oldest row is not after an instant, or that reaches as far back as any
    /// longer one does. A longer row that begins earlier, because it is longer, reaches no further.
    func shortestStep(reachingBackTo time: EventTime) throws(HistoryError) -> RollupStep {
        try perform("look how far back rolling metrics go in") { database in
            var best = RollupStep.minute
            var oldest: Int64?
            for step in RollupStep.allCases {
                let id = try Int64.fetchOne(database, sql: "SELECT min(id) FROM \(step.table)")
                guard let id else { continue }
                let start = (id >> RollupStep.feedBits) * step.length.count
                if let oldest, start >= oldest - oldest % step.length.count { continue }
                if start <= time.nanoseconds { return step }
                best = step
                oldest = start
            }
            return best
        }
    }

    /// The findings of a feed that overlap `[from, until)`, in the order in which they were found.
    public func findings(
        of feed: StoredFeed,
        from: EventTime,
        until: EventTime,
        after cursor: Int64? = nil,
        limit: Int = Limits.historyPageRows,
    ) throws(HistoryError) -> HistoryPage<StoredFinding> {
        try perform("read findings from") { database in
            let first = cursor ?? 0
            let last = first + Self.findingsPerPage
            let row = try SQLStatement(
                """
                SELECT \(FindingTable.columns) FROM finding
                WHERE id > ?1 AND id <= ?2 AND begin_ns < ?4
                    AND (end_ns >= ?3 OR state IN ('open', 'suspended'))
                    AND feed IN (\(feed.numbers.map { "\($0.index)" }.joined(separator: ", ")))
                ORDER BY id LIMIT ?5
                """,
                in: database,
            )
            row.bind(first, at: 1)
            row.bind(last, at: 2)
            row.bind(from.nanoseconds, at: 3)
            row.bind(until.nanoseconds, at: 4)
            row.bind(Int64(limit), at: 5)
            var rows: [StoredFinding] = []
            while try row.step() { rows.append(StoredFinding(row: row)) }
            if rows.count == limit { return HistoryPage(rows: rows, next: rows.last?.id) }
            let newest = try Int64.fetchOne(database, sql: "SELECT max(id) FROM finding") ?? 0
            return HistoryPage(rows: rows, next: last < newest ? last : nil)
        }
    }

    /// Look-ups of one page: 100,000 take 0.3 s.
    private static let lookUpsPerPage = 100_000
    /// Findings that one page passes over: 100,000 take some 20 ms.
    private static let findingsPerPage: Int64 = 100_000

    /// The starts in the range that the table can have rows for.
    private static func starts(
        _ step: RollupStep,
        from: EventTime,
        until: EventTime,
        in database: Database,
    ) throws -> Range<Int64> {
        let ends = try SQLStatement(
            "SELECT (SELECT min(id) FROM \(step.table)), (SELECT max(id) FROM \(step.table))",
            in: database,
        )
        defer { ends.reset() }
        guard try ends.step(), let oldest = ends.optionalInt(0), let newest = ends.optionalInt(1)
        else { return 0..<0 }
        // A row counts where its first instant is in the range: both ends round up.
        func startAtOrAfter(_ time: EventTime) -> Int64 {
            let start = step.start(at: time.nanoseconds)
            return time.nanoseconds.isMultiple(of: step.length.count) ? start : start + 1
        }
        let first = max(startAtOrAfter(from), oldest >> RollupStep.feedBits)
        let end = min(startAtOrAfter(until), newest >> RollupStep.feedBits + 1)
        return first..<max(first, end)
    }

    private func perform<Result>(
        _ attempt: String,
        _ body: (Database) throws -> Result,
    ) throws(HistoryError) -> Result {
        do {
            return try queue.read(body)
        } catch {
            throw HistoryError(error, attempt: attempt, path: path)
        }
    }
}
