/// A feed's period, learned from the intervals between its samples in event time: what `gap` and
/// `completeness` count slots by where the configuration declares no period.
///
/// - Learned from the first 20 intervals at once if they are strictly regular (the middle 80 %
///   within ±20 % of the median), and where the network shakes them more (within ±50 %) after three
///   such runs of 20 in a row with the same median. A feed that reports on change passes the first
///   test once in 10¹⁰ runs and the second as rarely, so it stays without a period.
/// - Refined by every later interval within ±20 % of it (exponential weight 0.01), so that a slow
///   device clock is followed and a dropout never enters.
/// - Replaced only through `adoptIfChanged`: a feed that loses every second message must be found,
///   not learned.
///
/// Shape: 104 bytes, no references. About 3 ns per interval once learned.
struct PeriodEstimator: Sendable {
    /// Minutes that a new cadence must last before it replaces the learned one.
    static let adoptionMinutes: UInt8 = 60
    /// Weight of one interval in the refinement: 100 intervals of memory.
    private static let weight = 0.01
    private static let looseRunsNeeded: UInt8 = 3

    private var intervals = IntervalRing()
    /// Intervals since the last attempt to learn, or since a candidate came up; saturates.
    private var fresh: UInt8 = 0
    /// Loosely regular runs of 20 in a row around `candidate`, while nothing is learned.
    private var looseRuns: UInt8 = 0
    /// Minutes in a row around `candidate`, once a period is learned.
    private var changedMinutes: UInt8 = 0
    /// A median that may become the period, in seconds.
    private var candidate: Float = 0
    /// In seconds; 0 while unlearned.
    private var learned = 0.0

    /// The learned period; nil while unlearned or irregular.
    var period: Nanoseconds? {
        learned > 0 ? Nanoseconds(roundingSeconds: learned) : nil
    }

    /// Takes the time between a sample and the newest one before it. Intervals across a lost broker
    /// connection must not be given; ones that are not positive are ignored.
    mutating func add(_ interval: Nanoseconds) {
        guard interval.count > 0 else { return }
        intervals.add(interval)
        if fresh < .max { fresh += 1 }
        if learned > 0 {
            let difference = interval.seconds - learned
            if abs(difference) <= 0.2 * learned { learned += Self.weight * difference }
        } else if fresh >= IntervalRing.capacity {
            fresh = 0
            learn()
        }
    }

    private mutating func learn() {
        guard let ranked = intervals.ranked() else { return }
        if ranked.isRegular(within: 0.2) {
            adopt(ranked)
        } else if ranked.isRegular(within: 0.5) {
            let isSame = looseRuns > 0 && isNearCandidate(ranked.median)
            looseRuns = isSame ? looseRuns + 1 : 1
            candidate = Float(ranked.median)
            if looseRuns >= Self.looseRunsNeeded { adopt(ranked) }
        } else {
            looseRuns = 0
        }
    }

    /// To be called once a minute of the feed's clock: adopts a new period after 60 minutes in a
    /// row in which the last 20 intervals were strictly regular around the same other median, and
    /// at least 20 intervals came meanwhile, so that a burst before a dead feed is not learned.
    ///
    /// - Returns: whether the period is another one now.
    mutating func adoptIfChanged() -> Bool {
        guard learned > 0, let ranked = intervals.ranked(), ranked.isRegular(within: 0.2),
            abs(ranked.median - learned) > 0.2 * learned
        else {
            changedMinutes = 0
            return false
        }
        if changedMinutes == 0 || !isNearCandidate(ranked.median) {
            candidate = Float(ranked.median)
            changedMinutes = 1
            fresh = 0
            return false
        }
        if changedMinutes < Self.adoptionMinutes { changedMinutes += 1 }
        guard changedMinutes >= Self.adoptionMinutes, fresh >= IntervalRing.capacity else {
            return false
        }
        adopt(ranked)
        return true
    }

    private func isNearCandidate(_ median: Double) -> Bool {
        abs(median - Double(candidate)) <= 0.2 * Double(candidate)
    }

    private mutating func adopt(_ ranked: IntervalRing.Ranked) {
        learned = ranked.centralMean
        changedMinutes = 0
        looseRuns = 0
        candidate = 0
    }
}
