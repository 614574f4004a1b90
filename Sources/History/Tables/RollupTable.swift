import GRDB
import Monitoring

/// `rollup_minute`, `rollup_quarter_hour`, `rollup_day`: the ladder of rolling metrics.
///
/// The key is `start << 20 | feed`, start counted in minutes, quarter hours or days since 1970, so
/// that what is written together lies together: 10,000 rows of one minute are 400 pages, where a
/// key that begins with the feed would touch 10,000. Each roll-up is added to its three rows, so a
/// quarter hour and a day are at any time the sums of their minutes.
///
/// Cost: about 6 µs and 500 bytes written per roll-up, in all three tables.
struct RollupTable {
    static let schema = ["rollup_minute", "rollup_quarter_hour", "rollup_day"].map { table in
        """
        CREATE TABLE \(table) (
            id INTEGER PRIMARY KEY,
            revision INTEGER NOT NULL,
            good INTEGER NOT NULL,
            suspect INTEGER NOT NULL,
            fail INTEGER NOT NULL,
            unknown INTEGER NOT NULL,
            missing INTEGER NOT NULL,
            duplicate INTEGER NOT NULL,
            too_late INTEGER NOT NULL,
            future INTEGER NOT NULL,
            late INTEGER NOT NULL,
            expected INTEGER,
            filled INTEGER NOT NULL,
            minimum REAL,
            maximum REAL,
            statistics_count INTEGER NOT NULL,
            origin REAL NOT NULL,
            sum_high REAL,
            sum_low REAL,
            squares_high REAL,
            squares_low REAL
        );
        """
    }.joined(separator: "\n")

    static let columns = """
        id, revision, good, suspect, fail, unknown, missing, duplicate, too_late, future, late,
        expected, filled, minimum, maximum, statistics_count, origin, sum_high, sum_low,
        squares_high, squares_low
        """

    private let insertMinute: SQLStatement
    private let slotsOfMinute: SQLStatement
    private let addMinute: SQLStatement
    private let addQuarterHour: SQLStatement
    private let addDay: SQLStatement
    private let originOfMinute: SQLStatement
    private let originOfQuarterHour: SQLStatement
    private let originOfDay: SQLStatement

    init(_ database: Database) throws {
        insertMinute = try SQLStatement(
            Self.insertion(.minute) + " ON CONFLICT (id) DO NOTHING",
            in: database,
        )
        slotsOfMinute = try SQLStatement(
            "SELECT expected, filled FROM rollup_minute WHERE id = ?1",
            in: database,
        )
        addMinute = try SQLStatement(Self.addition(.minute), in: database)
        addQuarterHour = try SQLStatement(Self.addition(.quarterHour), in: database)
        addDay = try SQLStatement(Self.addition(.day), in: database)
        originOfMinute = try SQLStatement(Self.origin(.minute), in: database)
        originOfQuarterHour = try SQLStatement(Self.origin(.quarterHour), in: database)
        originOfDay = try SQLStatement(Self.origin(.day), in: database)
    }

    /// Adds a roll-up to its minute, quarter hour and day.
    ///
    /// Almost always the minute is new. If not (a late sample, a part written before a restart), its
    /// filled slots may not exceed the expected ones, and what the minute does not take its quarter
    /// hour and day must not take either.
    func add(_ rollup: Rollup) throws {
        var row = RollupValues(rollup)
        row.clip(stored: nil)
        row.bind(to: insertMinute, step: .minute)
        try insertMinute.run()
        if insertMinute.changes == 0 {
            row = RollupValues(rollup)
            row.clip(stored: try storedSlots(of: rollup))
            try add(row, to: .minute, addMinute, originOfMinute)
        }
        try add(row, to: .quarterHour, addQuarterHour, originOfQuarterHour)
        try add(row, to: .day, addDay, originOfDay)
    }

    /// Adds to a row that may exist. A feed's sums start from one origin for the life of the
    /// database (`FeedDescription.origin`), so the statement refuses, at no cost, only where that
    /// does not hold; then the sums are moved to where the row's own start.
    private func add(
        _ values: RollupValues,
        to step: RollupStep,
        _ addition: SQLStatement,
        _ origin: SQLStatement,
    ) throws {
        values.bind(to: addition, step: step)
        try addition.run()
        guard addition.changes == 0 else { return }
        origin.bind(values.key(step), at: 1)
        defer { origin.reset() }
        guard try origin.step() else { return }
        values.moved(to: origin.double(0)).bind(to: addition, step: step)
        try addition.run()
    }

    private static func origin(_ step: RollupStep) -> String {
        "SELECT origin FROM \(step.table) WHERE id = ?1"
    }

