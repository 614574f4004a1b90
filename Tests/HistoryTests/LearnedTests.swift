import Alarms
import Foundation
import GRDB
import Monitoring
import TestSupport
import Testing

@testable import History

/// What a feed still learns, and which limits were learned, as people read it in the history.
@Suite("What is learned, in the history")
struct LearnedTests {
    private static let learning = FeedDescription.Learning(seen: 37, needed: 128)

    private static func description(_ learning: FeedDescription.Learning?) -> FeedDescription {
        var feed = FeedDescription.made(0)
        feed.learning = learning
        return feed
    }

    /// A feed with two findings, one of them held against a learned limit.
    private static func store(_ fixture: Fixture, _ feed: FeedDescription) throws {
        let store = try fixture.open(nameOfCheck: { _ in "range" })
        var batch = CommitBatch(rollups: [], feeds: [feed])
        batch.report.findings = [false, true].enumerated().map { index, isLearned in
            var finding = Finding.made(id: Int64(index) + 1, check: 4)
            finding.isLearned = isLearned
            return FindingEvent(change: .ended, at: .start + 40, finding: finding)
        }
        _ = try store.commit(batch, synchronous: .normal)
        try store.close()
    }

    private static func written(
        _ fixture: Fixture,
        _ format: HistoryReport.Format,
        _ content: HistoryReport.Content = .everything,
    ) throws -> String {
        let reader = try HistoryReader(path: fixture.path)
        guard case .one(let feed) = try reader.feed(matching: FeedDescription.made(0).key) else {
            return "not found"
        }
        var text = ""
        try HistoryReport(
            feed: feed,
            step: .quarterHour,
            content: content,
            from: EventTime(.start),
            until: EventTime(.start + 3_600),
        ).write(from: reader, as: format) { text += $0 }
        return text
    }

    @Test(
        "a feed that learns says how far it is, above its rows and above its findings",
        arguments: [HistoryReport.Content.everything, .findings]
    )
    func learning(content: HistoryReport.Content) throws {
        let fixture = try Fixture()
        try Self.store(fixture, Self.description(Self.learning))
        let table = try Self.written(fixture, .table(.gmt, width: 100), content)
        #expect(table.split(separator: "\n")[1] == "learning, 37 of 128 values")
        let data = Data(try Self.written(fixture, .json, content).utf8)
        let report = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
        let head = try #require(report["feed"] as? [String: Any])
        #expect(head["learned_count"] as? Int == 37 && head["learning_count"] as? Int == 128)
        let row = try #require(try fixture.rows("SELECT learning FROM feed_latest").first)
        #expect(row["learning"] == "learning, 37 of 128")
    }

    @Test(
        "one that has learned, and one that learns nothing, say nothing of it",
        arguments: [FeedDescription.Learning(seen: 128, needed: 128), nil]
    )
    func learned(learning: FeedDescription.Learning?) throws {
        let fixture = try Fixture()
        try Self.store(fixture, Self.description(learning))
        #expect(!(try Self.written(fixture, .table(.gmt, width: 100)).contains("learning")))
        #expect(!(try Self.written(fixture, .json).contains("learning")))
        let row = try #require(try fixture.rows("SELECT learning FROM feed_latest").first)
        #expect(row["learning"] as String? == nil)
    }

    @Test("what was learned is written down and read back with the feed")
    func restored() throws {
        let fixture = try Fixture()
        try Self.store(fixture, Self.description(Self.learning))
        let store = try fixture.open()
        #expect(try store.restoreFeeds() == [Self.description(Self.learning)])
        var batch = CommitBatch()
        batch.at = .start
        let finished = Self.description(.init(seen: 128, needed: 128))
        batch.report.changedFeeds = [finished]
        _ = try store.commit(batch, synchronous: .normal)
        #expect(try store.restoreFeeds() == [finished])
    }

    @Test("a finding says whether its limit was learned, in every form")
    func findings() throws {
        let fixture = try Fixture()
        try Self.store(fixture, Self.description(nil))
        let table = try Self.written(fixture, .table(.gmt, width: 120), .findings)
        let lines = table.split(separator: "\n").suffix(2)
        #expect(lines.first?.hasSuffix("1260 Cel (limit 1250 Cel)") == true, "\(table)")
        #expect(lines.last?.hasSuffix("1260 Cel (limit 1250 Cel, learned)") == true, "\(table)")
        let rows = try Self.written(fixture, .csv, .findings).split(separator: "\n")
        #expect(rows.map { $0.split(separator: ",").last } == ["is_learned", "false", "true"])
        let json = try Self.written(fixture, .json, .findings)
        #expect(json.contains("\"is_learned\":false") && json.contains("\"is_learned\":true"))
        let named = try fixture.rows("SELECT is_learned FROM finding_named ORDER BY id")
        #expect(named.map { $0["is_learned"] as Int? } == [0, 1])
    }

    @Test("an alarm of learned limits says so while it stands", arguments: [false, true])
    func alarm(isLearned: Bool) throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        var batch = CommitBatch(rollups: [], feeds: [.made(0)])
        var random = SeededGenerator(seed: 1)
        var record = AlarmRecord.random(feed: .made(0), number: 1, using: &random)
        record.state = AlarmState()
        record.state.raw = .abnormal
        record.state.phase = .active
        record.state.isOccurring = true
        record.condition.isLearned = isLearned
        batch.add(AlarmBook.Changes(records: [record]))
        _ = try store.commit(batch, synchronous: .normal)
        let rows = try fixture.rows(
            "SELECT json_extract(detail, '$.condition.is_learned') FROM alarm"
        )
        #expect(rows.first?[0] as Bool? == (isLearned ? true : nil))
        #expect(try store.restoreAlarms().first?.condition.isLearned == isLearned)
        let open = try fixture.rows("SELECT is_learned FROM alarm_open")
        #expect(open.allSatisfy { $0["is_learned"] == isLearned })
    }

    @Test("findings of an earlier version neither claim nor deny it")
    func upgraded() throws {
        let fixture = try Fixture()
        let queue = try DatabaseQueue(path: fixture.path)
        try queue.writeWithoutTransaction { database in
            try database.execute(
                sql: "PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL"
            )
        }
        var migrator = DatabaseMigrator()
        for step in Migrations.steps.prefix(7) {
            migrator.registerMigration(step.name) { try $0.execute(sql: step.sql) }
        }
        try migrator.migrate(queue)
        try queue.writeWithoutTransaction { database in
            try database.execute(
                sql: """
                    INSERT INTO finding VALUES (1, 0, 'range', 3, 'ended', 1, 1795132800000000000,
                        1795132801000000000, 1795132800000000000, 1795132801000000000, 1, 1260.0,
                        1250.0, 1.0, 0, '');
                    PRAGMA application_id = \(DatabaseFile.applicationID);
                    PRAGMA user_version = 7;
                    """
            )
        }
        try queue.close()
        let store = try fixture.open()
        _ = try store.commit(CommitBatch(rollups: [], feeds: [.made(0)]), synchronous: .normal)
        try store.close()
        let table = try Self.written(fixture, .table(.gmt, width: 120), .findings)
        #expect(table.contains("1260 Cel (limit 1250 Cel)\n"))
        #expect(!(try Self.written(fixture, .json, .findings).contains("is_learned")))
        let cells = try Self.written(fixture, .csv, .findings).split(separator: "\n")[1]
        #expect(cells.hasSuffix(",Cel,,"))
    }
}
