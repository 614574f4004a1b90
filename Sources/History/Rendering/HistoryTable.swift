import Foundation
import Monitoring

/// History as a table for people: fixed columns, numbers to the right, `-` where there is none.
struct HistoryTable: HistoryForm {
    let zone: TimeZone

    private static let rollupColumns: [(name: String, width: Int)] = [
        ("start", -26), ("samples", 8), ("good", 8), ("suspect", 8), ("fail", 6), ("unknown", 8),
        ("missing", 8), ("dupl", 6), ("tooLate", 8), ("future", 7), ("late", 6), ("compl%", 7),
        ("min", 12), ("mean", 12), ("max", 12), ("sd", 12), ("rev", 5),
    ]

    private static let findingColumns: [(name: String, width: Int)] = [
        ("begin", -26), ("end", -26), ("check", -18), ("verdict", -8), ("state", -12),
        ("count", 7), ("worst", 12), ("limit", 12), ("detail", -1),
    ]

    func beginning(of report: HistoryReport) -> String {
        let feed = report.feed.description
        let unit = feed.unit.map { " in \($0)" } ?? ""
        let label = feed.label == feed.key ? "" : " (\(feed.label))"
        return "\(feed.key)\(label)\(unit), by \(report.step.rawValue)\n"
            + Self.line(Self.rollupColumns, Self.rollupColumns.map(\.name))
    }

    func rollup(_ row: StoredRollup, isFirst: Bool) -> String {
        Self.line(
            Self.rollupColumns,
            [
                LocalTime.text(row.start.nanoseconds, in: zone),
                "\(row.samples)", "\(row.good)", "\(row.suspect)", "\(row.fail)",
                "\(row.unknown)", "\(row.missing)", "\(row.duplicate)", "\(row.tooLate)",
                "\(row.future)", "\(row.late)",
                row.completeness.map { Self.fixed($0 * 100, digits: 1) } ?? "-",
                Self.number(row.minimum), Self.number(row.moments.mean),
                Self.number(row.maximum), Self.number(row.moments.standardDeviation),
                "\(row.revision)",
            ],
        )
    }

    func middle(hadRollups: Bool) -> String {
        (hadRollups ? "" : "no rolling metrics in this span\n") + "\nfindings\n"
    }

    func finding(_ row: StoredFinding, isFirst: Bool) -> String {
        let isOver = row.state == FindingTable.State.ended.rawValue
        let line = Self.line(
            Self.findingColumns,
            [
                LocalTime.text(row.begin.nanoseconds, in: zone),
                isOver ? LocalTime.text(row.end.nanoseconds, in: zone) : "-",
                row.check, row.verdict.name, row.state, "\(row.flaggedCount)",
                Self.number(row.worst), Self.number(row.limit), Self.printable(row.detail),
            ],
        )
        return isFirst
            ? Self.line(Self.findingColumns, Self.findingColumns.map(\.name)) + line : line
    }

    func end(hadFindings: Bool) -> String {
        hadFindings ? "" : "none in this span\n"
    }

    /// A negative width means: to the left. A text that is too wide pushes the rest.
    private static func line(
        _ columns: [(name: String, width: Int)],
        _ texts: [String],
    ) -> String {
        var line = ""
        for (column, text) in zip(columns, texts) {
            let padding = String(repeating: " ", count: max(0, abs(column.width) - text.count))
            line += column.width < 0 ? text + padding : padding + text
            line += " "
        }
        while line.last == " " { line.removeLast() }
        return line + "\n"
    }

    /// Seven significant digits: enough for 0.01 at a level of 10,000.
    static func number(_ value: Double?) -> String {
        guard let value else { return "-" }
        return String(format: "%.7g", value)
    }

    private static func fixed(_ value: Double, digits: Int) -> String {
        String(format: "%.\(digits)f", value)
    }

    /// What came from outside must not steer a terminal.
    private static func printable(_ text: String) -> String {
        String(
            text.unicodeScalars.map { scalar in
                scalar.properties.generalCategory == .control ? "\u{FFFD}" : Character(scalar)
            }
        )
    }
}
