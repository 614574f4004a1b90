import Alarms
import Foundation
import GRDB
import Monitoring

extension AlarmRecord {
    /// Reads the columns of `AlarmTable.columns`. A word that none of ours can have written means
    /// that the row is damaged: an open alarm must not be lost in silence.
    init(row: SQLStatement) throws {
        guard let identity = AlarmIdentity(row: row),
            let reason = AlarmReason(rawValue: row.text(7)),
            let previousDisplay = AlarmDisplay(rawValue: row.text(9)),
            let truth = AlarmTruth(rawValue: row.text(10)),
            let priority = Priority(name: row.text(11)),
            let state = AlarmState(row: row)
        else {
            throw SQLiteFailure(
                code: ResultCode.SQLITE_CORRUPT.rawValue,
                message: "the row of an alarm holds an unknown word",
            )
        }
        let detail = try AlarmDetail(text: row.text(36))
        self.init(
            identity: identity,
            key: row.text(0),
            state: state,
            suppressedBy: try StoredJSON.strings(row.text(25)),
            alarmSequence: row.int(5),
            sequence: row.int(4),
            changedAt: ReceiveTime(nanoseconds: row.int(6)),
            reason: reason,
            previousDisplay: previousDisplay,
            truth: truth,
            priority: priority,
            title: row.text(12),
            message: row.text(13),
            guidance: detail.guidance.restored,
            condition: detail.condition.restored,
            occurrence: AlarmTransition.Occurrence(row: row),
            delay: PendingDelay(row: row),
        )
    }
}

extension AlarmIdentity {
    fileprivate init?(row: SQLStatement) {
        if let name = row.optionalText(3) {
            self = .system(name)
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
        guard let raw = Raw(rawValue: row.text(15)), let phase = Phase(rawValue: row.text(17)),
            let shelf = Shelf(rawValue: row.text(21))
        else { return nil }
        self.raw = raw
        level = Int(row.int(16))
        self.phase = phase
        isOccurring = row.int(18) != 0
        isAcknowledged = row.int(19) != 0
        isLatched = row.int(20) != 0
        self.shelf = shelf
        isSuppressed = row.int(22) != 0
        isOutOfService = row.int(23) != 0
        isDeliveryOpen = row.int(24) != 0
    }
}

extension AlarmTransition.Occurrence {
    fileprivate init?(row: SQLStatement) {
        guard let id = row.optionalText(26) else { return nil }
        self.init(
            id: id,
            conditionAt: EventTime(nanoseconds: row.int(27)),
            raisedAt: ReceiveTime(nanoseconds: row.int(28)),
            clearedAt: row.optionalInt(29).map { ReceiveTime(nanoseconds: $0) },
            unacknowledgedOccurrences: Int(row.int(31)),
            acknowledgedAt: row.optionalInt(30).map { ReceiveTime(nanoseconds: $0) },
            isDuringDowntime: row.int(32) != 0,
        )
    }
}

extension PendingDelay {
    fileprivate init?(row: SQLStatement) {
        guard let remaining = row.optionalInt(33) else { return nil }
        self.init(
            remaining: Nanoseconds(remaining),
            since: ReceiveTime(nanoseconds: row.int(34)),
            isRunning: row.int(35) != 0,
        )
    }
}
