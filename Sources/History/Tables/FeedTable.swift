import Foundation
import GRDB
import Monitoring

/// `feed`: one row per feed, from first sight until its last roll-up is gone.
///
/// A forgotten feed keeps its row, because its roll-ups carry its number; the key is unique among
/// the feeds that are not forgotten.
struct FeedTable {
    static let schema = """
        CREATE TABLE feed (
            id INTEGER PRIMARY KEY CHECK (id BETWEEN 0 AND 1048575),
            key TEXT NOT NULL,
            topic TEXT NOT NULL,
            field TEXT NOT NULL,
            broker INTEGER NOT NULL,
            rule INTEGER NOT NULL,
            kind INTEGER NOT NULL,
            unit TEXT,
            label TEXT NOT NULL,
            labels TEXT NOT NULL,
            is_declared INTEGER NOT NULL,
            period_ns INTEGER,
            silence_limit_ns INTEGER,
            first_seen_at_ns INTEGER NOT NULL,
            last_seen_at_ns INTEGER,
            forgotten_at_ns INTEGER,
            origin REAL
        );
        CREATE UNIQUE INDEX feed_by_key ON feed (key) WHERE forgotten_at_ns IS NULL;
        """

    static let columns = """
        id, key, topic, field, broker, rule, kind, unit, label, labels, is_declared, period_ns,
        silence_limit_ns, first_seen_at_ns, last_seen_at_ns, origin, last_value, last_value_at_ns,
        broker_name, learned_count, learning_count
        """

    /// What a feed said last, so that a silence that goes on after a restart can still tell it.
    static let lastValueColumns = """
        ALTER TABLE feed ADD COLUMN last_value REAL;
        ALTER TABLE feed ADD COLUMN last_value_at_ns INTEGER;
        """

    /// Brokers keep their names where the configuration lists them in another order. NULL: written
    /// before there was this column.
    static let brokerNameColumn = "ALTER TABLE feed ADD COLUMN broker_name TEXT;"

    /// How many values a baseline was learned from, of how many; NULL where a feed has no numbers.
    static let learningColumns = """
        ALTER TABLE feed ADD COLUMN learned_count INTEGER;
        ALTER TABLE feed ADD COLUMN learning_count INTEGER;
        """

    /// What `FeedRelease` asks.
    static let endIndex =
        "CREATE INDEX feed_by_end ON feed (forgotten_at_ns) WHERE forgotten_at_ns IS NOT NULL;"

    private let write: SQLStatement
    private let learn: SQLStatement
    private let forget: SQLStatement

    init(_ database: Database) throws {
        write = try SQLStatement(
            """
            INSERT INTO feed (\(Self.columns))
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15,
                ?16, ?17, ?18, ?19, ?20, ?21)
            ON CONFLICT (id) DO UPDATE SET
                key = ?2, topic = ?3, field = ?4, broker = ?5, rule = ?6, kind = ?7, unit = ?8,
                label = ?9, labels = ?10, is_declared = ?11, period_ns = ?12,
                silence_limit_ns = ?13, first_seen_at_ns = ?14, last_seen_at_ns = ?15,
                origin = ?16, last_value = ?17, last_value_at_ns = ?18, broker_name = ?19,
                learned_count = ?20, learning_count = ?21, forgotten_at_ns = NULL
            """,
            in: database,
        )
        learn = try SQLStatement(
            """
            UPDATE feed SET kind = ?2, unit = ?3, period_ns = ?4, silence_limit_ns = ?5,
                last_seen_at_ns = ?6, origin = ?7, last_value = ?8, last_value_at_ns = ?9,
                learned_count = ?10, learning_count = ?11
            WHERE id = ?1
            """,
            in: database,
        )
        forget = try SQLStatement(
            "UPDATE feed SET forgotten_at_ns = ?2 WHERE id = ?1",
            in: database,
        )
    }

    /// Inserts or replaces a feed's row.
    func write(_ feed: FeedDescription) throws {
        write.bind(feed.id.index, at: 1)
        write.bind(feed.key, at: 2)
        write.bind(feed.topic, at: 3)
        write.bind(feed.field, at: 4)
        write.bind(Int64(feed.broker), at: 5)
        write.bind(feed.rule, at: 6)
        write.bind(Int64(feed.kind.rawValue), at: 7)
        write.bind(feed.unit, at: 8)
        write.bind(feed.label, at: 9)
        write.bind(try StoredLabel.text(feed.labels), at: 10)
        write.bind(feed.isDeclared, at: 11)
        write.bind(feed.period?.count, at: 12)
        write.bind(feed.silenceLimit?.count, at: 13)
        write.bind(feed.firstSeenAt.nanoseconds, at: 14)
        write.bind(feed.lastSeenAt?.nanoseconds, at: 15)
        write.bind(feed.origin, at: 16)
        write.bind(feed.lastValue, at: 17)
        write.bind(feed.lastValueAt?.nanoseconds, at: 18)
        write.bind(feed.brokerName, at: 19)
        write.bind(feed.learning.map { Int64($0.seen) }, at: 20)
        write.bind(feed.learning.map { Int64($0.needed) }, at: 21)
        try write.run()
    }

