public import Monitoring

/// Mean and standard deviation of a roll-up, from its exact sums.
public struct Moments: Sendable, Equatable {
    /// In the feed's unit; nil where no value came, or a sum is beyond Double.
    public var mean: Double?
    /// Of the samples (n − 1); nil below two values, or where a sum is beyond Double.
    public var standardDeviation: Double?

    /// With S = Σ(x − o), Q = Σ(x − o)² and a = S/n rounded, Σ(x − mean)² = Q − a·(S + R) − R²/n,
    /// where R = S − n·a. Products are exact (fused multiply-add), so a level 10⁸ standard
    /// deviations away from o costs no digits: plainly computed, σ = 0.01 at a level of 10⁶ is lost.
    public init(count: Int64, origin: Double, sum: TwoDouble, squares: TwoDouble) {
        guard count > 0, sum.value.isFinite else { return }
        let n = Double(count)
        let offset = sum.value / n
        mean = origin + offset
        guard count > 1, squares.value.isFinite else { return }
        var rest = sum
        rest.addProduct(-n, offset)
        var deviation = squares
        deviation.addProduct(-offset, sum.high)
        deviation.addProduct(-offset, sum.low)
        deviation.addProduct(-offset, rest.value)
        let squared = deviation.value - rest.value * rest.value / n
        standardDeviation = (max(0, squared) / (n - 1)).squareRoot()
    }
}
