import Foundation
import GRDB
import Monitoring
import Testing

@testable import History

@Suite struct RetentionTests {
    private static let hour: Int64 = 3_600
    private static let day: Int64 = 86_400

    @Test("rows older than their age go, oldest first, at most so many a step")
    func byAge() throws {
        let fixture = try Fixture()
        fixture.settings.retention.minute = .seconds(3 * Self.hour)
        let store = try fixture.open()
        try store.fill(feeds: 10, minutes: 240)
        let now = ReceiveTime.start + 240 * 60
        let step = try store.retain(now: now, budgetRows: 100)
        #expect(step.rowsDeleted == 100)
        #expect(step.isMoreWaiting)
        #expect(!step.isOverBudget)
        // The oldest: ten whole minutes.
        #expect(
            try fixture.number("SELECT min(id) >> 20 FROM rollup_minute")
                == ReceiveTime.start.minute + 10
        )
        try store.retainAll(now: now)
        #expect(try fixture.number("SELECT count(*) FROM rollup_minute") == 10 * 180)
        #expect(
            try fixture.number("SELECT min(id) >> 20 FROM rollup_minute")
                == ReceiveTime.start.minute + 60
        )
        // Other levels have their own age.
        #expect(try fixture.number("SELECT count(*) FROM rollup_quarter_hour") == 160)
        #expect(try fixture.number("SELECT sum(good) FROM rollup_day") == 10 * 240 * 2)
    }

    @Test("minutes that a late sample may still add to stay, however short their age is set")
    func floorOfAge() throws {
        let fixture = try Fixture()
        fixture.settings.retention.minute = .seconds(60)
        let store = try fixture.open()
        try store.fill(feeds: 10, minutes: 240)
        try store.retainAll(now: .start + 240 * 60)
        #expect(try fixture.number("SELECT count(*) FROM rollup_minute") == 10 * 120)
    }

    @Test("a quarantine that was full has all its room again once its rows are gone")
    func roomReturns() throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let message = QuarantinedMessage(
            feed: FeedID(index: 0),
            at: .start,
            problem: .syntax,
            offset: 0,
            payload: [1],
        )
        var batch = CommitBatch()
        batch.quarantined = Array(repeating: message, count: Limits.quarantineRows + 500)
        #expect(try store.commit(batch, synchronous: .normal).quarantineRefused == 500)
        try store.retainAll(now: .start + 400 * Self.day)
        #expect(try fixture.number("SELECT count(*) FROM quarantine") == 0)
        #expect(store.quarantineRoom == Limits.quarantineRows)
    }

    @Test("with nothing to do, retention writes nothing")
    func nothingToDo() throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        try store.fill(feeds: 3, minutes: 5)
        let before = try fixture.size(ofFile: "-wal")
        #expect(try store.retain(now: .start + 600) == RetentionStep())
        #expect(try fixture.size(ofFile: "-wal") == before)
        // A clock that stands before everything deletes nothing either.
        #expect(try store.retain(now: ReceiveTime(nanoseconds: .min)) == RetentionStep())
    }

    @Test("events go by age, but open findings and the newest numbers stay")
    func events() throws {
        let fixture = try Fixture()
        fixture.settings.retention.events = .seconds(30 * Self.day)
        let store = try fixture.open()
        var batch = CommitBatch()
        for id in Int64(1)...4 {
            let time = ReceiveTime.start + id
            let finding = Finding.made(id: id, check: 0, at: time)
            // Number 2 stays open.
            batch.report.findings.append(
                FindingEvent(change: id == 2 ? .began : .ended, at: time, finding: finding)
            )
            batch.transitions.append(.made(sequence: id, alarmSequence: id, at: time))
        }
        batch.quarantined = [
            QuarantinedMessage(
                feed: FeedID(index: 0),
                at: .start,
                problem: .syntax,
                offset: 0,
                payload: [1],
            )
        ]
        _ = try store.commit(batch, synchronous: .normal)
        try store.retainAll(now: .start + 29 * Self.day)
        #expect(try fixture.number("SELECT count(*) FROM finding") == 4)
        try store.retainAll(now: .start + 40 * Self.day)
        #expect(try fixture.rows("SELECT id FROM finding").map { $0["id"] } == [2, 4])
        #expect(try fixture.number("SELECT count(*) FROM alarm_journal") == 1)
        #expect(try fixture.number("SELECT count(*) FROM quarantine") == 0)
        #expect(store.quarantineRoom == Limits.quarantineRows)
        #expect(try store.lastSequences() == LastSequences(transition: 4, finding: 4, feed: -1))
    }

    @Test("rows from the future keep none of the others, and stay until their time")
    func rowsFromTheFuture() throws {
        let fixture = try Fixture()
        fixture.settings.retention.events = .seconds(30 * Self.day)
        let store = try fixture.open()
        var batch = CommitBatch()
        for id in Int64(1)...100 {
            // The gateway's clock was years ahead when the first ones were written.
            let time = ReceiveTime.start + (id <= 5 ? 2_000 * Self.day : id)
            let finding = Finding.made(id: id, check: 0, at: time)
            batch.report.findings.append(FindingEvent(change: .ended, at: time, finding: finding))
            batch.transitions.append(.made(sequence: id, alarmSequence: id, at: time))
            batch.quarantined.append(
                QuarantinedMessage(
                    feed: FeedID(index: 1),
                    at: time,
                    problem: .syntax,
                    offset: 0,
                    payload: [1],
                )
            )
        }
        _ = try store.commit(batch, synchronous: .normal)
        let step = try store.retain(now: .start + 40 * Self.day, budgetRows: 10)
        #expect(step.rowsDeleted == 10)
        try store.retainAll(now: .start + 40 * Self.day)
        // The last number of findings and journal stays too.
        #expect(try fixture.number("SELECT count(*) FROM finding") == 6)
        #expect(try fixture.number("SELECT count(*) FROM alarm_journal") == 6)
        #expect(try fixture.number("SELECT count(*) FROM quarantine") == 5)
        try store.retainAll(now: .start + 2_040 * Self.day)
        #expect(try fixture.number("SELECT count(*) FROM quarantine") == 0)
        #expect(try fixture.number("SELECT count(*) FROM finding") == 1)
    }

    @Test("a forgotten feed's row goes when nothing is left of it, and its number is free")
    func feeds() throws {
        let fixture = try Fixture()
        fixture.settings.retention.minute = .seconds(Self.day)
        fixture.settings.retention.quarterHour = .seconds(2 * Self.day)
        fixture.settings.retention.day = .seconds(40 * Self.day)
        var store = try fixture.open()
        var batch = CommitBatch(
            rollups: (1...4).map { .made(feed: $0, origin: 20, values: [20]) },
            feeds: (1...4).map { .made($0) },
        )
        _ = try store.commit(batch, synchronous: .normal)
        batch = CommitBatch()
        batch.at = .start + Self.day
        batch.report.forgottenFeeds = [FeedID(index: 2), FeedID(index: 3)]
        let late = ReceiveTime.start.minute + 10 * 1_440
        batch.report.rollups = [.made(feed: 4, minute: late, origin: 20, values: [20])]
        _ = try store.commit(batch, synchronous: .normal)
        #expect(try store.releases(now: .start + 39 * Self.day).isEmpty, "a day's row is left")
        #expect(try store.releases(now: .start + 45 * Self.day).map(\.index) == [2, 3])
        #expect(try store.restoreFeeds().map(\.id.index) == [1, 4])
        #expect(try store.lastSequences().freeFeeds == [2, 3])
        try store.close()
        store = try fixture.open()
        #expect(try store.lastSequences().freeFeeds == [2, 3], "also after a restart")
        #expect(try store.lastSequences().feed == 4)
    }

    @Test("while there are rows from the future no feed's row goes")
    func feedsAndTheFuture() throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let future = ReceiveTime.start.minute + 5_000 * 1_440
        var batch = CommitBatch(
            rollups: [.made(feed: 1, minute: future, origin: 20, values: [20])],
            feeds: [.made(1)],
        )
        batch.report.forgottenFeeds = [FeedID(index: 1)]
        _ = try store.commit(batch, synchronous: .normal)
        #expect(try store.releases(now: .start + 4_000 * Self.day).isEmpty)
    }

    /// Goal: the bound in bytes holds, whatever the ages, and the file gets smaller.
    @Test("above its bound in bytes the file loses its oldest minutes and shrinks")
    func byBytes() throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        try store.fill(feeds: 200, minutes: 300)
        let now = ReceiveTime.start + 300 * 60
        try store.close()
        let full = try fixture.size()
        fixture.settings.retention.maxBytes = Int64(full) * 2 / 3
        let bounded = try fixture.open()
        let steps = try bounded.retainAll(now: now)
        #expect(steps > 10)
        let size = try bounded.size()
        #expect(size.usedBytes <= fixture.settings.retention.maxBytes)
        #expect(size.fileBytes <= fixture.settings.retention.maxBytes)
        try bounded.close()
        #expect(try fixture.size() <= fixture.settings.retention.maxBytes)
        // Minutes gave way, and not more of them than needed; what they were summed into stays.
        let minutes = try #require(try fixture.number("SELECT count(*) FROM rollup_minute"))
        #expect(minutes < 200 * 300)
        #expect(minutes > 200 * 120)
        #expect(try fixture.number("SELECT sum(good) FROM rollup_day") == 200 * 300 * 2)
        #expect(try fixture.number("SELECT count(*) FROM rollup_quarter_hour") == 200 * 20)
        #expect(try fixture.rows("PRAGMA quick_check").first?["quick_check"] == "ok")
    }

    @Test("a bound too small for what must stay is said, not reached")
    func impossibleBound() throws {
        let fixture = try Fixture()
        fixture.settings.retention.maxBytes = 64 << 10
        let store = try fixture.open()
        try store.fill(feeds: 100, minutes: 150)
        let now = ReceiveTime.start + 150 * 60
        try store.retainAll(now: now)
        let step = try store.retain(now: now)
        #expect(step.isOverBudget)
        #expect(!step.isMoreWaiting)
        // The last two hours can still be revised.
        #expect(try fixture.number("SELECT count(*) FROM rollup_minute") == 100 * 120)
    }

    @Test("free pages are given back in small steps once they are a tenth of the file")
    func vacuum() throws {
        let fixture = try Fixture()
        fixture.settings.retention.minute = .seconds(2 * Self.hour)
        let store = try fixture.open()
        try store.fill(feeds: 100, minutes: 300)
        let before = try store.size()
        var returned = 0
        for _ in 0..<1_000 {
            let step = try store.retain(now: .start + 300 * 60)
            #expect(step.pagesReturned <= Limits.vacuumPagesPerStep)
            returned += step.pagesReturned
            if !step.isMoreWaiting { break }
        }
        let after = try store.size()
        #expect(returned > 100)
        #expect(after.pages == before.pages - Int64(returned))
        #expect(after.freePages * 10 <= after.pages)
    }
}

