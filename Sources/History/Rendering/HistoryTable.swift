import Alarms
import Foundation
import Monitoring

/// History as a table for people: fixed columns, numbers to the right, `-` where there is none, no
/// row wider than what it is read on.
///
/// Where not all columns fit, the least important ones are left out, and a line says which.
struct HistoryTable: HistoryForm {
    /// One column of the rolling metrics.
    private struct Column {
        let name: String
        let width: Int
        /// 0 is kept longest.
        let rank: Int
        let text: (StoredRollup) -> String
    }

    /// Columns of the last column of findings, also where the terminal has not as many.
    private static let leastEvidence = 12
    /// From this width on there is room for the number of flagged answers of a finding.
    private static let countFits = 90

    private let zone: TimeZone
    private let width: Int
    private let columns: [Column]
    private let omitted: [String]
    private let unit: String?

    /// - Parameter width: columns of the terminal; below 80 a row may be wider.
    init(zone: TimeZone, width: Int, unit: String?) {
        self.zone = zone
        self.width = width
        self.unit = unit
        let all = Self.allColumns(zone)
        var left = width
        var kept: Set<String> = []
        for column in all.sorted(by: { $0.rank < $1.rank }) where column.width + 1 <= left + 1 {
            kept.insert(column.name)
            left -= column.width + 1
        }
        columns = all.filter { kept.contains($0.name) || $0.rank < 3 }
        omitted = all.filter { !kept.contains($0.name) && $0.rank >= 3 }.map(\.name)
    }

    /// What people ask of the columns first.
    private static let legend = """
        samples: all that came; noValue: came without a value, as null
        compl%: filled of the expected slots; only here counts what
        did not come. The minute that is still open is in no row.

        """

    private static func allColumns(_ zone: TimeZone) -> [Column] {
        func count(_ name: String, _ width: Int, _ rank: Int, _ path: KeyPath<StoredRollup, Int64>)
            -> Column
        {
            Column(name: name, width: width, rank: rank) {
                HistoryNumber.count($0[keyPath: path], width: width)
            }
        }
        func value(_ name: String, _ rank: Int, _ read: @escaping (StoredRollup) -> Double?)
            -> Column
        {
            Column(name: name, width: 9, rank: rank) { HistoryNumber.value(read($0), width: 9) }
        }
        return [
            Column(name: "start", width: 23, rank: 0) {
                LocalTime.minutes($0.start.nanoseconds, in: zone)
            },
            count("samples", 7, 1, \.samples), count("good", 7, 3, \.good),
            count("suspect", 7, 8, \.suspect), count("fail", 6, 4, \.fail),
            count("unknown", 7, 13, \.unknown), count("noValue", 7, 9, \.missing),
            count("dupl", 6, 12, \.duplicate), count("tooLate", 7, 14, \.tooLate),
            count("future", 6, 15, \.future), count("late", 6, 10, \.late),
            Column(name: "compl%", width: 6, rank: 7) { row in
                row.completeness.map { String(format: "%.1f", $0 * 100) } ?? "-"
            },
            value("min", 5) { $0.minimum }, value("mean", 2) { $0.moments.mean },
            value("max", 6) { $0.maximum }, value("sd", 11) { $0.moments.standardDeviation },
            count("rev", 4, 16, \.revision),
        ]
    }

    func beginning(of report: HistoryReport) -> String {
        let feed = report.feed.description
        let unit = feed.unit.map { " in \($0)" } ?? ""
        let label = feed.label == feed.key ? "" : " (\(feed.label))"
        let name = "\(feed.key)\(label)\(unit)"
        var learned = ""
        if let learning = feed.learning, !learning.isFinished {
            learned = "learning, \(learning.seen) of \(learning.needed) values\n"
        }
        guard report.content.hasRollups else {
            return Self.printable("findings of \(name)\n\(learned)")
        }
        var text = "\(name), by \(report.step)\n\(learned)"
        if !omitted.isEmpty {
            let names = omitted.joined(separator: ", ")
            text += "not shown for want of room: \(names); --json has all\n"
        }
        return Self.printable(text) + line(columns.map(\.name))
    }

    func rollup(_ row: StoredRollup, isFirst: Bool) -> String {
        line(columns.map { $0.text(row) })
    }

