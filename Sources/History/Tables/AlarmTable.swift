import Alarms
import Foundation
import GRDB
import Monitoring

/// `alarm`: one row per alarm that stands in the book, all that a restart needs.
///
/// What people query has a column of its own; the condition and the guidance are JSON in `detail`.
/// Reading them back is in `AlarmRecord+Row.swift`.
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
            previous_state TEXT NOT NULL,
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
            suppressed_by TEXT NOT NULL,
            occurrence_id TEXT,
            condition_at_ns INTEGER,
            raised_at_ns INTEGER,
            cleared_at_ns INTEGER,
            acknowledged_at_ns INTEGER,
            unacknowledged_occurrences INTEGER,
            is_during_downtime INTEGER,
            delay_remaining_ns INTEGER,
            delay_since_ns INTEGER,
            is_delay_running INTEGER,
            detail TEXT NOT NULL
        ) WITHOUT ROWID;
        """

    static let columns = """
        key, feed, concern, system_name, sequence, alarm_sequence, at_ns, reason, state,
        previous_state, data, priority, title, message, check_id, raw, level, phase, is_occurring,
        is_acknowledged, is_latched, shelf, is_suppressed, is_out_of_service, is_delivery_open,
        suppressed_by, occurrence_id, condition_at_ns, raised_at_ns, cleared_at_ns,
        acknowledged_at_ns, unacknowledged_occurrences, is_during_downtime, delay_remaining_ns,
        delay_since_ns, is_delay_running, detail
        """

    private let write: SQLStatement
    private let remove: SQLStatement

    init(_ database: Database) throws {
        let places = (1...37).map { "?\($0)" }.joined(separator: ", ")
        write = try SQLStatement(
            "INSERT OR REPLACE INTO alarm (\(Self.columns)) VALUES (\(places))",
            in: database,
        )
        remove = try SQLStatement("DELETE FROM alarm WHERE key = ?1", in: database)
    }

    func write(_ record: AlarmRecord) throws {
        bindIdentity(record)
        bindLatest(record)
        bindState(record.state)
        write.bind(try StoredJSON.text(record.suppressedBy), at: 26)
        bindOccurrence(record.occurrence)
        write.bind(record.delay?.remaining.count, at: 34)
        write.bind(record.delay?.since.nanoseconds, at: 35)
        write.bind(record.delay?.isRunning, at: 36)
        write.bind(try AlarmDetail(record.condition, record.guidance).text(), at: 37)
        try write.run()
    }

    /// Nothing happens where there is no such alarm.
    func remove(_ key: String) throws {
        remove.bind(key, at: 1)
        try remove.run()
    }

    private func bindIdentity(_ record: AlarmRecord) {
        write.bind(record.key, at: 1)
        switch record.identity {
        case .feed(let feed, let concern):
            write.bind(feed.index, at: 2)
            write.bind(concern.name, at: 3)
            write.bindNull(at: 4)
        case .system(let name):
            write.bindNull(at: 2)
            write.bindNull(at: 3)
            write.bind(name, at: 4)
        }
    }

    private func bindLatest(_ record: AlarmRecord) {
        write.bind(record.sequence, at: 5)
        write.bind(record.alarmSequence, at: 6)
        write.bind(record.changedAt.nanoseconds, at: 7)
        write.bind(record.reason.rawValue, at: 8)
        write.bind(record.state.display.rawValue, at: 9)
        write.bind(record.previousDisplay.rawValue, at: 10)
        write.bind(record.truth.rawValue, at: 11)
        write.bind(record.priority.name, at: 12)
        write.bind(record.title, at: 13)
        write.bind(record.message, at: 14)
        write.bind(record.condition.check, at: 15)
    }

    private func bindState(_ state: AlarmState) {
        write.bind(state.raw.rawValue, at: 16)
        write.bind(Int64(state.level), at: 17)
        write.bind(state.phase.rawValue, at: 18)
        write.bind(state.isOccurring, at: 19)
        write.bind(state.isAcknowledged, at: 20)
        write.bind(state.isLatched, at: 21)
        write.bind(state.shelf.rawValue, at: 22)
        write.bind(state.isSuppressed, at: 23)
        write.bind(state.isOutOfService, at: 24)
        write.bind(state.isDeliveryOpen, at: 25)
    }

    private func bindOccurrence(_ occurrence: AlarmTransition.Occurrence?) {
        write.bind(occurrence?.id, at: 27)
        write.bind(occurrence?.conditionAt.nanoseconds, at: 28)
        write.bind(occurrence?.raisedAt.nanoseconds, at: 29)
        write.bind(occurrence?.clearedAt?.nanoseconds, at: 30)
        write.bind(occurrence?.acknowledgedAt?.nanoseconds, at: 31)
        write.bind(occurrence.map { Int64($0.unacknowledgedOccurrences) }, at: 32)
        write.bind(occurrence?.isDuringDowntime, at: 33)
    }

    /// The alarms of Assay itself and of feeds that are not forgotten, in the order of their last
    /// transitions.
    static func all(in database: Database) throws -> [AlarmRecord] {
        let rows = try SQLStatement(
            """
            SELECT \(columns) FROM alarm
            WHERE feed IS NULL OR feed IN (SELECT id FROM feed WHERE forgotten_at_ns IS NULL)
            ORDER BY sequence, key
            """,
            in: database,
        )
        var alarms: [AlarmRecord] = []
        while try rows.step() { alarms.append(try AlarmRecord(row: rows)) }
        return alarms
    }
}
