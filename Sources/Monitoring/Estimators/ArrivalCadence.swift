/// How often a feed's messages come, learned from its last 20 intervals of receive time: what
/// `silence` goes by where the configuration names no limit.
///
/// Shape: 84 bytes, no references. `add` about 2 ns per message; the other members sort 20 numbers
/// (about 150 ns) and are meant for when a deadline is set or reached, not for every message.
struct ArrivalCadence: Sendable {
    /// Fewer intervals than this say nothing.
    static let minimumCount: UInt8 = 8

    private var intervals = IntervalRing()

    /// Takes the time between a message and the one before. An interval across a lost broker
    /// connection is not the feed's and must not be given; one that ended a silence must be, or a
    /// feed that became slower would be called silent for ever.
    mutating func add(_ interval: Nanoseconds) {
        intervals.add(interval)
    }

    /// True each time the last 20 intervals have all been replaced: the limit may have shrunk.
    var isRenewed: Bool { intervals.isRenewed }

    /// Whether the cadence is known: from 8 intervals on.
    var isLearned: Bool { intervals.count >= Self.minimumCount }

    /// True where the 90th percentile is at most twice the median; false for a feed that reports
    /// when something changes, and before 8 intervals.
    var isPeriodic: Bool {
        guard isLearned, let ranked = intervals.ranked() else { return false }
        return Self.isPeriodic(ranked)
    }

    /// How long the feed may be silent: max(3.5 × median, 1.5 × longest) of a periodic one,
    /// max(10 × median, 3 × longest) of an irregular one; nil before 8 intervals.
    ///
    /// The longest of the last 20 is in it so that a feed that pauses now and then, such as at a
    /// batch change, is given that pause.
    var silenceLimit: Nanoseconds? {
        guard isLearned, let ranked = intervals.ranked() else { return nil }
        let seconds =
            Self.isPeriodic(ranked)
            ? max(3.5 * ranked.median, 1.5 * ranked.longest)
            : max(10 * ranked.median, 3 * ranked.longest)
        return Nanoseconds(roundingSeconds: seconds)
    }

    private static func isPeriodic(_ ranked: IntervalRing.Ranked) -> Bool {
        ranked.percentile90 <= 2 * ranked.median
    }
}
