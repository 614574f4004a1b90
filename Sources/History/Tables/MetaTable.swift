import GRDB
import Monitoring

/// `meta`: one row that says which database this is.
struct MetaTable {
    static let schema = """
        CREATE TABLE meta (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            epoch TEXT NOT NULL,
            created_at_ns INTEGER NOT NULL
        );
        """

    /// The epoch of the database; a new database gets one.
    static func epoch(
        in database: Database,
        now: ReceiveTime,
        draw: () -> String,
    ) throws -> String {
        let read = try SQLStatement("SELECT epoch FROM meta", in: database)
        defer { read.reset() }
        if try read.step() { return read.text(0) }
        let write = try SQLStatement("INSERT INTO meta VALUES (1, ?1, ?2)", in: database)
        let epoch = draw()
        write.bind(epoch, at: 1)
        write.bind(now.nanoseconds, at: 2)
        try write.run()
        return epoch
    }
}
