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
        /// For spreadsheets: comma-separated values, times in UTC; of the findings only where those
        /// alone are asked for.
        case csv
        /// For people: a chart so many columns wide, times in this zone; plain characters where the
        /// terminal knows no others.
        case plot(TimeZone, width: Int, isUnicode: Bool)
    }

    /// What of a feed is wanted.
    public enum Content: Sendable {
        case everything
        case rollups
        case findings

        var hasRollups: Bool { self != .findings }
        var hasFindings: Bool { self != .rollups }
    }

    public var feed: StoredFeed
    public var step: HistoryStep
    public var content: Content
    /// The span is `[from, until)`: of rows that start in it, and of findings that overlap it.
    public var from: EventTime
    public var until: EventTime

    public init(
        feed: StoredFeed,
        step: HistoryStep,
        content: Content = .everything,
        from: EventTime,
        until: EventTime,
    ) {
        self.feed = feed
        self.step = step
        self.content = content
        self.from = from
        self.until = until
    }

    /// Writes all of it; each piece ends where a line ends, and none is empty.
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
            try write(from: reader, with: HistoryJSON(unit: feed.description.unit), to: output)
        case .csv:
            var report = self
            if content == .everything { report.content = .rollups }
            let form = HistoryCSV(unit: feed.description.unit)
            try report.write(from: reader, with: form, to: output)
        case .plot(let zone, let width, let isUnicode):
            let plot = HistoryPlot(zone: zone, width: width, isUnicode: isUnicode)
            output(try plot.text(of: self, from: reader))
        }
    }

    private func write(
        from reader: HistoryReader,
        with form: some HistoryForm,
        to output: (String) -> Void,
    ) throws(HistoryError) {
        func write(_ text: String) {
            if !text.isEmpty { output(text) }
        }
        write(form.beginning(of: self))
        var hadRollups = false
        if content.hasRollups {
            try forEachRollup(in: reader) { row in
                write(form.rollup(row, isFirst: !hadRollups))
                hadRollups = true
            }
        }
        write(form.middle(of: self, hadRollups: hadRollups))
        var hadFindings = false
        if content.hasFindings {
            try forEachFinding(in: reader) { row in
                write(form.finding(row, isFirst: !hadFindings))
                hadFindings = true
            }
        }
        write(form.end(of: self, hadFindings: hadFindings))
    }

    /// The rows of the step that start in the span, oldest first, each of all the stored rows that
    /// belong to it, also of those beyond the end of the span.
    func forEachRollup(
        in reader: HistoryReader,
        _ body: (StoredRollup) -> Void,
    ) throws(HistoryError) {
        var groups = RollupGroups(step: step)
        var cursor: Int64?
        repeat {
            let page = try reader.rollups(
                of: feed,
                step: step.base,
                from: step.startAtOrAfter(from),
                until: step.startAtOrAfter(until),
                after: cursor,
            )
            for row in page.rows {
                if let complete = groups.add(row) { body(complete) }
            }
            cursor = page.next
        } while cursor != nil
        if let last = groups.finish() { body(last) }
    }

    /// The findings that overlap the span, in the order in which they were found.
    func forEachFinding(
        in reader: HistoryReader,
        _ body: (StoredFinding) -> Void,
    ) throws(HistoryError) {
        var cursor: Int64?
        repeat {
            let page = try reader.findings(of: feed, from: from, until: until, after: cursor)
            for row in page.rows { body(row) }
            cursor = page.next
        } while cursor != nil
    }
}

/// The texts around and of each row.
protocol HistoryForm {
    func beginning(of report: HistoryReport) -> String
    func rollup(_ row: StoredRollup, isFirst: Bool) -> String
    func middle(of report: HistoryReport, hadRollups: Bool) -> String
    func finding(_ row: StoredFinding, isFirst: Bool) -> String
    func end(of report: HistoryReport, hadFindings: Bool) -> String
}
