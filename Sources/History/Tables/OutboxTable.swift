import GRDB
import Monitoring

/// `outbox`: what deliveries have yet to send, oldest first. A row goes when its delivery has
/// confirmed it; at `Limits.outboxRows` the oldest rows are dropped and counted.
struct OutboxTable {
    static let schema = """
        CREATE TABLE outbox (
            id INTEGER PRIMARY KEY,
            delivery TEXT NOT NULL,
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
            "INSERT INTO outbox VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            in: database,
        )
        remove = try SQLStatement("DELETE FROM outbox WHERE id = ?1", in: database)
        removeOldest = try SQLStatement(
            "DELETE FROM outbox WHERE id IN (SELECT id FROM outbox ORDER BY id LIMIT ?1)",
            in: database,
        )
        pending = try SQLStatement(
            """
            SELECT id, delivery, topic, payload, is_retained, alarm_sequence, at_ns
            FROM outbox WHERE id > ?1 ORDER BY id LIMIT ?2
            """,
            in: database,
        )
    }

    func write(_ message: OutboxMessage, id: Int64) throws {
        write.bind(id, at: 1)
        write.bind(message.delivery, at: 2)
        write.bind(message.topic, at: 3)
        write.bind(message.payload, at: 4)
        write.bind(message.isRetained, at: 5)
        write.bind(message.sequence, at: 6)
        write.bind(message.at.nanoseconds, at: 7)
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

    func pending(after id: Int64, limit: Int) throws -> [PendingMessage] {
        pending.bind(id, at: 1)
        pending.bind(Int64(limit), at: 2)
        var messages: [PendingMessage] = []
        while try pending.step() {
            messages.append(
                PendingMessage(
                    id: pending.int(0),
                    message: OutboxMessage(
                        delivery: pending.text(1),
                        topic: pending.text(2),
                        payload: pending.bytes(3),
                        isRetained: pending.int(4) != 0,
                        sequence: pending.int(5),
                        at: ReceiveTime(nanoseconds: pending.int(6)),
                    ),
                )
            )
        }
        return messages
    }
}
