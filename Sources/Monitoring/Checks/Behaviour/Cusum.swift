/// A two-sided CUSUM on standardised innovations, with its limit solved for a false-alarm interval.
///
/// A shift of the feed by s of its standard deviations shows in innovations as s·√((1 − φ)/(1 + φ));
/// the reference k is half of that for s = 1, and at least 0.05. The learned mean may be wrong by
/// 1/√n innovations and the learned scale by 1/√2n: k grows by the first, the innovation shrinks by
/// the second, so that the interval is kept from the start.
///
/// Shape: 36 bytes. About 4 ns; solving the limit again where φ has moved by 0.01, about 2 µs.
struct Cusum: Sendable {
    /// Beyond this an innovation says no more: heavy tails would make it a Shewhart chart.
    private static let clip = 5.0

    private var up = 0.0
    private var down = 0.0
    private var reference = 0.0
    private var limit = 0.0
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
        }
        let scaleError = meanError * 0.5.squareRoot()
        let z = (innovation / (1 + scaleError)).clipped(to: Self.clip)
        up = max(0, up + z - reference - meanError)
        down = max(0, down - z - reference - meanError)
        return up > limit ? 1 : down > limit ? -1 : 0
    }

    mutating func reset() {
        up = 0
        down = 0
    }
}
