import Alarms
import Foundation
import GRDB
import Monitoring
import TestSupport
import Testing

@testable import History

@Suite struct RestartTests {
    // MARK: Records

    @Test("an alarm's record comes back as it was, whatever its fields hold", arguments: [5, 6, 7])
    func records(seed: UInt64) throws {
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let fixture = try Fixture()
        let feeds = (Int32(0)..<50).map { FeedDescription.made($0) }
        var batch = CommitBatch(rollups: [], feeds: feeds)
        var expected: [AlarmRecord] = []
        for number in 0..<400 {
            let feed = number < 350 ? feeds[number / 7] : nil
            expected.append(.random(feed: feed, number: number, using: &random))
        }
        batch.add(AlarmBook.Changes(records: expected))
        try commit(batch, fixture)
        try expectAlarms(expected, fixture)

        // Some change, some go, the rest stays.
        var next = CommitBatch()
        for number in expected.indices.reversed() {
            switch Int.random(in: 0..<3, using: &random) {
            case 0:
                let feed = number < 350 ? feeds[number / 7] : nil
                expected[number] = .random(feed: feed, number: number, using: &random)
                next.add(AlarmBook.Changes(records: [expected[number]]))
            case 1:
                let key = expected.remove(at: number).key
                next.add(AlarmBook.Changes(removedKeys: [key, "never/was"]))
            default: break
            }
        }
        try commit(next, fixture)
        try expectAlarms(expected, fixture)
    }

    @Test("within one batch the last word on a key counts, removed or written")
    func lastWordCounts() throws {
        let fixture = try Fixture()
        let old = AlarmRecord(.made(sequence: 1, alarmSequence: 1))
        var new = old
        new.identity = .feed(FeedID(index: 1), .value)
        new.title = "Of the feed that came back"
        var gone = old
        gone.key = "plant/a/f0/temperature/data"
        gone.identity = .feed(FeedID(index: 0), .data)
        var batch = CommitBatch(rollups: [], feeds: [.made(0), .made(1)])
        batch.add(AlarmBook.Changes(records: [old, gone]))
        batch.add(AlarmBook.Changes(records: [new], removedKeys: [old.key, gone.key]))
        #expect(!batch.isEmpty)
        try commit(batch, fixture)
        try expectAlarms([new], fixture)

        batch = CommitBatch()
        batch.add(AlarmBook.Changes(removedKeys: [new.key]))
        #expect(!batch.isEmpty)
        batch.remove(.everything)
        #expect(batch.isEmpty)
        #expect(batch.alarmChanges == AlarmBook.Changes())
    }

    @Test("the alarms of unknown and of forgotten feeds are left out")
    func unknownFeeds() throws {
        let fixture = try Fixture()
        var batch = CommitBatch(rollups: [], feeds: [.made(0), .made(1)])
        let kept = AlarmRecord(.made(sequence: 3, alarmSequence: 3))
        var forgotten = kept
        (forgotten.key, forgotten.identity) = ("f1/value", .feed(FeedID(index: 1), .value))
        var unknown = kept
        (unknown.key, unknown.identity) = ("f2/value", .feed(FeedID(index: 2), .value))
        batch.add(AlarmBook.Changes(records: [unknown, forgotten, kept]))
        batch.report.forgottenFeeds = [FeedID(index: 1)]
        try commit(batch, fixture)
        try expectAlarms([kept], fixture)
    }

