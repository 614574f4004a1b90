/// `flatLine` as ioos_qc 3.0.0 has it, for comparison with systems that use it.
///
/// With c = ⌊time in whole seconds ÷ period in whole seconds⌋, a sample is flagged where the finite
/// values among the last c + 1 samples spread by strictly less than the tolerance. Samples without
/// value take a place and are skipped; gaps are ignored, so the first value after a run of nulls is
/// flagged; before c + 1 samples the answer is good. ioos_qc takes the median interval of the whole
/// record for the period and fails below 1 s; this takes the feed's period, and 1 s for a shorter.
///
/// Keeps the last c + 1 values, 8 bytes each, at most 4,096: a longer time is cut to that. A moving
/// value costs two or three comparisons, a flat one c + 1.
struct QartodFlatLine: Sendable {
    private static let capacity: Int64 = 4_096

    private var values: [Double] = []
    private var next = 0
    private var count: Int64 = 0
    /// Samples beside the newest one, c; -1 where the time is not asked for.
    private var suspectSteps: Int64 = -1
    private var failSteps: Int64 = -1

    /// - Parameter x: NaN where there is no usable value.
    mutating func take(
        _ x: Double,
        _ period: Nanoseconds,
        _ limits: FlatLineLimits,
    ) -> Assessment {
        if values.isEmpty, !reserve(period, limits) { return .unknown }
        values[next] = x
        next = next + 1 == values.count ? 0 : next + 1
        if count < Int64(values.count) { count += 1 }
        guard x.isFinite else { return .unknown }
        let flat = samplesWithin(limits.tolerance)
        let seconds = max(1, period.count / 1_000_000_000)
        return limits.assess(
            fails: failSteps >= 0 && flat > failSteps,
            isSuspect: suspectSteps >= 0 && flat > suspectSteps,
            lasting: .seconds((flat - 1) * seconds),
        ) ?? .good
    }

    private mutating func reserve(_ period: Nanoseconds, _ limits: FlatLineLimits) -> Bool {
        guard period.count > 0 else { return false }
        let second: Int64 = 1_000_000_000
        let seconds = max(1, period.count / second)
        func steps(_ limit: Nanoseconds) -> Int64 {
            limit.count > 0 ? min(limit.count / second / seconds, Self.capacity - 1) : -1
        }
        suspectSteps = steps(limits.suspect)
        failSteps = steps(limits.fail)
        values = [Double](repeating: .nan, count: Int(max(suspectSteps, failSteps)) + 1)
        return true
    }

    /// How many of the last samples, going back, spread by less than the tolerance.
    private func samplesWithin(_ tolerance: Double) -> Int64 {
        var low = Double.infinity
        var high = -Double.infinity
        var place = next
        var length: Int64 = 0
        while length < count {
            place = place == 0 ? values.count - 1 : place - 1
            let x = values[place]
            if x.isFinite {
                low = min(low, x)
                high = max(high, x)
                guard high - low < tolerance else { break }
            }
            length += 1
        }
        return length
    }
}