    private func line(_ texts: [String]) -> String {
        var line = ""
        for (column, text) in zip(columns, texts) {
            let padding = String(repeating: " ", count: max(0, column.width - text.count))
            line += column.rank == 0 ? text + padding : " " + padding + text
        }
        return line + "\n"
    }

    func middle(of report: HistoryReport, hadRollups: Bool) -> String {
        guard report.content.hasRollups else { return "" }
        return (hadRollups ? Self.legend : "no rolling metrics in this span\n")
            + (report.content.hasFindings ? "\nfindings\n" : "")
    }

    func finding(_ row: StoredFinding, isFirst: Bool) -> String {
        let line = findingLine(
            LocalTime.text(row.begin.nanoseconds, in: zone),
            lasted(row),
            row.check,
            row.verdict.name,
            "\(row.flaggedCount)",
            evidence(row),
        )
        guard isFirst else { return line }
        return findingLine("begin", "lasted", "check", "verdict", "count", "worst value, limit")
            + line
    }

    /// How long it was, or why that is not known: open, suspended, interrupted.
    private func lasted(_ row: StoredFinding) -> String {
        guard row.state == FindingTable.State.ended.rawValue else { return row.state }
        // Silence has no flagged samples between its begin and the message that ended it.
        let end = row.check == "silence" ? EventTime(row.changedAt) : row.end
        return PlainText.duration(Elapsed.from(row.begin, to: end))
    }

    /// The worst value beside its limit, each with its unit, and what the check said in words.
    private func evidence(_ row: StoredFinding) -> String {
        var parts: [String] = []
        if let worst = row.worst {
            let limit = row.limit ?? .nan
            if let id = CheckCatalogue.id(named: row.check) {
                let measure = AlarmMeasure(CheckCatalogue.all[Int(id.index)], unit: unit)
                let text = measure.comparison(worst, limit: limit)
                let isLearned = row.isLearned == true && text.hasSuffix(")")
                parts.append(isLearned ? "\(text.dropLast()), learned)" : text)
            } else {
                parts.append(HistoryNumber.value(worst, width: 12))
            }
        }
        if !row.detail.isEmpty { parts.append(row.detail) }
        return Self.printable(parts.isEmpty ? "-" : parts.joined(separator: "; "))
    }

    private func findingLine(
        _ begin: String,
        _ lasted: String,
        _ check: String,
        _ verdict: String,
        _ count: String,
        _ evidence: String,
    ) -> String {
        func left(_ text: String, _ width: Int) -> String {
            text + String(repeating: " ", count: max(0, width - text.count)) + " "
        }
        var line = left(begin, 26) + left(lasted, 11) + left(check, 18) + left(verdict, 7)
        if width >= Self.countFits {
            line += String(repeating: " ", count: max(0, 7 - count.count)) + count + " "
        }
        let room = max(Self.leastEvidence, width - line.count)
        let parts = WrappedText.lines(evidence, width: room)
        let margin = String(repeating: " ", count: line.count)
        return line + parts.joined(separator: "\n" + margin) + "\n"
    }

    func end(of report: HistoryReport, hadFindings: Bool) -> String {
        hadFindings || !report.content.hasFindings ? "" : "none in this span\n"
    }

    /// What came from outside must not steer a terminal.
    static func printable(_ text: String) -> String {
        String(
            text.unicodeScalars.map { scalar in
                let isControl = scalar.properties.generalCategory == .control && scalar != "\n"
                return isControl ? "\u{FFFD}" : Character(scalar)
            }
        )
    }
}

/// Numbers in a column of a given width.
enum HistoryNumber {
    /// With as many of seven significant digits as fit: enough for 0.01 at a level of 10,000.
    static func value(_ value: Double?, width: Int) -> String {
        guard let value else { return "-" }
        for digits in stride(from: 7, to: 1, by: -1) {
            let text = String(format: "%.\(digits)g", value)
            if text.count <= width { return text }
        }
        return String(format: "%.1g", value)
    }

    /// In millions where it is too long.
    static func count(_ count: Int64, width: Int) -> String {
        let text = "\(count)"
        return text.count <= width ? text : "\(count / 1_000_000)M"
    }
}