extension HistoryStore {
    /// Two samples per feed and minute from `ReceiveTime.start` on, a commit per minute.
    fileprivate func fill(feeds: Int32, minutes: Int64) throws {
        for minute in 0..<minutes {
            let rollups = (0..<feeds).map { feed in
                Rollup.made(
                    feed: feed,
                    minute: ReceiveTime.start.minute + minute,
                    origin: 20,
                    values: [20.125 + Double(feed), 21.3],
                    expected: 2,
                )
            }
            _ = try commit(CommitBatch(rollups: rollups), synchronous: .normal)
        }
    }

    /// Steps until there is nothing more to do; returns the numbers that are free.
    fileprivate func releases(now: ReceiveTime) throws -> [FeedID] {
        var feeds: [FeedID] = []
        for _ in 1...10_000 {
            let step = try retain(now: now)
            feeds += step.releasedFeeds
            if !step.isMoreWaiting { return feeds }
        }
        Issue.record("retention does not come to an end")
        return feeds
    }

    /// Steps until there is nothing more to do; returns how many.
    @discardableResult
    fileprivate func retainAll(now: ReceiveTime) throws -> Int {
        for count in 1...10_000 {
            if try !retain(now: now).isMoreWaiting { return count }
        }
        Issue.record("retention does not come to an end")
        return 0
    }
}
