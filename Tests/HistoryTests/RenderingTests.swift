import Foundation
import Monitoring
import Testing

@testable import History

@Suite struct RenderingTests {
    /// Two minutes, one of them empty, and a finding with a text that would steer a terminal.
    private func report(
        _ format: HistoryReport.Format,
        until: Int64 = 3_600,
        check: String? = nil,
        worst: Double? = nil,
        limit: Double? = nil,
    ) throws -> String {
        let fixture = try Fixture()
        let store = try fixture.open(nameOfCheck: { check ?? "check\($0.index)" })
        var late = Rollup.made(
            minute: ReceiveTime.start.minute + 1,
            origin: 20,
            values: [19, 21],
            expected: 4,
        )
        late.isRevision = true
        late.late = 1
        late.counts.fail = 3
        var batch = CommitBatch(
            rollups: [.made(origin: 20, values: [], expected: -1), late],
            feeds: [.made(0)],
        )
        var finding = Finding.made(id: 1, check: 4)
        finding.detail = "payload \u{1B}[2J"
        finding.end = EventTime(.start + 30)
        finding.worst = worst ?? finding.worst
        finding.limit = limit ?? finding.limit
        batch.report.findings = [FindingEvent(change: .ended, at: .start + 40, finding: finding)]
        _ = try store.commit(batch, synchronous: .normal)
        let reader = try HistoryReader(path: fixture.path)
        guard case .one(let feed) = try reader.feed(matching: "plant/a/f0/temperature") else {
            return "not found"
        }
        var text = ""
        try HistoryReport(
            feed: feed,
            step: try #require(HistoryStep(minutes: 1)),
            from: EventTime(.start),
            until: EventTime(.start + until),
        ).write(from: reader, as: format) { text += $0 }
        return text
    }

