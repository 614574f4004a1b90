import Foundation
import Monitoring

/// History as one JSON object: `{ "feed": …, "step": …, "rollups": […], "findings": […] }`, or without
/// step and rollups where findings alone were asked for. A field is absent rather than null.
struct HistoryJSON: HistoryForm {
    /// Of the feed.
    let unit: String?

    func beginning(of report: HistoryReport) -> String {
        let feed = report.feed.description
        let learning = feed.learning.flatMap { $0.isFinished ? nil : $0 }
        let head = Head(
            key: feed.key,
            label: feed.label,
            unit: feed.unit,
            topic: feed.topic,
            learnedCount: learning?.seen,
            learningCount: learning?.needed,
        )
        let feedText = "{\"feed\":\(Self.text(head)),"
        guard report.content.hasRollups else { return feedText + "\"findings\":[\n" }
        return feedText + "\"step\":\"\(report.step)\",\"rollups\":[\n"
    }

    func rollup(_ row: StoredRollup, isFirst: Bool) -> String {
        (isFirst ? "" : ",\n") + Self.text(RollupRecord(row))
    }

    func middle(of report: HistoryReport, hadRollups: Bool) -> String {
        report.content == .everything ? "\n],\"findings\":[\n" : ""
    }

    func finding(_ row: StoredFinding, isFirst: Bool) -> String {
        (isFirst ? "" : ",\n") + Self.text(FindingRecord(row, unit: unit))
    }

    func end(of report: HistoryReport, hadFindings: Bool) -> String { "\n]}\n" }

    /// The records hold only texts and numbers that JSON can spell, so encoding cannot fail.
    private static func text(_ record: some Encodable) -> String {
        guard let data = try? StoredJSON.encoder().encode(record) else { return "{}" }
        return String(decoding: data, as: UTF8.self)
    }

    private struct Head: Encodable {
        var key: String
        var label: String
        var unit: String?
        var topic: String
        /// Values that its baseline is learned from so far, and of how many; absent once it is.
        var learnedCount, learningCount: Int16?
    }

    private struct RollupRecord: Encodable {
        var start: String
        var revision: Int64
        var samples, good, suspect, fail, unknown, missing, duplicate: Int64
        var tooLate, future, late: Int64
        var expected: Int64?
        var filled: Int64
        var completeness: Double?
        var minimum, mean, maximum, standardDeviation: Double?
        var statisticsCount: Int64

        init(_ row: StoredRollup) {
            start = LocalTime.utc(row.start.nanoseconds)
            revision = row.revision
            samples = row.samples
            good = row.good
            suspect = row.suspect
            fail = row.fail
            unknown = row.unknown
            missing = row.missing
            duplicate = row.duplicate
            tooLate = row.tooLate
            future = row.future
            late = row.late
            expected = row.expected
            filled = row.filled
            completeness = row.completeness
            minimum = row.minimum
            mean = row.moments.mean
            maximum = row.maximum
            standardDeviation = row.moments.standardDeviation
            statisticsCount = row.statisticsCount
        }
    }

    private struct FindingRecord: Encodable {
        var id: Int64
        var check, verdict, state: String
        var isConfirmed: Bool
        var begin, end, foundAt: String
        var flaggedCount: Int64
        var worst, limit: Double?
        /// Absent where an earlier version wrote it.
        var isLearned: Bool?
        /// Of both, as a UCUM code; absent where they count something, or the feed has none.
        var unit: String?
        var detail: String?

        init(_ row: StoredFinding, unit: String?) {
            id = row.id
            check = row.check
            verdict = row.verdict.name
            state = row.state
            isConfirmed = row.isConfirmed
            begin = LocalTime.utc(row.begin.nanoseconds)
            end = LocalTime.utc(row.end.nanoseconds)
            foundAt = LocalTime.utc(row.foundAt.nanoseconds)
            flaggedCount = row.flaggedCount
            worst = row.worst
            limit = row.limit
            isLearned = row.isLearned
            self.unit = row.worst == nil ? nil : row.unitOfWorst(feed: unit)
            detail = row.detail.isEmpty ? nil : row.detail
        }
    }
}
