import Alarms
import GRDB
import Monitoring

/// `alarm_journal`: every transition of every alarm, append-only, by the gateway's sequence.
struct AlarmJournalTable {
    static let schema = """
        CREATE TABLE alarm_journal (
            sequence INTEGER PRIMARY KEY,
            alarm_key TEXT NOT NULL,
            alarm_sequence INTEGER NOT NULL,
            at_ns INTEGER NOT NULL,
            reason TEXT NOT NULL,
            state TEXT NOT NULL,
            previous_state TEXT NOT NULL,
            data TEXT NOT NULL,
            priority TEXT NOT NULL,
            check_id TEXT NOT NULL,
            occurrence_id TEXT,
            is_announced INTEGER NOT NULL,
            message TEXT NOT NULL,
            detail TEXT NOT NULL
        );
        """

    private let write: SQLStatement

    init(_ database: Database) throws {
        write = try SQLStatement(
            """
            INSERT INTO alarm_journal
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
            """,
            in: database,
        )
    }

    func write(_ transition: AlarmTransition) throws {
        write.bind(transition.sequence, at: 1)
        write.bind(transition.key, at: 2)
        write.bind(transition.alarmSequence, at: 3)
        write.bind(transition.at.nanoseconds, at: 4)
        write.bind(transition.reason.rawValue, at: 5)
        write.bind(transition.display.rawValue, at: 6)
        write.bind(transition.previousDisplay.rawValue, at: 7)
        write.bind(transition.truth.rawValue, at: 8)
        write.bind(transition.priority.name, at: 9)
        write.bind(transition.condition.check, at: 10)
        write.bind(transition.occurrence?.id, at: 11)
        write.bind(transition.isAnnounced, at: 12)
        write.bind(transition.message, at: 13)
        let detail = AlarmDetail(transition.condition, transition.guidance)
        write.bind(try detail.text(), at: 14)
        try write.run()
    }
}
