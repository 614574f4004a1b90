import Alarms
import Foundation
import GRDB
import Monitoring

/// `alarm`: one row per alarm with its last transition, all that a restart needs.
///
/// What people query has a column of its own; the condition and the guidance are JSON in `detail`.
struct AlarmTable {
    static let schema = """
        CREATE TABLE alarm (
            key TEXT PRIMARY KEY,
            feed INTEGER,
            concern TEXT,
            system_name TEXT,
            sequence INTEGER NOT NULL,
            alarm_sequence INTEGER NOT NULL,
            at_ns INTEGER NOT NULL,
            reason TEXT NOT NULL,
            state TEXT NOT NULL,
            data TEXT NOT NULL,
            priority TEXT NOT NULL,
            title TEXT NOT NULL,
            message TEXT NOT NULL,
            check_id TEXT NOT NULL,
            raw TEXT NOT NULL,
            level INTEGER NOT NULL,
            phase TEXT NOT NULL,
            is_occurring INTEGER NOT NULL,
            is_acknowledged INTEGER NOT NULL,
            is_latched INTEGER NOT NULL,
            shelf TEXT NOT NULL,
            is_suppressed INTEGER NOT NULL,
            is_out_of_service INTEGER NOT NULL,
            is_delivery_open INTEGER NOT NULL,
            occurrence_id TEXT,
            condition_at_ns INTEGER,
            raised_at_ns INTEGER,
            cleared_at_ns INTEGER,
            unacknowledged_occurrences INTEGER,
            detail TEXT NOT NULL
        ) WITHOUT ROWID;
        """

    static let columns = """
        key, feed, concern, system_name, sequence, alarm_sequence, at_ns, reason, state, data,
        priority, title, message, check_id, raw, level, phase, is_occurring, is_acknowledged,
        is_latched, shelf, is_suppressed, is_out_of_service, is_delivery_open, occurrence_id,
        condition_at_ns, raised_at_ns, cleared_at_ns, unacknowledged_occurrences, detail
        """

    private let write: SQLStatement

    init(_ database: Database) throws {
        let places = (1...30).map { "?\($0)" }.joined(separator: ", ")
        write = try SQLStatement(
            "INSERT OR REPLACE INTO alarm (\(Self.columns)) VALUES (\(places))",
            in: database,
        )
    }

    func write(_ transition: AlarmTransition, detail: String) throws {
        bindIdentity(transition)
        bindState(transition.state)
        let occurrence = transition.occurrence
        write.bind(occurrence?.id, at: 25)
        write.bind(occurrence?.conditionAt.nanoseconds, at: 26)
        write.bind(occurrence?.raisedAt.nanoseconds, at: 27)
        write.bind(occurrence?.clearedAt?.nanoseconds, at: 28)
        write.bind(occurrence.map { Int64($0.unacknowledgedOccurrences) }, at: 29)
        write.bind(detail, at: 30)
        try write.run()
    }

    private func bindIdentity(_ transition: AlarmTransition) {
        write.bind(transition.key, at: 1)
        switch transition.subject {
        case .feed(let feed, let concern):
            write.bind(feed.id.index, at: 2)
            write.bind(concern.name, at: 3)
            write.bindNull(at: 4)
        case .system(let name):
            write.bindNull(at: 2)
            write.bindNull(at: 3)
            write.bind(name, at: 4)
        }
        write.bind(transition.sequence, at: 5)
        write.bind(transition.alarmSequence, at: 6)
        write.bind(transition.at.nanoseconds, at: 7)
        write.bind(transition.reason.rawValue, at: 8)
        write.bind(transition.display.rawValue, at: 9)
        write.bind(transition.truth.rawValue, at: 10)
        write.bind(transition.priority.name, at: 11)
        write.bind(transition.title, at: 12)
        write.bind(transition.message, at: 13)
        write.bind(transition.condition.check, at: 14)
    }