    @Test("the table is aligned, in local time with its zone")
    func table() throws {
        let zone = try #require(TimeZone(identifier: "Europe/Stockholm"))
        let text = try report(.table(zone, width: 160))
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        #expect(lines[0] == "plant/a/f0/temperature (Furnace 0) in Cel, by minute")
        #expect(lines[2].hasPrefix("2026-11-20 01:00 +01:00       0"))
        #expect(lines[3].hasPrefix("2026-11-20 01:01 +01:00       5"))
        let cells = lines[3].split(separator: " ").map(String.init)
        #expect(
            cells == [
                "2026-11-20", "01:01", "+01:00", "5", "2", "0", "3", "0", "0", "0", "0", "0",
                "1", "50.0", "19", "20", "21", "1.414214", "1",
            ]
        )
        #expect(Set(lines[1...3].map(\.count)).count == 1, "columns are not aligned")
        let findings = try #require(lines.firstIndex(of: "findings"))
        #expect(lines[findings + 2].contains("check4"))
        #expect(lines[findings + 2].contains("2026-11-20 01:00:00 +01:00 30 s "))
        #expect(!text.contains("\u{1B}"))
    }

    @Test("no row is wider than the terminal, and what is left out is said", arguments: 64...170)
    func width(columns: Int) throws {
        let text = try report(.table(.gmt, width: columns))
        let lines = text.split(separator: "\n").map(String.init)
        let head = try #require(lines.firstIndex { $0.hasPrefix("start") })
        let rows = lines[head...].prefix { $0 != "findings" }
        #expect(rows.allSatisfy { $0.count <= columns }, "\(text)")
        let shown = Set(lines[head].split(separator: " ").map(String.init))
        #expect(shown.isSuperset(of: ["start", "samples", "mean"]))
        let all: Set = [
            "start", "samples", "good", "suspect", "fail", "unknown", "noValue", "dupl",
            "tooLate", "future", "late", "compl%", "min", "mean", "max", "sd", "rev",
        ]
        let note = lines.first { $0.hasPrefix("not shown for want of room: ") } ?? ""
        let named = note.dropFirst("not shown for want of room: ".count).prefix { $0 != ";" }
        #expect(Set(named.split(separator: ", ").map(String.init)) == all.subtracting(shown))
        let findings = lines.drop { $0 != "findings" }
        #expect(columns < 79 || findings.allSatisfy { $0.count <= columns }, "\(text)")
    }

    @Test("in 100 columns stand the counts that matter, completeness and the extremes")
    func usualWidth() throws {
        let head = try report(.table(.gmt, width: 100)).split(separator: "\n")
            .first { $0.hasPrefix("start") }
        #expect(
            head?.split(separator: " ") == [
                "start", "samples", "good", "suspect", "fail", "noValue", "compl%", "min", "mean",
                "max",
            ]
        )
    }

    @Test("the columns are explained below the rows")
    func legend() throws {
        let lines = try report(.table(.gmt, width: 80)).split(separator: "\n")
        #expect(lines.contains { $0.hasPrefix("samples: all that came; noValue: ") })
        #expect(lines.contains { $0.hasSuffix("The minute that is still open is in no row.") })
    }

    @Test("what a finding says is wrapped beneath itself and never cut", arguments: [60, 80, 100])
    func wrapped(width: Int) throws {
        let text = try report(.table(.gmt, width: width), check: "range", worst: 511, limit: 100)
        let words = text.split { $0 == " " || $0 == "\n" }
        #expect(words.contains("(limit") && !text.contains("…"))
    }

    @Test(
        "words are kept whole where they fit",
        arguments: [
            ("one two three", 7, ["one two", "three"]),
            ("abcdefgh i", 3, ["abc", "def", "gh", "i"]),
            ("", 5, [""]), ("abc", 3, ["abc"]), ("abcdef", 3, ["abc", "def"]),
        ] as [(String, Int, [String])]
    )
    func wrapping(text: String, width: Int, lines: [String]) {
        #expect(WrappedText.lines(text, width: width) == lines)
    }

    @Test("worst value and limit have their units, in the table and in the JSON")
    func units() throws {
        let range = try report(.table(.gmt, width: 120), check: "range", worst: 511, limit: 100)
        #expect(range.contains(" 511 Cel (limit 100 Cel)"))
        let silence = try report(.table(.gmt, width: 120), check: "silence", worst: 12, limit: 3)
        #expect(silence.contains(" 12 s (limit 3 s)"))
        #expect(silence.contains(" 40 s "), "silence lasts until a message ends it")
        let json = try report(.json, check: "range", worst: 511, limit: 100)
        #expect(json.contains("\"unit\":\"Cel\"") && json.contains("\"worst\":511"))
        #expect(try report(.json, check: "silence", worst: 1, limit: 1).contains("\"unit\":\"s\""))
    }

    @Test(
        "numbers keep the digits that fit",
        arguments: [
            (1_423.512_345, "1423.512"), (-12_345.678_9, "-12345.68"), (1e-9, "1e-09"),
            (-1.234_567_8e-5, "-1.23e-05"), (123_456_789, "1.235e+08"),
        ] as [(Double, String)]
    )
    func numbers(_ value: Double, _ text: String) {
        #expect(HistoryNumber.value(value, width: 9) == text)
        #expect(text.count <= 9)
    }

    @Test("counts that are too long are in millions")
    func counts() {
        #expect(HistoryNumber.count(1_728_000, width: 7) == "1728000")
        #expect(HistoryNumber.count(17_280_000, width: 7) == "17M")
        #expect(HistoryNumber.value(nil, width: 9) == "-")
    }

    @Test("a span without rows says so")
    func emptySpan() throws {
        let text = try report(.table(.gmt, width: 100), until: 0)
        #expect(text.contains("no rolling metrics in this span"))
        #expect(text.contains("none in this span"))
    }

    @Test("the JSON is one object, times in UTC, what is unknown is absent")
    func json() throws {
        let object = try JSONSerialization.jsonObject(with: Data(try report(.json).utf8))
        let report = try #require(object as? [String: Any])
        #expect(report["step"] as? String == "minute")
        #expect((report["feed"] as? [String: Any])?["key"] as? String == "plant/a/f0/temperature")
        let rollups = try #require(report["rollups"] as? [[String: Any]])
        #expect(rollups.count == 2)
        #expect(rollups[0]["start"] as? String == "2026-11-20T00:00:00.000Z")
        #expect(rollups[0]["samples"] as? Int == 0)
        #expect(rollups[0]["mean"] == nil)
        #expect(rollups[0]["completeness"] == nil)
        #expect(rollups[1]["standard_deviation"] as? Double == 2.0.squareRoot())
        #expect(rollups[1]["statistics_count"] as? Int == 2)
        #expect(rollups[1]["completeness"] as? Double == 0.5)
        let findings = try #require(report["findings"] as? [[String: Any]])
        #expect(findings.first?["state"] as? String == "ended")
        #expect(findings.first?["detail"] as? String == "payload \u{1B}[2J")
    }

    @Test(
        "times are right across leap years, negative seconds and zones",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
            (951_782_400_000_000_000, "2000-02-29T00:00:00.000Z"),
            (1_709_251_199_999_000_000, "2024-02-29T23:59:59.999Z"),
            (4_107_542_400_000_000_000, "2100-03-01T00:00:00.000Z"),
        ] as [(Int64, String)]
    )
    func times(nanoseconds: Int64, text: String) {
        #expect(LocalTime.utc(nanoseconds) == text)
    }

    @Test("the two 02:30 of a clock set back are told apart")
    func clockSetBack() throws {
        let zone = try #require(TimeZone(identifier: "Europe/Stockholm"))
        // 2026-10-25T00:30:00Z and an hour later.
        let first: Int64 = 1_792_888_200_000_000_000
        #expect(LocalTime.text(first, in: zone) == "2026-10-25 02:30:00 +02:00")
        #expect(
            LocalTime.text(first + 3_600_000_000_000, in: zone) == "2026-10-25 02:30:00 +01:00"
        )
    }
}
