import Foundation
import Monitoring

/// The axis of time of a chart: where a round local time falls, and what stands there.
struct PlotTimeAxis {
    /// Columns from one label to the next at least.
    private static let distance: Int64 = 10
    /// Minutes between two labels.
    private static let lengths: [Int64] =
        [5, 10, 15, 30, 60, 120, 180, 240, 360, 720]
        + [1, 2, 7, 14, 28, 56, 112].map { $0 * 1_440 }

    private let start: EventTime
    private let step: HistoryStep
    private let columns: Int
    private let zone: TimeZone
    private let length: Int64

    init(start: EventTime, step: HistoryStep, columns: Int, zone: TimeZone) {
        self.start = start
        self.step = step
        self.columns = columns
        self.zone = zone
        let least = step.minutes * Self.distance
        length =
            Nanoseconds.seconds(
                60 * (Self.lengths.first { $0 >= least } ?? least)
            ).count
    }

    /// The label of a column: `14:00`, or `11-21` where a day begins; nil where none stands. It is
    /// the last round time within the column.
    func label(ofColumn column: Int) -> String? {
        let first = start.nanoseconds + Int64(column) * step.length.count
        let last = number(at: first + step.length.count - 1)
        guard last != number(at: first - 1) else { return nil }
        let text = LocalTime.utc(last * length)
        let time = text.dropFirst(11).prefix(5)
        return String(time == "00:00" ? text.dropFirst(5).prefix(5) : time)
    }

    /// The labels in one line, each beginning below its column.
    func labels() -> String {
        var line = ""
        for column in 0..<columns {
            guard let label = label(ofColumn: column), line.count <= column,
                column + label.count <= columns
            else { continue }
            line += String(repeating: " ", count: column - line.count) + label + " "
        }
        return line
    }

    /// How many label distances of local time have passed at an instant.
    private func number(at nanoseconds: Int64) -> Int64 {
        let seconds = nanoseconds.dividedDown(by: 1_000_000_000)
        let date = Date(timeIntervalSince1970: Double(seconds))
        let offset = Int64(zone.secondsFromGMT(for: date)) * 1_000_000_000
        return (nanoseconds + offset).dividedDown(by: length)
    }
}
