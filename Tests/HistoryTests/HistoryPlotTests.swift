import Foundation
import Monitoring
import TestSupport
import Testing

@testable import History

@Suite("History as a chart")
struct HistoryPlotTests {
    private static let minute: Int64 = 60_000_000_000
    private static let margin = 12

    private func plot(
        _ rollups: [Rollup],
        minutes: Int64,
        width: Int = 100,
        isUnicode: Bool = true,
        step: HistoryStep? = HistoryStep(minutes: 1),
        zone: TimeZone = .gmt,
    ) throws -> [String] {
        let fixture = try Fixture()
        let store = try fixture.open()
        _ = try store.commit(
            CommitBatch(rollups: rollups, feeds: [.made(0)]),
            synchronous: .normal,
        )
        var text = ""
        try HistoryReport(
            feed: StoredFeed(description: .made(0), numbers: [FeedID(index: 0)]),
            step: try #require(step),
            from: EventTime(.start),
            until: EventTime(.start + minutes * 60),
        ).write(
            from: try HistoryReader(path: fixture.path),
            as: .plot(zone, width: width, isUnicode: isUnicode),
        ) { text += $0 }
        return text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    private func made(_ offset: Int64, _ values: [Double], expected: Int32 = -1) -> Rollup {
        .made(
            minute: ReceiveTime.start.minute + offset,
            origin: 0,
            values: values,
            expected: expected,
        )
    }

    private func column(_ number: Int, of lines: [String]) -> String {
        lines.map { line in
            let cells = Array(line)
            let place = Self.margin + number
            return place < cells.count ? String(cells[place]) : " "
        }.joined()
    }

    /// From 0 to 100 at 20 a label, three lines each: sixteen lines, 100 on the first.
    @Test("each column is a band from minimum to maximum with the mean in it, at its height")
    func picture() throws {
        let lines = try plot(
            [made(0, [0, 100, 50]), made(1, [60, 60]), made(3, [0, 20, 40])],
            minutes: 5,
        )
        #expect(lines[0] == "plant/a/f0/temperature (Furnace 0) in Cel")
        #expect(lines[1] == "2026-11-20 00:00 +00:00 to 2026-11-20 00:05 +00:00, by minute")
        let chart = Array(lines[3..<19])
        let labels = chart.map { $0.prefix(Self.margin - 1).filter { $0 != " " } }
        #expect(
            labels == [
                "100", "", "", "80", "", "", "60", "", "", "40", "", "", "20", "", "", "0",
            ]
        )
        // 50 is 7.5 lines above 0, which rounds to 8: the eighth from below, seventh from above.
        #expect(column(0, of: chart) == "▒▒▒▒▒▒▒━▒▒▒▒▒▒▒▒")
        #expect(column(1, of: chart) == "      ━         ")
        #expect(column(2, of: chart) == String(repeating: " ", count: 16), "nobody watched")
        #expect(column(3, of: chart) == "         ▒▒▒━▒▒▒")
        #expect(lines[19].hasPrefix("           └"))
    }

    @Test("below it stands the worst of each column, and what the letters mean")
    func flags() throws {
        var failed = made(0, [1], expected: 3)
        failed.counts.fail = 1
        failed.counts.suspect = 1
        var suspect = made(1, [1], expected: 3)
        suspect.counts.suspect = 1
        let rollups = [
            failed, suspect, made(2, [], expected: 3), made(3, [1, 2], expected: 3),
            made(4, [1, 2, 3], expected: 3), made(6, []),
        ]
        let lines = try plot(rollups, minutes: 8)
        #expect(lines.contains("     flags  FS-m  -"))
        let legend = try #require(lines.first { $0.contains(" mean ") })
        for name in ["F fail", "S suspect", "- nothing came", "m samples missing"] {
            #expect(legend.contains(name))
        }
        let quiet = try plot([made(0, [1, 2, 3], expected: 3)], minutes: 2)
        #expect(!quiet.joined().contains("fail"))
        #expect(quiet.contains("     flags"))
        #expect(lines.contains("            no findings in this span"))
    }

    @Test(
        "a chart fits the terminal, whatever the width and the span",
        arguments: [
            40, 63, 80, 100, 211,
        ]
    )
    func width(columns: Int) throws {
        var generator = SeededGenerator.printed(UInt64(columns), "plot")
        let rollups = (0..<600).map { offset in
            made(Int64(offset), [Double.random(in: -1e3...1e3, using: &generator)], expected: 2)
        }
        for minutes in [1, 7, 60, 599, 600, 86_400] as [Int64] {
            for isUnicode in [true, false] {
                let lines = try plot(
                    rollups,
                    minutes: minutes,
                    width: columns,
                    isUnicode: isUnicode,
                )
                let drawn = lines.dropFirst(3).prefix { !$0.contains(" mean ") }
                #expect(drawn.allSatisfy { $0.count <= columns }, "\(lines)")
                #expect(drawn.allSatisfy { $0.last != " " }, "blanks at the end of a line")
                #expect(isUnicode || lines.joined().allSatisfy(\.isASCII))
                #expect(drawn.count > 10)
            }
        }
    }