    private func storedSlots(of rollup: Rollup) throws -> (expected: Int64?, filled: Int64) {
        slotsOfMinute.bind(RollupStep.minute.key(rollup.minute, rollup.feed), at: 1)
        defer { slotsOfMinute.reset() }
        guard try slotsOfMinute.step() else { return (nil, 0) }
        return (slotsOfMinute.optionalInt(0), slotsOfMinute.int(1))
    }

    private static func insertion(_ step: RollupStep) -> String {
        let places = (1...21).map { "?\($0)" }.joined(separator: ", ")
        return "INSERT INTO \(step.table) (\(columns)) VALUES (\(places))"
    }

    /// Refuses sums that start from another origin than the row's. Sums of two doubles are added as `TwoDouble.add` does, the rounding error of the high parts
    /// going to the low part; a sum beyond Double is NULL and stays so.
    private static func addition(_ step: RollupStep) -> String {
        let added = [
            "revision", "good", "suspect", "fail", "unknown", "missing", "duplicate", "too_late",
            "future", "late", "filled", "statistics_count",
        ].map { "\($0) = \($0) + excluded.\($0)" }
        let sets =
            added + [
                "expected = iif(excluded.expected IS NULL, expected,"
                    + " coalesce(expected, 0) + excluded.expected)",
                "minimum = coalesce(min(minimum, excluded.minimum), minimum, excluded.minimum)",
                "maximum = coalesce(max(maximum, excluded.maximum), maximum, excluded.maximum)",
                "origin = iif(statistics_count = 0, excluded.origin, origin)",
                "sum_high = sum_high + excluded.sum_high",
                "sum_low = \(lowPart("sum"))",
                "squares_high = squares_high + excluded.squares_high",
                "squares_low = \(lowPart("squares"))",
            ]
        return insertion(step) + " ON CONFLICT (id) DO UPDATE SET "
            + sets.joined(separator: ", ")
            + " WHERE origin = excluded.origin OR statistics_count = 0"
            + " OR excluded.statistics_count = 0"
    }

    /// TwoSum (Knuth, TAOCP 4.2.2) of the high parts, and both low parts.
    private static func lowPart(_ name: String) -> String {
        let (high, more) = ("\(name)_high", "excluded.\(name)_high")
        let total = "(\(high) + \(more))"
        let part = "(\(total) - \(high))"
        return "(\(name)_low + ((\(high) - (\(total) - \(part))) + (\(more) - \(part))))"
            + " + excluded.\(name)_low"
    }
}

/// The values of one row, as they are bound.
private struct RollupValues {
    private var rollup: Rollup
    private var expected: Int64?
    private var filled: Int64

    init(_ rollup: Rollup) {
        self.rollup = rollup
        expected = rollup.expected < 0 ? nil : Int64(rollup.expected)
        filled = Int64(rollup.filled)
    }

    /// Lowers `filled` so that the minute, with what is stored of it, has no more filled slots than
    /// expected ones.
    mutating func clip(stored: (expected: Int64?, filled: Int64)?) {
        guard expected != nil || stored?.expected != nil else { return }
        let limit = (expected ?? 0) + (stored?.expected ?? 0)
        let before = stored?.filled ?? 0
        filled = min(limit, before + filled) - before
    }

    /// With the sums about another origin.
    func moved(to origin: Double) -> RollupValues {
        var values = self
        values.rollup = rollup.moved(to: origin)
        return values
    }

    func key(_ step: RollupStep) -> Int64 {
        step.key(step.start(ofMinute: rollup.minute), rollup.feed)
    }

    func bind(to statement: SQLStatement, step: RollupStep) {
        let counts = rollup.counts
        statement.bind(key(step), at: 1)
        statement.bind(rollup.revisions, at: 2)
        statement.bind(counts.good, at: 3)
        statement.bind(counts.suspect, at: 4)
        statement.bind(counts.fail, at: 5)
        statement.bind(counts.unknown, at: 6)
        statement.bind(counts.missing, at: 7)
        statement.bind(counts.duplicate, at: 8)
        statement.bind(counts.tooLate, at: 9)
        statement.bind(counts.future, at: 10)
        statement.bind(rollup.late, at: 11)
        statement.bind(expected, at: 12)
        statement.bind(filled, at: 13)
        statement.bind(rollup.minimum, at: 14)
        statement.bind(rollup.maximum, at: 15)
        statement.bind(rollup.statisticsCount, at: 16)
        statement.bind(rollup.origin.isFinite ? rollup.origin : 0, at: 17)
        bind(rollup.sum, to: statement, at: 18)
        bind(rollup.squares, to: statement, at: 20)
    }

    /// A sum that is beyond Double is unknown, both parts of it.
    private func bind(_ sum: TwoDouble, to statement: SQLStatement, at index: Int32) {
        let isKnown = sum.high.isFinite && sum.low.isFinite
        statement.bind(isKnown ? sum.high : .nan, at: index)
        statement.bind(isKnown ? sum.low : .nan, at: index + 1)
    }
}
