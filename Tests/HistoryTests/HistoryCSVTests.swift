import Foundation
import Monitoring
import Testing

@testable import History

@Suite("History as comma-separated values")
struct HistoryCSVTests {
    private func text(_ content: HistoryReport.Content, detail: String = "") throws -> [String] {
        let fixture = try Fixture()
        let store = try fixture.open(nameOfCheck: { _ in "range" })
        var batch = CommitBatch(
            rollups: [
                .made(origin: 20, values: [], expected: -1),
                .made(
                    minute: ReceiveTime.start.minute + 1,
                    origin: 20,
                    values: [19, 21],
                    expected: 4,
                ),
            ],
            feeds: [.made(0)],
        )
        var finding = Finding.made(id: 1, check: 4)
        finding.detail = detail
        finding.end = EventTime(.start + 30)
        finding.worst = 511
        finding.limit = 100.5
        batch.report.findings = [FindingEvent(change: .ended, at: .start + 40, finding: finding)]
        _ = try store.commit(batch, synchronous: .normal)
        var pieces: [String] = []
        try HistoryReport(
            feed: StoredFeed(description: .made(0), numbers: [FeedID(index: 0)]),
            step: try #require(HistoryStep(minutes: 1)),
            content: content,
            from: EventTime(.start),
            until: EventTime(.start + 3_600),
        ).write(from: try HistoryReader(path: fixture.path), as: .csv) { pieces.append($0) }
        #expect(pieces.allSatisfy { $0.hasSuffix("\n") }, "a terminal would add a line")
        return pieces.joined().split(separator: "\n", omittingEmptySubsequences: false)
            .map(String.init)
    }

    @Test("a row has a cell for each name, in UTC, and nothing where nothing is known")
    func rollups() throws {
        for content in [HistoryReport.Content.everything, .rollups] {
            let lines = try text(content)
            #expect(lines.count == 4 && lines[3] == "")
            let names = lines[0].split(separator: ",")
            #expect(names.count == Set(names).count)
            #expect(
                lines[1] == "2026-11-20T00:00:00.000Z,0,0,0,0,0,0,0,0,0,0,0,,0,,,,,,0"
            )
            #expect(
                lines[2]
                    == "2026-11-20T00:01:00.000Z,0,2,2,0,0,0,0,0,0,0,0,4,2,0.5,19.0,20.0,21.0,"
                    + "\(2.0.squareRoot()),2"
            )
            for line in lines[1...2] {
                let cells = line.split(separator: ",", omittingEmptySubsequences: false)
                #expect(cells.count == names.count)
            }
        }
    }

    @Test(
        "a text stays one cell of one line, steers no terminal and is no formula",
        arguments: [
            ("plain", "plain"), ("a,b", "\"a,b\""), ("say \"no\"", "\"say \"\"no\"\"\""),
            ("two\nlines", "two lines"), ("\u{1B}[2J", "\u{FFFD}[2J"), ("=1+1", "'=1+1"),
            ("@x,", "\"'@x,\""),
        ]
    )
    func texts(detail: String, cell: String) throws {
        let lines = try text(.findings, detail: detail)
        #expect(lines.count == 3)
        #expect(
            lines[1].hasPrefix("1,range,")
                && lines[1].hasSuffix(",511.0,100.5,Cel,\(cell),false"),
            "\(lines[1])"
        )
    }

    @Test("findings alone are findings alone, as a table and as JSON too")
    func findingsAlone() throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        _ = try store.commit(
            CommitBatch(rollups: [.made(origin: 1, values: [1])], feeds: [.made(0)]),
            synchronous: .normal,
        )
        func written(_ format: HistoryReport.Format) throws -> String {
            var text = ""
            try HistoryReport(
                feed: StoredFeed(description: .made(0), numbers: [FeedID(index: 0)]),
                step: .quarterHour,
                content: .findings,
                from: EventTime(.start),
                until: EventTime(.start + 3_600),
            ).write(from: try HistoryReader(path: fixture.path), as: format) { text += $0 }
            return text
        }
        let table = try written(.table(.gmt, width: 100))
        #expect(
            table == "findings of plant/a/f0/temperature (Furnace 0) in Cel\nnone in this span\n"
        )
        let object = try JSONSerialization.jsonObject(with: Data(try written(.json).utf8))
        #expect(Set(try #require(object as? [String: Any]).keys) == ["feed", "findings"])
    }
}
