import Glibc

/// Limits of control charts, solved from the mean number of samples between two false alarms.
///
/// All of them are for independent standardised input, which innovations are. Closed forms and
/// halving: about 2 µs, asked once per feed and when its correlation changes.
enum ChartLimit {
    /// Overshoot of a random walk over its limit, in standard deviations (Siegmund 1985).
    static let overshoot = 0.5826

    /// The limit h of a two-sided CUSUM with reference k.
    ///
    /// Source: Siegmund 1985: the interval of one side is (exp(2kb) − 2kb − 1) ÷ 2k² with
    /// b = h + 1.166, that of two sides half of it.
    static func cusum(interval: Double, reference k: Double) -> Double {
        let target = max(interval, 1)
        return solve(from: 0, to: 400 / k) { h in
            let b = h + 2 * overshoot
            let a = 2 * k * b
            return (exp(min(a, 600)) - a - 1) / (4 * k * k) < target
        }
    }

    /// The limit L of a two-sided EWMA chart, in its own standard deviations.
    ///
    /// Source: crossing rate of the process in continuous time, corrected for the overshoot; within
    /// 5 % of L as R's `spc` gives it.
    static func ewma(interval: Double, weight: Double) -> Double {
        let rate = -log(1 - weight)
        let correction = overshoot * (2 * rate).squareRoot()
        let target = max(interval, 1)
        return solve(from: 0.5, to: 20) { limit in
            let x = limit + correction
            return (2 * Double.pi).squareRoot() / (2 * rate * x) * exp(x * x / 2) < target
        }
    }

    private static func solve(
        from low: Double,
        to high: Double,
        isTooLow: (Double) -> Bool,
    ) -> Double {
        var low = low
        var high = high
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if isTooLow(middle) { low = middle } else { high = middle }
        }
        return high
    }
}
