import Foundation

/// The axis of values of a chart: round numbers at even distances, around everything drawn.
struct PlotScale {
    /// Lines of the chart.
    let height: Int
    private let low: Double
    private let tick: Double
    private let rowsPerTick: Int

    /// About so many lines a chart is high.
    private static let usualHeight = 15

    /// Nil where the extremes are not finite, or so far apart that their distance is not.
    init?(minimum: Double, maximum: Double) {
        var range = maximum - minimum
        // A constant value stands in the middle of something.
        if range == 0 { range = max(abs(maximum) / 10, .leastNormalMagnitude * 1e9) }
        guard range.isFinite, range > 0 else { return nil }
        // Below this the labels of two lines would be the same number.
        let least = max(abs(minimum), abs(maximum)).ulp * 8
        let tick = Self.roundNumber(atLeast: max(range / 5, least))
        var low = (minimum / tick).rounded(.down) * tick
        var high = (maximum / tick).rounded(.up) * tick
        if minimum == maximum {
            low -= tick
            high += tick
        }
        guard low.isFinite, high.isFinite, tick.isFinite, tick > 0 else { return nil }
        let count = Int(min(max(((high - low) / tick).rounded(), 1), 10))
        self.low = low
        self.tick = tick
        rowsPerTick = max(2, Self.usualHeight / count)
        height = count * rowsPerTick + 1
    }

    /// The least of 1, 2, 5 and 10 times a power of ten that is not below a number.
    private static func roundNumber(atLeast number: Double) -> Double {
        let power = pow(10, log10(number).rounded(.down))
        return [1, 2, 5].map { $0 * power }.first { $0 >= number } ?? 10 * power
    }

    /// The line of a value, 0 being the lowest.
    func row(of value: Double) -> Int {
        let row = ((value - low) / tick * Double(rowsPerTick)).rounded()
        return Int(min(max(row, 0), Double(height - 1)))
    }

    /// The number beside a line; nil where none stands.
    func label(ofRow row: Int, width: Int) -> String? {
        guard row.isMultiple(of: rowsPerTick) else { return nil }
        let value = low + Double(row / rowsPerTick) * tick
        // What is left of rounding is no value of its own.
        let clean = abs(value) < tick / 2 ? 0 : value
        let digits = Int(min(max(-log10(tick).rounded(.down), 0), 12))
        let text = String(format: "%.\(digits)f", clean)
        return text.count <= width ? text : HistoryNumber.value(clean, width: width)
    }
}
