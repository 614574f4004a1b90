import GRDB
import Monitoring

/// `quarantine`: undecodable messages with the first bytes of their payloads, at most
/// `Limits.quarantineRows` of `Limits.quarantinedBytes`: 3 MB.
struct QuarantineTable {
    static let schema = """
        CREATE TABLE quarantine (
            id INTEGER PRIMARY KEY,
            feed INTEGER NOT NULL,
            at_ns INTEGER NOT NULL,
            problem INTEGER NOT NULL,
            reason TEXT NOT NULL,
            offset_bytes INTEGER NOT NULL,
            payload_bytes INTEGER NOT NULL,
            payload BLOB NOT NULL
        );
        """

    private let write: SQLStatement

    init(_ database: Database) throws {
        write = try SQLStatement(
            """
            INSERT INTO quarantine
            (feed, at_ns, problem, reason, offset_bytes, payload_bytes, payload)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            """,
            in: database,
        )
    }

    func write(_ message: QuarantinedMessage) throws {
        write.bind(message.feed.index, at: 1)
        write.bind(message.at.nanoseconds, at: 2)
        write.bind(Int64(message.problem.rawValue), at: 3)
        write.bind(message.problem.text, at: 4)
        write.bind(message.offset, at: 5)
        write.bind(Int64(message.payloadLength), at: 6)
        write.bind(message.payload, at: 7)
        try write.run()
    }
}