    /// Takes over what has been learned of a feed that has its row: what it is called stays. All feeds
    /// of a plant learn their period at about the same time, and their labels cost most of a row.
    func update(_ feed: FeedDescription) throws {
        learn.bind(feed.id.index, at: 1)
        learn.bind(Int64(feed.kind.rawValue), at: 2)
        learn.bind(feed.unit, at: 3)
        learn.bind(feed.period?.count, at: 4)
        learn.bind(feed.silenceLimit?.count, at: 5)
        learn.bind(feed.lastSeenAt?.nanoseconds, at: 6)
        learn.bind(feed.origin, at: 7)
        learn.bind(feed.lastValue, at: 8)
        learn.bind(feed.lastValueAt?.nanoseconds, at: 9)
        learn.bind(feed.learning.map { Int64($0.seen) }, at: 10)
        learn.bind(feed.learning.map { Int64($0.needed) }, at: 11)
        try learn.run()
    }

    func forget(_ feed: FeedID, at time: ReceiveTime) throws {
        forget.bind(feed.index, at: 1)
        forget.bind(time.nanoseconds, at: 2)
        try forget.run()
    }

    /// The numbers from 1 to the highest that have no row. Cost: a look at every row, 0.1 µs each.
    static func freeNumbers(in database: Database) throws -> [Int32] {
        let rows = try SQLStatement("SELECT id FROM feed WHERE id > 0 ORDER BY id", in: database)
        var free: [Int32] = []
        var next: Int32 = 1
        while try rows.step() {
            let number = Int32(truncatingIfNeeded: rows.int(0))
            free.append(contentsOf: next..<number)
            next = number + 1
        }
        return free
    }

    /// The feeds that are not forgotten, in the order of their numbers.
    static func all(in database: Database) throws -> [FeedDescription] {
        let rows = try SQLStatement(
            "SELECT \(columns) FROM feed WHERE forgotten_at_ns IS NULL ORDER BY id",
            in: database,
        )
        var feeds: [FeedDescription] = []
        while try rows.step() { feeds.append(try FeedDescription(row: rows)) }
        return feeds
    }
}

extension FeedDescription {
    /// Reads the columns of `FeedTable.columns`.
    init(row: SQLStatement) throws {
        self.init(
            id: FeedID(index: Int32(row.int(0))),
            key: row.text(1),
            topic: row.text(2),
            field: row.text(3),
            broker: UInt8(truncatingIfNeeded: row.int(4)),
            rule: Int32(truncatingIfNeeded: row.int(5)),
            kind: Kind(rawValue: UInt8(truncatingIfNeeded: row.int(6))) ?? .unknown,
            unit: row.optionalText(7),
            label: row.text(8),
            labels: try StoredLabel.labels(row.text(9)),
            isDeclared: row.int(10) != 0,
            period: row.optionalInt(11).map { Nanoseconds($0) },
            silenceLimit: row.optionalInt(12).map { Nanoseconds($0) },
            origin: row.optionalDouble(15),
            firstSeenAt: ReceiveTime(nanoseconds: row.int(13)),
            lastSeenAt: row.optionalInt(14).map { ReceiveTime(nanoseconds: $0) },
            lastValue: row.optionalDouble(16),
            lastValueAt: row.optionalInt(17).map { EventTime(nanoseconds: $0) },
        )
        brokerName = row.optionalText(18)
        if let seen = row.optionalInt(19), let needed = row.optionalInt(20) {
            learning = Learning(seen: Int16(clamping: seen), needed: Int16(clamping: needed))
        }
    }
}

/// A label as the column `labels` holds it: a JSON array keeps the order of the levels.
private struct StoredLabel: Codable {
    var name: String
    var value: String

    static func text(_ labels: [FeedDescription.Label]) throws -> String {
        if labels.isEmpty { return "[]" }
        let stored = labels.map { StoredLabel(name: $0.name, value: $0.value) }
        return String(decoding: try StoredJSON.encoder().encode(stored), as: UTF8.self)
    }

    static func labels(_ text: String) throws -> [FeedDescription.Label] {
        if text == "[]" { return [] }
        let stored = try JSONDecoder().decode([StoredLabel].self, from: Data(text.utf8))
        return stored.map { FeedDescription.Label(name: $0.name, value: $0.value) }
    }
}