    private func bindState(_ state: AlarmState) {
        write.bind(state.raw.rawValue, at: 15)
        write.bind(Int64(state.level), at: 16)
        write.bind(state.phase.rawValue, at: 17)
        write.bind(state.isOccurring, at: 18)
        write.bind(state.isAcknowledged, at: 19)
        write.bind(state.isLatched, at: 20)
        write.bind(state.shelf.rawValue, at: 21)
        write.bind(state.isSuppressed, at: 22)
        write.bind(state.isOutOfService, at: 23)
        write.bind(state.isDeliveryOpen, at: 24)
    }

    /// All alarms in the order of their last transition.
    static func all(in database: Database) throws -> [StoredAlarm] {
        let rows = try SQLStatement(
            "SELECT \(columns) FROM alarm ORDER BY sequence",
            in: database,
        )
        var alarms: [StoredAlarm] = []
        while try rows.step() { alarms.append(try StoredAlarm(row: rows)) }
        return alarms
    }
}

extension StoredAlarm {
    /// Reads the columns of `AlarmTable.columns`. A word that none of ours can have written means
    /// that the row is damaged: an open alarm must not be lost in silence.
    fileprivate init(row: SQLStatement) throws {
        guard let subject = Subject(row: row),
            let reason = AlarmReason(rawValue: row.text(7)),
            let display = AlarmDisplay(rawValue: row.text(8)),
            let truth = AlarmTruth(rawValue: row.text(9)),
            let priority = Priority(name: row.text(10)),
            let state = AlarmState(row: row)
        else {
            throw SQLiteFailure(
                code: ResultCode.SQLITE_CORRUPT.rawValue,
                message: "the row of an alarm holds an unknown word",
            )
        }
        let detail = try AlarmDetail(text: row.text(29))
        self.init(
            key: row.text(0),
            subject: subject,
            sequence: row.int(4),
            alarmSequence: row.int(5),
            at: ReceiveTime(nanoseconds: row.int(6)),
            reason: reason,
            display: display,
            state: state,
            truth: truth,
            priority: priority,
            title: row.text(11),
            message: row.text(12),
            guidance: detail.guidance.restored,
            condition: detail.condition.restored,
            occurrence: AlarmTransition.Occurrence(row: row),
        )
    }
}

extension StoredAlarm.Subject {
    fileprivate init?(row: SQLStatement) {
        if let name = row.optionalText(3) {
            self = .system(name: name)
            return
        }
        let name = row.text(2)
        guard let feed = row.optionalInt(1),
            let concern = Concern.allCases.first(where: { $0.name == name })
        else { return nil }
        self = .feed(FeedID(index: Int32(truncatingIfNeeded: feed)), concern)
    }
}

extension AlarmState {
    fileprivate init?(row: SQLStatement) {
        self.init()
        guard let raw = Raw(rawValue: row.text(14)), let phase = Phase(rawValue: row.text(16)),
            let shelf = Shelf(rawValue: row.text(20))
        else { return nil }
        self.raw = raw
        level = Int(row.int(15))
        self.phase = phase
        isOccurring = row.int(17) != 0
        isAcknowledged = row.int(18) != 0
        isLatched = row.int(19) != 0
        self.shelf = shelf
        isSuppressed = row.int(21) != 0
        isOutOfService = row.int(22) != 0
        isDeliveryOpen = row.int(23) != 0
    }
}

extension AlarmTransition.Occurrence {
    fileprivate init?(row: SQLStatement) {
        guard let id = row.optionalText(24) else { return nil }
        self.init(
            id: id,
            conditionAt: EventTime(nanoseconds: row.int(25)),
            raisedAt: ReceiveTime(nanoseconds: row.int(26)),
            clearedAt: row.optionalInt(27).map { ReceiveTime(nanoseconds: $0) },
            unacknowledgedOccurrences: Int(row.int(28)),
        )
    }
}
