import Alarms
import Foundation
import GRDB
import Monitoring
import Testing

@testable import History

@Suite struct CommitTests {
    @Test("an empty batch makes no transaction and says so")
    func emptyBatch() throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let before = try fixture.size(ofFile: "-wal")
        var batch = CommitBatch()
        batch.report.conditions = [
            .init(name: "broker/main", isAbnormal: true, at: .start, detail: "gone")
        ]
        let outcome = try store.commit(batch, synchronous: .full)
        #expect(!outcome.didWrite)
        #expect(try fixture.size(ofFile: "-wal") == before)
    }

    @Test("each commit runs at the level asked for", arguments: [Synchronous.full, .normal, .full])
    func synchronousLevel(level: Synchronous) throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let batch = CommitBatch(rollups: [], feeds: [.made(0)])
        // The other level first, so that the right answer is none by chance.
        _ = try store.commit(batch, synchronous: level == .full ? .normal : .full)
        #expect(try store.commit(batch, synchronous: level).didWrite)
        // Inside a transaction the level cannot change, so it is the commit's.
        let value = try store.perform("read the settings of") { database, _ in
            try Int64.fetchOne(database, sql: "PRAGMA synchronous")
        }
        #expect(value == level.rawValue)
    }

    @Test("a commit for alarms leaves the rows, and the next one writes them once")
    func partForAlarms() throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        var renamed = FeedDescription.made(0)
        renamed.unit = "K"
        var batch = CommitBatch(
            rollups: [Rollup.made(feed: 1, origin: 0, values: [1, 2])],
            feeds: [.made(0), .made(1)],
        )
        batch.report.changedFeeds = [renamed]
        batch.quarantined = [
            QuarantinedMessage(
                feed: FeedID(index: 1),
                at: .start,
                problem: .notANumberOrWord,
                offset: 0,
                payload: [0x78],
            )
        ]
        batch.transitions = [.made(sequence: 1, alarmSequence: 1)]
        #expect(batch.deferrableCount == 3)

        #expect(try store.commit(batch, .alarms, synchronous: .full).didWrite)
        #expect(try fixture.number("SELECT count(*) FROM alarm_journal") == 1)
        #expect(try fixture.number("SELECT count(*) FROM feed WHERE unit = 'Cel'") == 2)
        #expect(try fixture.number("SELECT count(*) FROM rollup_minute") == 0)
        #expect(try fixture.number("SELECT count(*) FROM quarantine") == 0)

        batch.remove(.alarms)
        #expect(!batch.isEmpty)
        _ = try store.commit(batch, synchronous: .full)
        #expect(try fixture.number("SELECT count(*) FROM alarm_journal") == 1)
        #expect(try fixture.number("SELECT count(*) FROM feed WHERE unit = 'K'") == 1)
        #expect(try fixture.number("SELECT sum(good) FROM rollup_day") == 2)
        #expect(try fixture.number("SELECT count(*) FROM quarantine") == 1)
        batch.remove(.everything)
        #expect(batch.isEmpty)
    }

    @Test(
        "the latest minute of a feed is that of the present, not one that a wrong clock left ahead"
    )
    func latestMinute() throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        var feed = FeedDescription.made(1)
        feed.lastValue = 20.5
        feed.lastValueAt = EventTime(nanoseconds: (ReceiveTime.start + 2).nanoseconds)
        let minute = ReceiveTime.start.minute
        let ahead = Rollup.made(feed: 1, minute: minute + 1_440, origin: 0, values: [7])
        var batch = CommitBatch(rollups: [ahead], feeds: [feed])
        batch.at = .start + 86_400
        _ = try store.commit(batch, synchronous: .full)
        let rows = [minute - 2, minute - 1].map {
            Rollup.made(feed: 1, minute: $0, origin: 0, values: [Double($0 - minute)])
        }
        batch = CommitBatch(rollups: rows)
        batch.at = .start + 6
        _ = try store.commit(batch, synchronous: .full)
        let latest = try #require(try fixture.rows("SELECT * FROM feed_latest").first)
        #expect(latest["mean"] == -1.0)
        #expect(latest["last_value"] == 20.5)
        #expect(latest["last_seen"] == "2026-11-20T00:00:05Z")
        #expect(latest["last_value_at"] == "2026-11-20T00:00:02Z", "seen later than it said")
    }

    @Test("feeds come back as they were, changed ones changed, forgotten ones not")
    func feeds() throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        var silent = FeedDescription.made(1)
        silent.unit = nil
        silent.labels = []
        silent.period = nil
        silent.silenceLimit = nil
        silent.lastSeenAt = nil
        silent.isDeclared = false
        silent.kind = .unknown
        var batch = CommitBatch(rollups: [], feeds: [.made(0), silent, .made(2)])
        _ = try store.commit(batch, synchronous: .full)
        #expect(try store.restoreFeeds() == [.made(0), silent, .made(2)])

        var changed = FeedDescription.made(0)
        changed.kind = .word
        changed.unit = "bar"
        changed.period = .milliseconds(200)
        changed.origin = -812.1
        changed.lastValue = 1_184.25
        changed.lastValueAt = EventTime(.start + 59)
        batch = CommitBatch()
        batch.at = .start + 60
        batch.report.changedFeeds = [changed]
        batch.report.forgottenFeeds = [FeedID(index: 2)]
        _ = try store.commit(batch, synchronous: .full)
        #expect(try store.restoreFeeds() == [changed, silent])
        // Its number is not free: its rows still carry it.
        #expect(try store.lastSequences().feed == 2)

        // The same key may come back under another number.
        let returned = FeedDescription.made(3, key: FeedDescription.made(2).key)
        _ = try store.commit(CommitBatch(rollups: [], feeds: [returned]), synchronous: .full)
        #expect(try store.restoreFeeds() == [changed, silent, returned])
    }

    @Test("a finding is one row from begin to end, and a run that ends leaves it interrupted")
    func findings() throws {
        let fixture = try Fixture()
        var store = try fixture.open()
        var finding = Finding.made(id: 1, check: 4)
        var batch = CommitBatch(rollups: [], feeds: [.made(0)])
        batch.report.findings = [FindingEvent(change: .began, at: .start, finding: finding)]
        _ = try store.commit(batch, synchronous: .full)
        finding.isConfirmed = true
        finding.verdict = .fail
        finding.worst = 1_420.5
        finding.limit = .nan
        finding.end = EventTime(.start + 30)
        batch = CommitBatch()
        batch.at = .start + 50
        batch.report.findings = [
            FindingEvent(change: .confirmed, at: .start + 10, finding: finding),
            FindingEvent(change: .ended, at: .start + 40, finding: finding),
            FindingEvent(change: .began, at: .start + 41, finding: .made(id: 2, check: 5)),
        ]
        _ = try store.commit(batch, synchronous: .full)
        #expect(try store.lastSequences().finding == 2)
        try store.close()
        store = try fixture.open(at: .start + 100)
        batch = CommitBatch()
        batch.at = .start + 101
        batch.report.changedFeeds = [.made(0)]
        batch.report.findings = [
            FindingEvent(change: .began, at: .start + 101, finding: .made(id: 3, check: 5))
        ]
        _ = try store.commit(batch, synchronous: .full)

        let rows = try fixture.rows("SELECT * FROM finding_named ORDER BY id")
        #expect(rows.count == 3)
        #expect(rows[0]["check_id"] == "check4")
        #expect(rows[0]["verdict"] == "fail")
        #expect(rows[0]["state"] == "ended")
        #expect(rows[0]["worst"] == 1_420.5)
        #expect(rows[0]["limit_value"] == nil as Double?)
        #expect(rows[0]["duration_s"] == 30.0)
        #expect(rows[0]["began"] == "2026-11-20T00:00:00Z")
        // The run's last commit, not the restart and not the last flagged sample.
        #expect(rows[1]["state"] == "interrupted")
        #expect(rows[1]["ended"] == "2026-11-20T00:00:50Z")
        #expect(rows[1]["duration_s"] == 50.0)
        #expect(rows[2]["state"] == "open")
        #expect(rows[2]["ended"] == nil as String?)
        #expect(rows[1]["feed"] == "plant/a/f0/temperature")
    }

    @Test("an alarm, its journal and its messages come back as they were written")
    func alarms() throws {
        let fixture = try Fixture()
        var store = try fixture.open()
        let raise = AlarmTransition.made(sequence: 18, alarmSequence: 1)
        var clear = AlarmTransition.made(sequence: 19, alarmSequence: 2)
        clear.reason = .clear
        clear.display = .normal
        clear.previousDisplay = .unacknowledged
        clear.state = AlarmState()
        clear.condition.value = .infinity
        clear.occurrence?.clearedAt = .start + 90
        var system = AlarmTransition.made(sequence: 20, alarmSequence: 1)
        system.key = "system/broker/main"
        system.subject = .system(name: "broker/main")
        system.occurrence = nil
        var batch = CommitBatch(rollups: [], feeds: [.made(0)])
        batch.transitions = [raise, clear, system]
        batch.add(AlarmBook.Changes(records: [AlarmRecord(clear), AlarmRecord(system)]))
        batch.outbox = { [.made(sequence: $0.sequence)] }
        _ = try store.commit(batch, synchronous: .full)
        try store.close()

        store = try fixture.open()
        #expect(try store.restoreAlarms() == [AlarmRecord(clear), AlarmRecord(system)])
        #expect(try store.lastSequences().transition == 20)
        let journal = try fixture.rows("SELECT * FROM alarm_journal ORDER BY sequence")
        #expect(journal.map { $0["reason"] } == ["raise", "clear", "raise"])
        #expect(journal.map { $0["previous_state"] } == ["NORM", "UNACK", "NORM"])
        let open = try fixture.rows("SELECT key FROM alarm_open")
        #expect(open.map { $0["key"] } == ["system/broker/main"])

        let pending = try store.pendingOutbox(limit: 2)
        #expect(pending == [.made(sequence: 18), .made(sequence: 19)])
        #expect(try store.pendingOutbox(after: 19, limit: 9).map(\.id) == [20])
        batch = CommitBatch()
        batch.delivered = [18, 20, 99]
        _ = try store.commit(batch, synchronous: .normal)
        #expect(try store.pendingOutbox(limit: 9).map(\.id) == [19])
    }

    @Test("a repeated sequence is our fault: nothing of its batch is stored")
    func repeatedSequence() throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        var batch = CommitBatch()
        batch.transitions = [.made(sequence: 1, alarmSequence: 1)]
        _ = try store.commit(batch, synchronous: .full)
        batch.report.newFeeds = [.made(0)]
        batch.report.rollups = [.made(origin: 3, values: [3])]
        let error = #expect(throws: HistoryError.self) {
            try store.commit(batch, synchronous: .full)
        }
        #expect(error?.canRetry == false)
        #expect(error?.description.contains("please report it") == true)
        #expect(try store.restoreFeeds().isEmpty)
        #expect(try fixture.number("SELECT count(*) FROM rollup_minute") == 0)
    }

    @Test("the quarantine keeps the beginning of payloads and refuses at its limit, counting")
    func quarantine() throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let message = QuarantinedMessage(
            feed: FeedID(index: 0),
            at: .start,
            problem: .syntax,
            offset: 12,
            payload: Array(repeating: UInt8(ascii: "x"), count: 1_000),
        )
        var batch = CommitBatch()
        batch.quarantined = Array(repeating: message, count: Limits.quarantineRows - 1)
        #expect(try store.commit(batch, synchronous: .normal).quarantineRefused == 0)
        #expect(store.quarantineRoom == 1)
        batch.quarantined = Array(repeating: message, count: 3)
        #expect(try store.commit(batch, synchronous: .normal).quarantineRefused == 2)
        #expect(store.quarantineRoom == 0)
        #expect(
            try fixture.number("SELECT count(*) FROM quarantine")
                == Int64(Limits.quarantineRows)
        )
        // The first are the evidence of how it began, so the newest give way; also after a restart.
        try store.close()
        let again = try fixture.open()
        #expect(again.quarantineRoom == 0)
        batch.quarantined = [message]
        #expect(try again.commit(batch, synchronous: .normal).quarantineRefused == 1)
        #expect(
            try fixture.number("SELECT max(id) FROM quarantine") == Int64(Limits.quarantineRows)
        )
        let row = try #require(try fixture.rows("SELECT * FROM quarantine LIMIT 1").first)
        #expect(row["payload_bytes"] == 1_000)
        #expect((row["payload"] as Data).count == Limits.quarantinedBytes)
        #expect(row["reason"] == "is not valid JSON")
    }

    @Test("a full outbox drops its oldest rows and counts them")
    func outboxIsBounded() throws {
        let fixture = try Fixture()
        var store = try fixture.open()
        try store.perform("fill") { database, _ in
            try database.execute(
                sql: """
                    INSERT INTO outbox
                    SELECT value, 'mqtt', NULL, 't', x'00', 0, value, 0 FROM (
                        WITH RECURSIVE n (value) AS (
                            SELECT 1 UNION ALL SELECT value + 1 FROM n
                            WHERE value < \(Limits.outboxRows)
                        ) SELECT value FROM n
                    )
                    """
            )
        }
        try store.close()
        store = try fixture.open()
        var batch = CommitBatch()
        let last = Int64(Limits.outboxRows)
        batch.transitions = [.made(sequence: last + 1, alarmSequence: 1)]
        batch.outbox = { [.made(sequence: $0.sequence), .made(sequence: $0.sequence + 1)] }
        batch.delivered = [1]
        let outcome = try store.commit(batch, synchronous: .normal)
        #expect(outcome.outboxDropped == 1)
        #expect(try store.pendingOutbox(limit: 1).first?.id == 3)
        #expect(try fixture.number("SELECT count(*) FROM outbox") == Int64(Limits.outboxRows))
    }
}
