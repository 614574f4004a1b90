import Foundation
import Monitoring
import Testing

@testable import History

@Suite struct ReaderTests {
    private let hour: Int64 = 3_600

    // MARK: Rows

    @Test("pages join without a gap or a repetition, also over minutes without a row")
    func paging() throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let first = ReceiveTime.start.minute
        let minutes = (0..<200).filter { $0 % 7 != 3 }.map { first + Int64($0) }
        let rollups = minutes.flatMap { minute in
            (0..<3).map { Rollup.made(feed: $0, minute: minute, origin: 1, values: [1]) }
        }
        _ = try store.commit(
            CommitBatch(rollups: rollups, feeds: (0..<3).map { .made($0) }),
            synchronous: .normal,
        )
        let reader = try HistoryReader(path: fixture.path)
        let feed = StoredFeed(description: .made(1), numbers: [FeedID(index: 1)])
        for limit in [1, 7, 1_000] {
            var seen: [Int64] = []
            var cursor: Int64?
            repeat {
                let page = try reader.rollups(
                    of: feed,
                    step: .minute,
                    from: EventTime(nanoseconds: .min),
                    until: EventTime(nanoseconds: .max),
                    after: cursor,
                    limit: limit,
                )
                #expect(page.rows.count <= limit)
                #expect(page.rows.allSatisfy { $0.feed.index == 1 })
                seen += page.rows.map { $0.start.nanoseconds / 60_000_000_000 }
                cursor = page.next
            } while cursor != nil
            #expect(seen == minutes)
        }
    }

    @Test("a row counts where it starts within the span, whose end is outside")
    func spanEnds() throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let rollups = (0..<5).map {
            Rollup.made(minute: ReceiveTime.start.minute + $0, origin: 1, values: [1])
        }
        _ = try store.commit(CommitBatch(rollups: rollups), synchronous: .normal)
        let reader = try HistoryReader(path: fixture.path)
        let feed = StoredFeed(description: .made(0), numbers: [FeedID(index: 0)])
        func count(_ from: Int64, _ until: Int64) throws -> Int {
            try reader.rollups(
                of: feed,
                step: .minute,
                from: EventTime(nanoseconds: ReceiveTime.start.nanoseconds + from),
                until: EventTime(nanoseconds: ReceiveTime.start.nanoseconds + until),
            ).rows.count
        }
        let minute: Int64 = 60_000_000_000
        #expect(try count(0, 5 * minute) == 5)
        #expect(try count(0, 5 * minute + 1) == 5)
        #expect(try count(1, 5 * minute) == 4)
        #expect(try count(0, 4 * minute) == 4)
        #expect(try count(0, 4 * minute + 1) == 5)
        #expect(try count(minute, minute) == 0)
        #expect(try count(2 * minute, minute) == 0)
    }

    @Test("findings that overlap the span come, open ones too, in pages")
    func findings() throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        var batch = CommitBatch(rollups: [], feeds: [.made(0)])
        for id in Int64(1)...20 {
            var finding = Finding.made(id: id, check: 2, at: .start + id * hour)
            finding.end = EventTime(.start + id * hour + 600)
            let change: FindingEvent.Change = id == 3 ? .began : .ended
            batch.report.findings.append(
                FindingEvent(change: change, at: .start + id * hour, finding: finding)
            )
        }
        _ = try store.commit(batch, synchronous: .normal)
        let reader = try HistoryReader(path: fixture.path)
        let feed = StoredFeed(description: .made(0), numbers: [FeedID(index: 0)])
        var seen: [Int64] = []
        var cursor: Int64?
        repeat {
            let page = try reader.findings(
                of: feed,
                from: EventTime(.start + 10 * hour + 300),
                until: EventTime(.start + 14 * hour),
                after: cursor,
                limit: 2,
            )
            seen += page.rows.map(\.id)
            cursor = page.next
        } while cursor != nil
        #expect(seen == [3, 10, 11, 12, 13])
    }

    // MARK: Feeds

    private func search(_ word: String, in keys: [String]) throws -> FeedMatch {
        let fixture = try Fixture()
        let store = try fixture.open()
        let feeds = keys.enumerated().map { FeedDescription.made(Int32($0), key: $1) }
        _ = try store.commit(CommitBatch(rollups: [], feeds: feeds), synchronous: .normal)
        return try HistoryReader(path: fixture.path).feed(matching: word)
    }

    private let keys = [
        "plant/a/f1/zone1/temperature", "plant/a/f1/zone2/temperature", "plant/a/f1/pressure",
        "plant/b/vacuum/pump", "plant/b/vacuum/pump:speed",
    ]

    @Test(
        "a feed is found by key, by label, and by a part that no other key has",
        arguments: [
            ("plant/b/vacuum/pump", "plant/b/vacuum/pump"), ("Furnace 2", "plant/a/f1/pressure"),
            ("PRESS", "plant/a/f1/pressure"), ("zone2", "plant/a/f1/zone2/temperature"),
        ]
    )
    func found(word: String, key: String) throws {
        guard case .one(let feed) = try search(word, in: keys) else {
            Issue.record("\(word) found \(try search(word, in: keys))")
            return
        }
        #expect(feed.description.key == key)
        #expect(feed.numbers == [feed.description.id])
    }

    @Test("a part of several keys names them, and a slip of the finger names what was meant")
    func unclear() throws {
        #expect(
            try search("temperature", in: keys) == .several(Array(keys.prefix(2)), count: 2)
        )
        #expect(try search("presure", in: keys) == .none(similar: ["plant/a/f1/pressure"]))
        #expect(
            try search("plant/a/f1/zone1/temprature", in: keys)
                == .none(similar: Array(keys.prefix(2)))
        )
        #expect(try search("qqqqqqqqqqqqqqqq", in: keys) == .none(similar: []))
        #expect(try search("x", in: []) == .none(similar: []))
    }

    @Test("a feed that was forgotten and came back shows its whole history")
    func returnedFeed() throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let minute = ReceiveTime.start.minute
        var batch = CommitBatch(
            rollups: [.made(feed: 0, minute: minute, origin: 1, values: [1])],
            feeds: [.made(0, key: "k")],
        )
        _ = try store.commit(batch, synchronous: .normal)
        batch = CommitBatch()
        batch.report.forgottenFeeds = [FeedID(index: 0)]
        _ = try store.commit(batch, synchronous: .normal)
        batch = CommitBatch(
            rollups: [.made(feed: 1, minute: minute + 9, origin: 1, values: [1])],
            feeds: [.made(1, key: "k")],
        )
        _ = try store.commit(batch, synchronous: .normal)
        let reader = try HistoryReader(path: fixture.path)
        guard case .one(let feed) = try reader.feed(matching: "k") else {
            Issue.record("not found")
            return
        }
        #expect(feed.numbers.map(\.index) == [1, 0])
        let page = try reader.rollups(
            of: feed,
            step: .minute,
            from: EventTime(.start),
            until: EventTime(.start + hour),
        )
        #expect(page.rows.map(\.feed.index) == [0, 1])
    }
}
