/// What a set of measurements comes to.
enum Statistics {
    /// The middle value, or the mean of the two middle ones; nil of nothing.
    static func median(_ values: [Double]) -> Double? {
        guard !values.isEmpty else { return nil }
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1
            ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }

    /// The median of the slopes between any two points (Theil 1950, Sen 1968); nil of fewer than two.
    static func medianSlope(_ points: [(x: Double, y: Double)]) -> Double? {
        let slopes = points.indices.flatMap { first in
            points.indices.dropFirst(first + 1).map { second in
                (points[second].y - points[first].y) / (points[second].x - points[first].x)
            }
        }
        return median(slopes)
    }

    /// The nearest-rank percentile; nil of nothing.
    static func percentile(_ values: [Double], _ percent: Double) -> Double? {
        guard !values.isEmpty else { return nil }
        let rank = (Double(values.count) * percent / 100).rounded(.up)
        return values.sorted()[max(0, Int(rank) - 1)]
    }
}
