import GRDB
import Monitoring

/// What may be deleted at a given time, in the order in which it goes.
struct RetentionPlan {
    /// A table with its rules.
    struct Rule {
        var table: PrunedTable
        /// Older rows go: by age.
        var expiry: ReceiveTime
        /// Older rows may go when the file is too large. Younger ones never: a late sample still
        /// revises them, or a person needs them most.
        var floor: ReceiveTime
    }

    /// In the order in which they give way to the bound in bytes.
    let rules: [Rule]
    let maxBytes: Int64

    init(_ retention: StoreSettings.Retention, now: ReceiveTime) {
        func ago(_ age: Nanoseconds) -> ReceiveTime {
            let (result, overflow) = now.nanoseconds.subtractingReportingOverflow(age.count)
            return ReceiveTime(nanoseconds: overflow ? .min : result)
        }
        let hour: Int64 = 3_600
        func rule(_ table: PrunedTable, _ age: Nanoseconds, floorHours: Int64) -> Rule {
            let floor = Nanoseconds.seconds(floorHours * hour)
            // An age below the floor would delete what a late sample still adds to.
            return Rule(table: table, expiry: ago(max(age, floor)), floor: ago(floor))
        }
        rules = [
            rule(.rollup(.minute), retention.minute, floorHours: 2),
            rule(.rollup(.quarterHour), retention.quarterHour, floorHours: 24),
            rule(.message, retention.quarterHour, floorHours: 2),
            rule(.quarantine, retention.events, floorHours: 24),
            rule(.finding, retention.events, floorHours: 7 * 24),
            rule(.journal, retention.events, floorHours: 7 * 24),
            rule(.rollup(.day), retention.day, floorHours: 31 * 24),
        ]
        maxBytes = retention.maxBytes
    }

    /// The first table with rows to delete: by age, else by bytes.
    func firstDue(
        in database: Database,
        isOverBudget: Bool,
    ) throws -> (table: PrunedTable, cutoff: ReceiveTime)? {
        for rule in rules where try rule.table.hasRows(before: rule.expiry, in: database) {
            return (rule.table, rule.expiry)
        }
        guard isOverBudget else { return nil }
        for rule in rules where try rule.table.hasRows(before: rule.floor, in: database) {
            return (rule.table, rule.floor)
        }
        return nil
    }
}

/// A table from which old rows are deleted. The keys of roll-ups and message counts begin with the
/// time. Those of events are numbers in the order of writing: a row from before the gateway's clock
/// was set right may say a year to come, so that events go by an index of their times.
enum PrunedTable: Equatable {
    case rollup(RollupStep)
    case message
    case finding
    case journal
    case quarantine

    /// Whether a row that may go at all is older than the cutoff.
    func hasRows(before cutoff: ReceiveTime, in database: Database) throws -> Bool {
        let oldest = try SQLStatement(
            cached: "SELECT 1 FROM \(name) WHERE \(time) < ?1 AND \(isRemovable) LIMIT 1",
            in: database,
        )
        defer { oldest.reset() }
        oldest.bind(bound(cutoff), at: 1)
        return try oldest.step()
    }

    /// Deletes the oldest rows that are older than the cutoff; returns how many.
    func delete(
        before cutoff: ReceiveTime,
        atMost limit: Int,
        in database: Database,
    ) throws -> Int {
        let delete = try SQLStatement(
            cached: """
                DELETE FROM \(name) WHERE \(key) IN (
                    SELECT \(key) FROM \(name)
                    WHERE \(time) < ?1 AND \(isRemovable) ORDER BY \(time) LIMIT ?2
                )
                """,
            in: database,
        )
        delete.bind(bound(cutoff), at: 1)
        delete.bind(Int64(limit), at: 2)
        try delete.run()
        return delete.changes
    }

    private var name: String {
        switch self {
        case .rollup(let step): step.table
        case .message: "message_minute"
        case .finding: "finding"
        case .journal: "alarm_journal"
        case .quarantine: "quarantine"
        }
    }

    private var key: String {
        self == .journal ? "sequence" : "id"
    }

    /// What is compared with `bound`: the key, or a column that has an index (`eventsByTime`).
    private var time: String {
        switch self {
        case .rollup, .message: "id"
        case .finding: "found_at_ns"
        case .journal, .quarantine: "at_ns"
        }
    }

    /// Cost: some 20 bytes an event, written at the end of each index.
    static let eventsByTime = """
        CREATE INDEX finding_by_time ON finding (found_at_ns);
        CREATE INDEX alarm_journal_by_time ON alarm_journal (at_ns);
        CREATE INDEX quarantine_by_time ON quarantine (at_ns);
        """

    /// An open finding stays until it ends. The newest finding and journal row stay for their
    /// numbers, which must not be given again.
    private var isRemovable: String {
        switch self {
        case .rollup, .message, .quarantine: "1"
        case .finding:
            "state NOT IN ('open', 'suspended') AND id < (SELECT max(id) FROM finding)"
        case .journal: "sequence < (SELECT max(sequence) FROM alarm_journal)"
        }
    }

    /// The cutoff in the terms of `time`.
    private func bound(_ cutoff: ReceiveTime) -> Int64 {
        switch self {
        case .rollup(let step):
            step.key(step.start(at: cutoff.nanoseconds), FeedID(index: 0))
        case .message:
            RollupStep.minute.start(at: cutoff.nanoseconds) << MessageTable.brokerBits
        case .finding, .journal, .quarantine: cutoff.nanoseconds
        }
    }
}