    @Test("the last row of the span is drawn in the last column, whatever the step")
    func lastColumn() throws {
        for minutes in [60, 88, 89, 90, 600] as [Int64] {
            let rollups = (0..<minutes).map { made($0, [Double($0)]) }
            // 88 columns: a span of 89 min needs two minutes a column, one of 600 min ten.
            let lines = try plot(rollups, minutes: minutes)
            let top = try #require(
                lines.dropFirst(3).first { $0.contains("━") || $0.contains("▒") }
            )
            let length = minutes < 89 ? 1 : minutes == 600 ? 10 : 2
            #expect(lines[1].hasSuffix(length == 1 ? "by minute" : "by \(length)min"))
            #expect(top.count == Self.margin + Int((minutes + Int64(length) - 1) / Int64(length)))
        }
    }

    @Test("a database that is younger than the span is drawn as finely as one that is not")
    func young() throws {
        let values = (600..<610).map { made($0, [Double($0)]) }
        let lines = try plot(values, minutes: 900)
        #expect(lines[1].hasSuffix(", by 15min"), "and not by the day, whose row begins before all")
        #expect(column(40, of: lines).contains("━"))
        #expect(!column(39, of: lines).contains("━") && !column(41, of: lines).contains("━"))
    }

    @Test("a feed without values, and a span without rows, say so")
    func nothing() throws {
        let words = try plot([made(0, [])], minutes: 5)
        #expect(words.contains("no values in this span"))
        #expect(words.contains("     flags  -"))
        #expect(try plot([], minutes: 5).contains("no rolling metrics in this span"))
        let far = try plot([made(0, [-1.7e308, 1.7e308])], minutes: 5)
        #expect(far.contains("the values are too far apart to be drawn"))
    }

    // MARK: The axes

    @Test("every value has its place on a scale of round numbers, and more is never lower")
    func scale() throws {
        var generator = SeededGenerator.printed(11, "scale")
        for _ in 0..<2_000 {
            let level =
                Double.random(in: -1...1, using: &generator)
                * pow(10, Double.random(in: -12...12, using: &generator))
            let range =
                Bool.random(using: &generator)
                ? 0 : pow(10, Double.random(in: -12...12, using: &generator))
            let scale = try #require(PlotScale(minimum: level, maximum: level + range))
            #expect((3...31).contains(scale.height), "\(level) + \(range)")
            let rows = stride(from: 0.0, through: 1, by: 0.125).map {
                scale.row(of: level + $0 * range)
            }
            #expect(rows == rows.sorted())
            #expect(rows.allSatisfy { (0..<scale.height).contains($0) })
            let labels = (0..<scale.height).compactMap { scale.label(ofRow: $0, width: 10) }
            #expect(labels.count >= 2)
            #expect(labels.allSatisfy { $0.count <= 10 && Double($0) != nil }, "\(labels)")
        }
        #expect(PlotScale(minimum: -1e308, maximum: 1e308) == nil)
        #expect(PlotScale(minimum: .nan, maximum: 1) == nil)
        #expect(PlotScale(minimum: 0, maximum: .infinity) == nil)
    }

    @Test("labels are equally far apart and enclose what is drawn")
    func labels() throws {
        for (low, high) in [(0.0, 1.0), (728.1, 1_070.2), (-3, 40), (5, 5), (0.012, 0.0141)] {
            let scale = try #require(PlotScale(minimum: low, maximum: high))
            let numbers = (0..<scale.height).compactMap { scale.label(ofRow: $0, width: 10) }
                .compactMap { Double($0) }
            let first = try #require(numbers.first)
            let last = try #require(numbers.last)
            #expect(first <= low && last >= high)
            let distance = (last - first) / Double(numbers.count - 1)
            for (index, number) in numbers.enumerated() {
                #expect(abs(number - first - Double(index) * distance) < distance * 1e-6)
            }
        }
    }

    private func axis(
        _ zone: String,
        from second: Int64,
        minutes: Int64,
        columns: Int,
    ) throws -> [Int: String] {
        let axis = PlotTimeAxis(
            start: EventTime(nanoseconds: second * 1_000_000_000),
            step: try #require(HistoryStep(minutes: minutes)),
            columns: columns,
            zone: try #require(TimeZone(identifier: zone)),
        )
        var labels: [Int: String] = [:]
        for column in 0..<columns { labels[column] = axis.label(ofColumn: column) }
        return labels
    }

    @Test("labels stand at round local times, and a day is named where it begins")
    func localTimes() throws {
        // 2026-11-20T11:00Z is noon in Stockholm. Ten columns of 15 min are 2.5 h: labels every 3 h.
        let day = try axis("Europe/Stockholm", from: 1_795_172_400, minutes: 15, columns: 96)
        #expect(
            day == [
                0: "12:00", 12: "15:00", 24: "18:00", 36: "21:00", 48: "11-21", 60: "03:00",
                72: "06:00", 84: "09:00",
            ]
        )
        // In India the half hour lies within a column: 05:30 local at 2026-11-20T00:00Z.
        let india = try axis("Asia/Kolkata", from: 1_795_132_800, minutes: 60, columns: 24)
        #expect(india == [6: "12:00", 18: "11-21"])
    }

    @Test("on the day of 25 hours every label is the local time at its column")
    func longDay() throws {
        // 2026-10-25 begins in Stockholm at 22:00Z of the day before, and has 25 hours.
        let labels = try axis("Europe/Stockholm", from: 1_792_879_200, minutes: 15, columns: 104)
        #expect(labels[0] == "10-25")
        #expect(labels[16] == "03:00", "four hours later, as 02:00 to 03:00 came twice")
        #expect(labels[100] == "10-26")
    }
}
