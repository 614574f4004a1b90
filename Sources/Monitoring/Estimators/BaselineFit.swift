/// A baseline's quantities from the values that it is learned from, so that a few faulty ones among
/// them do little. Done twice per feed; about 5 µs.
struct BaselineFit {
    private(set) var mean = 0.0
    private(set) var variance = 0.0
    private(set) var covariance = 0.0
    private(set) var innovationVariance = 0.0
    private(set) var usualStep = 0.0

    /// - Parameters:
    ///   - values: at least two, in order.
    ///   - resolution: the smallest step seen, or 0.
    init(_ values: [Float], resolution: Double) {
        let values = values.map(Double.init)
        let count = Double(values.count)
        let median = Self.median(values)
        let scale = Self.scale(values, median: median, resolution: resolution)
        let clipped = values.map { ($0 - median).clipped(to: 3.5 * scale) }
        let offset = clipped.reduce(0, +) / count
        let residuals = clipped.map { $0 - offset }
        let least = resolution * resolution / 12
        mean = median + offset
        variance = residuals.reduce(0) { $0 + $1 * $1 } / count
        variance = max(variance, scale * scale / 4, least)
        covariance = zip(residuals, residuals.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 } / count
        let correlation = variance > 0 ? min(max(covariance / variance, 0), 0.995) : 0
        let squares = zip(residuals, residuals.dropFirst()).reduce(0.0) {
            let e = $1.1 - correlation * $1.0
            return $0 + e * e
        }
        innovationVariance = max(squares / (count - 1), least)
        usualStep = Self.usualStep(values, resolution: resolution)
    }

    /// The median absolute deviation, or for values that mostly are the same one their mean one;
    /// at least what the resolution hides.
    private static func scale(_ values: [Double], median: Double, resolution: Double) -> Double {
        let distances = values.map { ($0 - median).magnitude }
        let middle = self.median(distances)
        let mean = 1.2533 * distances.reduce(0, +) / Double(values.count)
        let robust = middle > 0 ? min(mean, 4.4478 * middle) : mean
        let scale = max(1.4826 * middle, robust, resolution / 12.squareRoot())
        return max(scale, 1e-12 * max(median.magnitude, 1e-300))
    }

    /// The mean step, no step counting for more than four times the mean of the lower 90 %.
    private static func usualStep(_ values: [Double], resolution: Double) -> Double {
        let steps = zip(values, values.dropFirst()).map { ($1 - $0).magnitude }.sorted()
        let lower = steps.prefix(max(1, steps.count * 9 / 10))
        let cap = 4 * max(lower.reduce(0, +) / Double(lower.count), resolution)
        let sum = steps.reduce(0) { $0 + min($1, cap) }
        return max(sum / Double(steps.count), 0.1 * resolution)
    }

    private static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
}
