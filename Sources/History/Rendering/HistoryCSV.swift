import Monitoring

/// History for a spreadsheet or a script: comma-separated values after RFC 4180, with one line of
/// names, lines that end in a line feed, times in UTC, and nothing where a value is not known.
///
/// One table at a time: the rolling metrics, or the findings.
struct HistoryCSV: HistoryForm {
    /// Of the feed.
    let unit: String?

    func beginning(of report: HistoryReport) -> String {
        report.content.hasRollups
            ? """
            start,revision,samples,good,suspect,fail,unknown,missing,duplicate,too_late,future,late,\
            expected,filled,completeness,minimum,mean,maximum,standard_deviation,statistics_count

            """
            : """
            id,check,verdict,state,is_confirmed,begin,end,found_at,flagged_count,worst,limit,unit,\
            detail,is_learned

            """
    }

    func rollup(_ row: StoredRollup, isFirst: Bool) -> String {
        let counts = [
            row.revision, row.samples, row.good, row.suspect, row.fail, row.unknown, row.missing,
            row.duplicate, row.tooLate, row.future, row.late,
        ].map { "\($0)" }
        let slots = [
            row.expected.map { "\($0)" } ?? "", "\(row.filled)", Self.number(row.completeness),
        ]
        let values = [
            row.minimum, row.moments.mean, row.maximum, row.moments.standardDeviation,
        ].map(Self.number)
        return Self.line(
            [LocalTime.utc(row.start.nanoseconds)] + counts + slots + values
                + ["\(row.statisticsCount)"]
        )
    }

    func middle(of report: HistoryReport, hadRollups: Bool) -> String { "" }

    func finding(_ row: StoredFinding, isFirst: Bool) -> String {
        Self.line([
            "\(row.id)", row.check, row.verdict.name, row.state, "\(row.isConfirmed)",
            LocalTime.utc(row.begin.nanoseconds), LocalTime.utc(row.end.nanoseconds),
            LocalTime.utc(row.foundAt.nanoseconds), "\(row.flaggedCount)",
            Self.number(row.worst), Self.number(row.limit),
            row.worst == nil ? "" : row.unitOfWorst(feed: unit) ?? "", row.detail,
            row.isLearned.map { "\($0)" } ?? "",
        ])
    }

    func end(of report: HistoryReport, hadFindings: Bool) -> String { "" }

    /// The shortest text that reads back as the same number.
    private static func number(_ value: Double?) -> String {
        guard let value, value.isFinite else { return "" }
        return "\(value)"
    }

    private static func line(_ cells: [String]) -> String {
        cells.map(cell).joined(separator: ",") + "\n"
    }

    /// What came from outside must not end a line, steer a terminal, or be taken for a formula.
    private static func cell(_ text: String) -> String {
        var text = HistoryTable.printable(text.replacing("\n", with: " "))
        if let first = text.first, "=@".contains(first) { text = "'" + text }
        guard text.contains(where: { ",\"".contains($0) }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}
