public import Foundation
public import Monitoring

/// What `assay history FEED` prints: the rolling metrics and the findings of one feed.
///
/// It reads page by page and hands over text piece by piece, so that memory stays bounded however
/// long the span is.
public struct HistoryReport {
    public enum Format: Sendable, Equatable {
        /// For people: aligned columns in a terminal so many columns wide, times in this zone.
        case table(TimeZone, width: Int)
        /// For programs: one JSON object, times in UTC.
        case json
    }

    public var feed: StoredFeed
    public var step: RollupStep
    /// The span is `[from, until)`.
    public var from: EventTime
    public var until: EventTime

    public init(feed: StoredFeed, step: RollupStep, from: EventTime, until: EventTime) {
        self.feed = feed
        self.step = step
        self.from = from
        self.until = until
    }

    /// Writes all of it; each piece ends where a line ends.
    public func write(
        from reader: HistoryReader,
        as format: Format,
        to output: (String) -> Void,
    ) throws(HistoryError) {
        switch format {
        case .table(let zone, let width):
            let table = HistoryTable(zone: zone, width: width, unit: feed.description.unit)
            try write(from: reader, with: table, to: output)
        case .json:
            try write(
                from: reader,
                with: HistoryJSON(unit: feed.description.unit),
                to: output,
            )
        }
    }

    private func write(
        from reader: HistoryReader,
        with form: some HistoryForm,
        to output: (String) -> Void,
    ) throws(HistoryError) {
        output(form.beginning(of: self))
        var isFirst = true
        var cursor: Int64?
        repeat {
            let page = try reader.rollups(
                of: feed,
                step: step,
                from: from,
                until: until,
                after: cursor,
            )
            for row in page.rows {
                output(form.rollup(row, isFirst: isFirst))
                isFirst = false
            }
            cursor = page.next
        } while cursor != nil
        output(form.middle(hadRollups: !isFirst))
        isFirst = true
        repeat {
            let page = try reader.findings(of: feed, from: from, until: until, after: cursor)
            for row in page.rows {
                output(form.finding(row, isFirst: isFirst))
                isFirst = false
            }
            cursor = page.next
        } while cursor != nil
        output(form.end(hadFindings: !isFirst))
    }
}

/// The texts around and of each row.
protocol HistoryForm {
    func beginning(of report: HistoryReport) -> String
    func rollup(_ row: StoredRollup, isFirst: Bool) -> String
    func middle(hadRollups: Bool) -> String
    func finding(_ row: StoredFinding, isFirst: Bool) -> String
    func end(hadFindings: Bool) -> String
}
