import Foundation
import Monitoring

/// History as a chart in a terminal: for each column of time the band from minimum to maximum with
/// the mean in it, below it what was flagged or did not come, and a local time axis.
///
/// ```
///  60 ┤        ▒▒
///     │▒▒━━▒▒▒▒━━
///  40 ┤━━▒▒━━━━▒▒
///     └┬─────────
/// flags    F
///      14:00
/// ```
struct HistoryPlot {
    /// What the chart is drawn with.
    private struct Characters {
        let band, mean, line, labelled, corner, floor, tick: String

        static let unicode = Characters(
            band: "▒",
            mean: "━",
            line: "│",
            labelled: "┤",
            corner: "└",
            floor: "─",
            tick: "┬",
        )
        static let plain = Characters(
            band: ":",
            mean: "=",
            line: "|",
            labelled: "+",
            corner: "+",
            floor: "-",
            tick: "+",
        )
    }

    /// Columns of the numbers beside the chart.
    private static let labelWidth = 10
    /// A chart that is narrower shows nothing.
    private static let leastColumns = 20
    /// Minutes that one column may be, where the person did not say.
    private static let roundLengths: [Int64] = [
        1, 2, 3, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 360, 480, 720, 1_440, 2_880, 4_320,
        10_080, 20_160, 40_320, 80_640, 161_280, 322_560, HistoryStep.maximumMinutes,
    ]

    private let zone: TimeZone
    private let columns: Int
    private let characters: Characters

    /// - Parameter width: columns of the terminal; below 32 a line may be wider.
    init(zone: TimeZone, width: Int, isUnicode: Bool) {
        self.zone = zone
        columns = max(Self.leastColumns, width - Self.labelWidth - 2)
        characters = isUnicode ? .unicode : .plain
    }

    /// All of it. Memory: one row for each column of the terminal.
    func text(of report: HistoryReport, from reader: HistoryReader) throws(HistoryError) -> String {
        var report = report
        report.step = try step(for: report, from: reader)
        // The first column is as whole as the others.
        report.from = report.step.start(of: report.from)
        let rows = try columns(of: report, from: reader)
        guard rows.contains(where: { $0 != nil }) else {
            return heading(of: report) + "no rolling metrics in this span\n"
        }
        let axis = PlotTimeAxis(
            start: report.from,
            step: report.step,
            columns: rows.count,
            zone: zone,
        )
        return heading(of: report) + chart(rows) + floor(axis, rows.count) + flags(rows)
            + indented(axis.labels()) + legend(rows)
            + (try findings(of: report, from: reader))
    }

    // MARK: Columns

    /// The shortest round step, not below the one asked for, with which the span fits, and of which
    /// the rows of its beginning are still kept.
    private func step(
        for report: HistoryReport,
        from reader: HistoryReader,
    ) throws(HistoryError) -> HistoryStep {
        func fits(_ step: HistoryStep) -> Bool {
            step.count(from: report.from, until: report.until) <= Int64(columns)
        }
        if fits(report.step), report.step.minutes > 1 { return report.step }
        let base = try reader.shortestStep(reachingBackTo: report.from)
        let steps = Self.roundLengths.compactMap { HistoryStep(minutes: $0) }
        let fitting = steps.first { step in
            step.minutes >= report.step.minutes && step.base.minutes >= base.minutes && fits(step)
        }
        return fitting ?? steps[steps.count - 1]
    }

    /// A row for each column of the span; nil where there is none.
    private func columns(
        of report: HistoryReport,
        from reader: HistoryReader,
    ) throws(HistoryError) -> [StoredRollup?] {
        let first = report.step.number(at: report.from)
        let count = report.step.count(from: report.from, until: report.until)
        var rows = [StoredRollup?](repeating: nil, count: Int(min(count, Int64(columns))))
        try report.forEachRollup(in: reader) { row in
            let column = Int(report.step.number(at: row.start) - first)
            guard rows.indices.contains(column) else { return }
            // A feed that was forgotten and came back has two rows of one start.
            if rows[column] == nil { rows[column] = row } else { rows[column]?.add(row) }
        }
        return rows
    }

    // MARK: Parts

