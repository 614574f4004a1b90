import GRDB

/// The schema, step by step. A step that was released is never changed, removed or moved: a new one
/// is appended, and `user_version` counts them.
enum Migrations {
    struct Step: Sendable {
        var name: String
        var sql: String
    }

    static let steps: [Step] = [
        Step(
            name: "0001 tables and views",
            sql: [
                MetaTable.schema, FeedTable.schema, RollupTable.schema, MessageTable.schema,
                FindingTable.schema, AlarmTable.schema, AlarmJournalTable.schema,
                OutboxTable.schema, QuarantineTable.schema, Views.rollupNamed, Views.feedLatest,
                Views.alarmOpen, Views.findingNamed, Views.messageNamed,
            ].joined(separator: "\n"),
        ),
        Step(
            name: "0002 messages without samples, samples without a feed",
            sql: [MessageTable.losses, Views.messageNamedWithLosses].joined(separator: "\n"),
        ),
        Step(
            name: "0003 messages that came again",
            sql: [MessageTable.redelivered, Views.messageNamedWithRedelivered]
                .joined(separator: "\n"),
        ),
        Step(
            name: "0004 last values of feeds",
            sql: [FeedTable.lastValueColumns, Views.feedLatestByClock].joined(separator: "\n"),
        ),
        Step(
            name: "0005 when last values were, and the quarantine in words",
            sql: [Views.feedLatestWithTime, Views.quarantineNamed].joined(separator: "\n"),
        ),
        Step(name: "0006 events by time", sql: PrunedTable.eventsByTime),
        Step(
            name: "0007 feeds by the names of their brokers, and by their end",
            sql: [FeedTable.brokerNameColumn, FeedTable.endIndex].joined(separator: "\n"),
        ),
        Step(
            name: "0008 what is learned, and how far",
            sql: [
                FeedTable.learningColumns, FindingTable.isLearnedColumn,
                Views.feedLatestWithLearning,
                Views.findingNamedWithLearned, Views.alarmOpenWithLearned,
            ].joined(separator: "\n"),
        ),
    ]

    /// The schema that this version writes and reads.
    static var version: Int { steps.count }

    /// Brings a database up to date. Each step is one transaction, which also sets the numbers in
    /// the file's header, so that an interrupted upgrade goes on where it stopped.
    static func run(_ queue: DatabaseQueue) throws {
        var migrator = DatabaseMigrator()
        for (index, step) in steps.enumerated() {
            migrator.registerMigration(step.name) { database in
                try database.execute(sql: step.sql)
                try database.execute(
                    sql: """
                        PRAGMA application_id = \(DatabaseFile.applicationID);
                        PRAGMA user_version = \(index + 1);
                        """
                )
            }
        }
        try migrator.migrate(queue)
    }
}