    @Test("a damaged row of an alarm stops the restart, instead of losing an alarm in silence")
    func damagedRow() throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        var batch = CommitBatch(rollups: [], feeds: [.made(0)])
        batch.add(AlarmBook.Changes(records: [AlarmRecord(.made(sequence: 1, alarmSequence: 1))]))
        _ = try store.commit(batch, synchronous: .normal)
        try store.perform("damage") { database, _ in
            try database.execute(sql: "UPDATE alarm SET phase = 'ACTIV'")
        }
        let error = #expect(throws: HistoryError.self) { try store.restoreAlarms() }
        #expect(error?.cause == .corrupt)
    }

    // MARK: How far the stored state goes

    @Test("the last commit's time is kept with it, and moved by no empty or failed one")
    func lastCommit() throws {
        let fixture = try Fixture()
        var store = try fixture.open()
        #expect(store.lastCommitAt == nil)
        var batch = CommitBatch(rollups: [], feeds: [.made(0)])
        batch.at = .start + 7
        batch.transitions = [.made(sequence: 1, alarmSequence: 1)]
        _ = try store.commit(batch, synchronous: .full)
        #expect(store.lastCommitAt == .start + 7)
        batch.at = .start + 8
        #expect(throws: HistoryError.self) { try store.commit(batch, synchronous: .full) }
        batch.remove(.everything)
        _ = try store.commit(batch, synchronous: .full)
        #expect(store.lastCommitAt == .start + 7)
        try store.close()
        store = try fixture.open(at: .start + 99)
        #expect(store.lastCommitAt == .start + 7)
    }

    @Test("opening writes nothing, and a first commit that fails leaves the second to interrupt")
    func interruptedByFirstCommit() throws {
        let fixture = try Fixture()
        var store = try fixture.open()
        var batch = CommitBatch(rollups: [], feeds: [.made(0)])
        batch.at = .start + 60
        batch.transitions = [.made(sequence: 1, alarmSequence: 1)]
        var finding = Finding.made(id: 1, check: 1)
        // A feed's clock may be ahead of the gateway's: a finding does not end before its evidence.
        finding.end = EventTime(.start + 90)
        batch.report.findings = [
            FindingEvent(change: .began, at: .start, finding: .made(id: 2, check: 2)),
            FindingEvent(change: .suspended, at: .start, finding: finding),
        ]
        _ = try store.commit(batch, synchronous: .full)
        try store.close()
        let before = try Data(contentsOf: URL(fileURLWithPath: fixture.path))
        try fixture.open(at: .start + 500).close()
        #expect(try Data(contentsOf: URL(fileURLWithPath: fixture.path)) == before)

        store = try fixture.open(at: .start + 600)
        let open = "SELECT count(*) FROM finding_named WHERE ended IS NULL"
        batch.report.removeAll()
        #expect(throws: HistoryError.self) { try store.commit(batch, synchronous: .full) }
        #expect(try fixture.number(open) == 2)
        batch = CommitBatch(rollups: [], feeds: [.made(1)])
        batch.at = .start + 601
        batch.report.findings = [
            FindingEvent(change: .began, at: .start + 601, finding: .made(id: 3, check: 1))
        ]
        _ = try store.commit(batch, synchronous: .full)
        batch.report.findings = []
        _ = try store.commit(batch, synchronous: .full)
        #expect(try fixture.number(open) == 1)
        let rows = try fixture.rows("SELECT state, ended FROM finding_named ORDER BY id")
        #expect(rows.map { $0["state"] } == ["interrupted", "interrupted", "open"])
        #expect(rows[0]["ended"] == "2026-11-20T00:01:30Z")
        #expect(rows[1]["ended"] == "2026-11-20T00:01:00Z")
    }

    // MARK: The book

    /// Goal: a person sees the same alarms after a restart, and nobody is told anything. Method: a
    /// book with an acknowledged, a masked, a clearing and a system alarm goes through a real file.
    @Test("restored alarms stand as they stood, and nothing is announced by itself")
    func bookSurvives() throws {
        let fixture = try Fixture()
        var book = AlarmBook(epoch: "E1")
        let feeds = (Int32(0)..<3).map { FeedDescription.made($0) }
        for feed in feeds {
            book.register(feed, settings: AlarmSettings(requiresAcknowledgement: true))
        }
        book.apply(try event(.confirmed, "silence", of: feeds[0], at: .start))
        let key = "\(feeds[0].key)/data"
        #expect(book.acknowledge(key: key, at: .start + 1) == nil)
        book.apply(try event(.confirmed, "range", of: feeds[0], at: .start + 2))
        book.apply(try event(.confirmed, "range", of: feeds[1], at: .start + 3))
        book.apply(try event(.ended, "range", of: feeds[1], at: .start + 4))
        book.apply(
            .init(name: "broker/main", isAbnormal: true, at: .start + 5, detail: "refused")
        )
        let before = book.open()
        #expect(before.map(\.display.rawValue).sorted() == ["ACKED", "ACKED", "DSUPR", "UNACK"])
        let named = try commit(&book, feeds, at: .start + 6, fixture)
        #expect(named.map { $0["key"] } == before.map(\.key))
        #expect(named.map { $0["state"] } == before.map(\.display.rawValue))

        var restored = try restoredBook(fixture, AlarmSettings(requiresAcknowledgement: true))
        // What is known of the condition is not: that is the only difference.
        let expected = before.map { alarm in
            var alarm = alarm
            alarm.truth = .unknown
            alarm.state.raw = .unknown
            if alarm.state.phase == .pendingOff { alarm.state.phase = .active }
            return alarm
        }
        #expect(restored.open() == expected)
        restored.advance(to: .start + 90_000)
        #expect(restored.takeTransitions().isEmpty)
        #expect(restored.open() == expected)
    }

    @Test("an on-delay goes on with what was left of it at the last commit, without the downtime")
    func delayResumes() throws {
        let fixture = try Fixture()
        let settings = AlarmSettings(onDelay: .seconds(30), requiresAcknowledgement: true)
        var book = AlarmBook(epoch: "E1")
        let feed = FeedDescription.made(0)
        book.register(feed, settings: settings)
        book.apply(try event(.confirmed, "silence", of: feed, at: .start))
        book.advance(to: .start + 20)
        #expect(try commit(&book, [feed], at: .start + 20, fixture).isEmpty)

        var restored = try restoredBook(fixture, settings)
        restored.advance(to: .start + 1_000)
        restored.apply(try event(.confirmed, "silence", of: feed, at: .start + 1_000))
        restored.advance(to: .start + 1_009)
        #expect(restored.takeTransitions().isEmpty)
        restored.advance(to: .start + 1_011)
        let transitions = restored.takeTransitions()
        #expect(transitions.map(\.reason) == [.raise])
        #expect(transitions.first?.at == .start + 1_010)
    }

    // MARK: Steps that the tests share

    private func event(
        _ change: FindingEvent.Change,
        _ check: String,
        of feed: FeedDescription,
        at time: ReceiveTime,
    ) throws -> FindingEvent {
        let index = try #require(CheckCatalogue.all.firstIndex { $0.name == check })
        var finding = Finding.made(id: 1, check: UInt8(index), at: time)
        finding.feed = feed.id
        finding.isConfirmed = true
        return FindingEvent(change: change, at: time, finding: finding)
    }

    private func commit(_ batch: CommitBatch, _ fixture: Fixture) throws {
        let store = try fixture.open()
        _ = try store.commit(batch, synchronous: .full)
        try store.close()
    }

    /// - Returns: the rows of the view that people read, by key.
    private func commit(
        _ book: inout AlarmBook,
        _ feeds: [FeedDescription],
        at time: ReceiveTime,
        _ fixture: Fixture,
    ) throws -> [Row] {
        var batch = CommitBatch(rollups: [], feeds: feeds)
        batch.at = time
        batch.transitions = book.takeTransitions()
        batch.add(book.takeChanges())
        try commit(batch, fixture)
        return try fixture.rows("SELECT * FROM alarm_open ORDER BY key")
    }

    private func restoredBook(
        _ fixture: Fixture,
        _ settings: AlarmSettings,
    ) throws -> AlarmBook {
        let store = try fixture.open()
        var book = AlarmBook(
            epoch: store.epoch,
            restoring: try store.restoreAlarms(),
            lastSequence: try store.lastSequences().transition,
            stoppedAt: store.lastCommitAt,
        )
        for feed in try store.restoreFeeds() { book.register(feed, settings: settings) }
        try store.close()
        return book
    }

    private func expectAlarms(_ expected: [AlarmRecord], _ fixture: Fixture) throws {
        let store = try fixture.open()
        let restored = try store.restoreAlarms()
        #expect(restored.map(\.key) == expected.map(\.key))
        for (one, other) in zip(restored, expected) where !one.isSame(as: other) {
            Issue.record("\(one) is not \(other)")
        }
        try store.close()
    }
}