    private func heading(of report: HistoryReport) -> String {
        let feed = report.feed.description
        let label = feed.label == feed.key ? "" : " (\(feed.label))"
        let from = LocalTime.minutes(report.from.nanoseconds, in: zone)
        let until = LocalTime.minutes(report.until.nanoseconds, in: zone)
        return HistoryTable.printable(
            "\(feed.key)\(label)\(feed.unit.map { " in \($0)" } ?? "")\n"
                + "\(from) to \(until), by \(report.step)\n\(report.feed.learningLine)\n"
        )
    }

    private func chart(_ rows: [StoredRollup?]) -> String {
        let minimum = rows.compactMap { $0?.minimum }.min()
        let maximum = rows.compactMap { $0?.maximum }.max()
        guard let minimum, let maximum else { return "no values in this span\n" }
        guard let scale = PlotScale(minimum: minimum, maximum: maximum) else {
            return "the values are too far apart to be drawn\n"
        }
        return (0..<scale.height).reversed().map { line in
            let label = scale.label(ofRow: line, width: Self.labelWidth)
            let mark = label == nil ? characters.line : characters.labelled
            let cells = rows.map { cell($0, line, scale) }.joined()
            return Self.right(label ?? "", Self.labelWidth) + " " + mark + Self.trimmed(cells)
        }.joined(separator: "\n") + "\n"
    }

    private func cell(_ row: StoredRollup?, _ line: Int, _ scale: PlotScale) -> String {
        guard let row, let minimum = row.minimum, let maximum = row.maximum else { return " " }
        if let mean = row.moments.mean, scale.row(of: mean) == line { return characters.mean }
        let isInside = (scale.row(of: minimum)...scale.row(of: maximum)).contains(line)
        return isInside ? characters.band : " "
    }

    private func floor(_ axis: PlotTimeAxis, _ count: Int) -> String {
        let cells = (0..<count).map {
            axis.label(ofColumn: $0) == nil ? characters.floor : characters.tick
        }
        return Self.right("", Self.labelWidth) + " " + characters.corner + cells.joined() + "\n"
    }

    private func flags(_ rows: [StoredRollup?]) -> String {
        let marks = rows.map { PlotMark(of: $0)?.rawValue ?? " " }.joined()
        return Self.trimmed(Self.right("flags", Self.labelWidth) + "  " + marks) + "\n"
    }

    private func legend(_ rows: [StoredRollup?]) -> String {
        var parts = ["\(characters.mean) mean", "\(characters.band) minimum to maximum"]
        let marks = Set(rows.map { PlotMark(of: $0) })
        parts += PlotMark.allCases.filter { marks.contains($0) }.map { "\($0.rawValue) \($0.name)" }
        return "\n" + indented(parts.joined(separator: "   "))
    }

    private func findings(
        of report: HistoryReport,
        from reader: HistoryReader,
    ) throws(HistoryError) -> String {
        var count = 0
        try report.forEachFinding(in: reader) { _ in count += 1 }
        switch count {
        case 0: return indented("no findings in this span")
        case 1: return indented("1 finding in this span; --findings shows it")
        default: return indented("\(count) findings in this span; --findings lists them")
        }
    }

    private func indented(_ text: String) -> String {
        Self.trimmed(String(repeating: " ", count: Self.labelWidth + 2) + text) + "\n"
    }

    private static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }

    private static func trimmed(_ text: String) -> Substring {
        guard let last = text.lastIndex(where: { $0 != " " }) else { return "" }
        return text[...last]
    }
}

/// What the row below a chart says of a column: the worst of what happened in it.
enum PlotMark: String, CaseIterable {
    case fail = "F"
    case suspect = "S"
    case nothing = "-"
    case incomplete = "m"

    /// Nil where all is well, or nobody watched.
    init?(of row: StoredRollup?) {
        guard let row else { return nil }
        if row.fail > 0 {
            self = .fail
        } else if row.suspect > 0 {
            self = .suspect
        } else if row.samples == 0 {
            self = .nothing
        } else if let expected = row.expected, row.filled < expected {
            self = .incomplete
        } else {
            return nil
        }
    }

    var name: String {
        switch self {
        case .fail: "fail"
        case .suspect: "suspect"
        case .nothing: "nothing came"
        case .incomplete: "samples missing"
        }
    }
}
