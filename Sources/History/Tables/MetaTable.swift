import GRDB
import Monitoring

/// `meta`: one row that says which database this is, and until when it accounts for what happened.
struct MetaTable {
    /// What the row says.
    struct Content {
        var epoch: String
        /// The `at` of the last commit; nil before the first.
        var lastCommitAt: ReceiveTime?
    }

    static let schema = """
        CREATE TABLE meta (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            epoch TEXT NOT NULL,
            created_at_ns INTEGER NOT NULL,
            last_commit_at_ns INTEGER
        );
        """

    private let write: SQLStatement

    init(_ database: Database) throws {
        write = try SQLStatement("UPDATE meta SET last_commit_at_ns = ?1", in: database)
    }

    func write(lastCommitAt time: ReceiveTime) throws {
        write.bind(time.nanoseconds, at: 1)
        try write.run()
    }

    /// Reads the row; a new database gets it, with a new epoch.
    static func content(
        in database: Database,
        now: ReceiveTime,
        draw: () -> String,
    ) throws -> Content {
        let read = try SQLStatement("SELECT epoch, last_commit_at_ns FROM meta", in: database)
        defer { read.reset() }
        if try read.step() {
            return Content(
                epoch: read.text(0),
                lastCommitAt: read.optionalInt(1).map { ReceiveTime(nanoseconds: $0) },
            )
        }
        let write = try SQLStatement(
            "INSERT INTO meta (id, epoch, created_at_ns) VALUES (1, ?1, ?2)",
            in: database,
        )
        let epoch = draw()
        write.bind(epoch, at: 1)
        write.bind(now.nanoseconds, at: 2)
        try write.run()
        return Content(epoch: epoch, lastCommitAt: nil)
    }
}
