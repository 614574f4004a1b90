import GRDB
import Monitoring

/// `finding`: one row per episode, inserted when it begins and replaced at each change.
///
/// There is no index on the feed: it would cost a page per change, and a reader goes over a year of
/// findings (100,000 rows) in some 20 ms.
struct FindingTable {
    /// What `state` holds. A finding that a former run left open cannot be closed by evidence any
    /// more: the next run's first commit makes it `interrupted`. A condition that still holds is
    /// found anew, as a finding of its own.
    enum State: String {
        case open, suspended, ended, interrupted
    }

    static let schema = """
        CREATE TABLE finding (
            id INTEGER PRIMARY KEY,
            feed INTEGER NOT NULL,
            check_id TEXT NOT NULL,
            verdict INTEGER NOT NULL,
            state TEXT NOT NULL,
            is_confirmed INTEGER NOT NULL,
            begin_ns INTEGER NOT NULL,
            end_ns INTEGER NOT NULL,
            found_at_ns INTEGER NOT NULL,
            changed_at_ns INTEGER NOT NULL,
            flagged_count INTEGER NOT NULL,
            worst REAL,
            limit_value REAL,
            last_value REAL,
            last_value_at_ns INTEGER NOT NULL,
            detail TEXT NOT NULL
        );
        CREATE INDEX finding_open ON finding (id) WHERE state IN ('open', 'suspended');
        """

    static let columns = """
        id, feed, check_id, verdict, state, is_confirmed, begin_ns, end_ns, found_at_ns,
        changed_at_ns, flagged_count, worst, limit_value, last_value, last_value_at_ns, detail,
        is_learned
        """

    /// Whether nobody gave the limit. NULL: written before there was this column.
    static let isLearnedColumn = "ALTER TABLE finding ADD COLUMN is_learned INTEGER;"

    private let write: SQLStatement
    private let nameOfCheck: (CheckID) -> String

    init(_ database: Database, nameOfCheck: @escaping (CheckID) -> String) throws {
        self.nameOfCheck = nameOfCheck
        write = try SQLStatement(
            """
            INSERT INTO finding (\(Self.columns))
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)
            ON CONFLICT (id) DO UPDATE SET
                verdict = ?4, state = ?5, is_confirmed = ?6, begin_ns = ?7, end_ns = ?8,
                found_at_ns = ?9, changed_at_ns = ?10, flagged_count = ?11, worst = ?12, limit_value = ?13,
                last_value = ?14, last_value_at_ns = ?15, detail = ?16
            """,
            in: database,
        )
    }

    func write(_ event: FindingEvent) throws {
        let finding = event.finding
        write.bind(finding.id, at: 1)
        write.bind(finding.feed.index, at: 2)
        write.bind(nameOfCheck(finding.check), at: 3)
        write.bind(Int64(finding.verdict.rawValue), at: 4)
        write.bind(State(event.change).rawValue, at: 5)
        write.bind(finding.isConfirmed, at: 6)
        write.bind(finding.begin.nanoseconds, at: 7)
        write.bind(finding.end.nanoseconds, at: 8)
        write.bind(finding.foundAt.nanoseconds, at: 9)
        write.bind(event.at.nanoseconds, at: 10)
        write.bind(finding.flaggedCount, at: 11)
        write.bind(finding.worst, at: 12)
        write.bind(finding.limit, at: 13)
        write.bind(finding.lastValue, at: 14)
        write.bind(finding.lastValueAt.nanoseconds, at: 15)
        write.bind(finding.detail, at: 16)
        write.bind(finding.isLearned, at: 17)
        try write.run()
    }

    /// Closes what a former run left open: it lasted at least until that run stopped.
    static func interruptOpen(in database: Database, at time: ReceiveTime) throws {
        let update = try SQLStatement(
            """
            UPDATE finding SET state = 'interrupted', changed_at_ns = ?1,
                end_ns = max(end_ns, ?1)
            WHERE state IN ('open', 'suspended')
            """,
            in: database,
        )
        update.bind(time.nanoseconds, at: 1)
        try update.run()
    }
}

extension FindingTable.State {
    init(_ change: FindingEvent.Change) {
        switch change {
        case .began, .confirmed, .worsened, .updated, .restated: self = .open
        case .suspended: self = .suspended
        case .ended: self = .ended
        }
    }
}
