import GRDB
import Monitoring

/// `message_minute`: the messages of each broker connection by minute of receive time, so that
/// `received = decoded + undecodable + ignored + shed` can be checked; `redelivered` counts copies
/// beside them. Key: `minute << 8 | broker`.
struct MessageTable {
    static let schema = """
        CREATE TABLE message_minute (
            id INTEGER PRIMARY KEY,
            received INTEGER NOT NULL,
            decoded INTEGER NOT NULL,
            undecodable INTEGER NOT NULL,
            ignored INTEGER NOT NULL,
            shed INTEGER NOT NULL,
            retained INTEGER NOT NULL
        );
        """

    /// What became of decoded messages without samples, and of samples without a feed.
    static let losses = """
        ALTER TABLE message_minute ADD COLUMN without_samples INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE message_minute ADD COLUMN refused_samples INTEGER NOT NULL DEFAULT 0;
        """

    /// Copies that a broker sent again of what had been counted; not among the received.
    static let redelivered = """
        ALTER TABLE message_minute ADD COLUMN redelivered INTEGER NOT NULL DEFAULT 0;
        """

    /// Brokers are numbered below 2^8.
    static let brokerBits: Int64 = 8

    private let write: SQLStatement

    init(_ database: Database) throws {
        write = try SQLStatement(
            """
            INSERT INTO message_minute VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
            ON CONFLICT (id) DO UPDATE SET
                received = received + ?2, decoded = decoded + ?3,
                undecodable = undecodable + ?4, ignored = ignored + ?5, shed = shed + ?6,
                retained = retained + ?7, without_samples = without_samples + ?8,
                refused_samples = refused_samples + ?9, redelivered = redelivered + ?10
            """,
            in: database,
        )
    }

    func add(_ counts: MessageCounts) throws {
        write.bind(counts.minute << Self.brokerBits | Int64(counts.broker), at: 1)
        write.bind(counts.received, at: 2)
        write.bind(counts.decoded, at: 3)
        write.bind(counts.undecodable, at: 4)
        write.bind(counts.ignored, at: 5)
        write.bind(counts.shed, at: 6)
        write.bind(counts.retained, at: 7)
        write.bind(counts.withoutSamples, at: 8)
        write.bind(counts.refusedSamples, at: 9)
        write.bind(counts.redelivered, at: 10)
        try write.run()
    }
}
