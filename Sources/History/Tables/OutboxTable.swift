import GRDB
import Monitoring

/// `outbox`: what deliveries have yet to send, oldest first. A row goes when its delivery has
/// confirmed it; at `Limits.outboxRows` the oldest rows are dropped and counted.
struct OutboxTable {
    static let schema = """
        CREATE TABLE outbox (
            id INTEGER PRIMARY KEY,
            delivery TEXT NOT NULL,
            replaces TEXT,
            topic TEXT NOT NULL,
            payload BLOB NOT NULL,
            is_retained INTEGER NOT NULL,
            alarm_sequence INTEGER NOT NULL,
            at_ns INTEGER NOT NULL
        );
        """

    private let write: SQLStatement
    private let remove: SQLStatement
    private let removeOldest: SQLStatement
    private let pending: SQLStatement

    init(_ database: Database) throws {
        write = try SQLStatement(
            "INSERT INTO outbox VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            in: database,
        )
        remove = try SQLStatement("DELETE FROM outbox WHERE id = ?1", in: database)
        removeOldest = try SQLStatement(
            "DELETE FROM outbox WHERE id IN (SELECT id FROM outbox ORDER BY id LIMIT ?1)",
            in: database,
        )
        pending = try SQLStatement(
            """
            SELECT id, delivery, replaces, topic, payload, is_retained, alarm_sequence, at_ns
            FROM outbox WHERE id > ?1 ORDER BY id LIMIT ?2
            """,
            in: database,
        )
    }

    func write(_ message: OutboxMessage) throws {
        write.bind(message.id, at: 1)
        write.bind(message.delivery, at: 2)
        write.bind(message.replaces, at: 3)
        write.bind(message.topic, at: 4)
        write.bind(message.payload, at: 5)
        write.bind(message.isRetained, at: 6)
        write.bind(message.sequence, at: 7)
        write.bind(message.at.nanoseconds, at: 8)
        try write.run()
    }

    /// Rows removed: 1, or 0 where the row is gone already.
    func remove(_ id: Int64) throws -> Int {
        remove.bind(id, at: 1)
        try remove.run()
        return remove.changes
    }

    func removeOldest(_ count: Int) throws {
        removeOldest.bind(Int64(count), at: 1)
        try removeOldest.run()
    }

    func pending(after id: Int64, limit: Int) throws -> [OutboxMessage] {
        pending.bind(id, at: 1)
        pending.bind(Int64(limit), at: 2)
        var messages: [OutboxMessage] = []
        while try pending.step() {
            messages.append(
                OutboxMessage(
                    id: pending.int(0),
                    replaces: pending.optionalText(2),
                    delivery: pending.text(1),
                    topic: pending.text(3),
                    payload: pending.bytes(4),
                    isRetained: pending.int(5) != 0,
                    sequence: pending.int(6),
                    at: ReceiveTime(nanoseconds: pending.int(7)),
                )
            )
        }
        return messages
    }
}
