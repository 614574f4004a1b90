/// A two-sided CUSUM on standardised innovations, with its limit solved for a false-alarm interval.
///
/// A shift of the feed by s of its standard deviations shows in innovations as s·√((1 − φ)/(1 + φ));
/// the reference k is half of that for s = 1, and at least 0.05.
///
/// What was learned of n values is wrong by chance: the mean by 1/√n innovations, φ by √((1 − φ²)/n),
/// the scale by a share of 1/√2n. An error ε of the mean makes false alarms exp(2bε) times as many,
/// b = h + 1.166; on average over its two signs that is exp(2b²/n). φ adds as much again, because it
/// makes innovations of neighbours alike, and the scale exp(4k²b²/n). A margin m on k makes them
/// exp(−2bm) times as many; m = 2b(1 + k²)/n undoes all three. A margin of one standard error, 1/√n,
/// is too little for the first values and makes the interval half as long again after thousands.
///
/// Shape: 44 bytes. About 4 ns; solving the limit again where φ has moved by 0.01, about 2 µs.
struct Cusum: Sendable {
    /// Beyond this an innovation says no more: heavy tails would make it a Shewhart chart.
    private static let clip = 5.0

    private var up = 0.0
    private var down = 0.0
    private var reference = 0.0
    private var limit = 0.0
    /// n times the margin.
    private var margin = 0.0
    private var correlation: Float = -1

    /// - Parameters:
    ///   - innovation: standardised.
    ///   - meanError: 1/√n of the n values that the baseline rests on.
    ///   - interval: samples between two false alarms; asked where φ has moved.
    /// - Returns: 1 or −1 where the level went up or down, else 0.
    mutating func take(
        _ innovation: Double,
        correlation phi: Double,
        meanError: Double,
        interval: @autoclosure () -> Double,
    ) -> Double {
        if (Float(phi) - correlation).magnitude > 0.01 {
            correlation = Float(phi)
            reference = max(0.05, 0.5 * ((1 - phi) / (1 + phi)).squareRoot())
            limit = ChartLimit.cusum(interval: interval(), reference: reference)
            let b = limit + 2 * ChartLimit.overshoot
            margin = 2 * b * (1 + reference * reference)
        }
        let z = innovation.clipped(to: Self.clip)
        let needed = reference + margin * meanError * meanError
        up = max(0, up + z - needed)
        down = max(0, down - z - needed)
        return up > limit ? 1 : down > limit ? -1 : 0
    }

    mutating func reset() {
        up = 0
        down = 0
    }
}
