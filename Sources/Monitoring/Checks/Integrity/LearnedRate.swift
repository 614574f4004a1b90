import Glibc

/// `rate` where no limit is given: more samples than the feed ever sends by itself.
///
/// Samples are counted in blocks of receive time, of 1 s at first and four times as long until a
/// usual block holds six. The logarithm of the count is taken as normal; a block may hold exp(m +
/// 5·sd) of it, and at least twice the usual count and eight (ten times, where the feed has no
/// period: what is sent on change comes in bursts). A block is told as soon as it holds more, not
/// at its end.
///
/// What did not come earlier may come now: after a silence of ours or the publisher's a block may
/// hold as many more as were missed. That claim halves with each block in which nothing is caught
/// up.
///
/// Shape: 44 bytes, no references. About 1 ns, and 40 ns at the end of a block.
struct LearnedRate: Sendable {
    private static let firstWidth: Float = 1
    private static let mostWidth: Float = 3_600
    /// Fewer samples in a usual block say too little.
    private static let leastUsual: Float = 6
    /// Blocks before there is a limit, with a period and without.
    private static let leastBlocks: UInt16 = 8
    private static let leastIrregularBlocks: UInt16 = 64
    private static let memory: UInt16 = 512
    private static let reach: Float = 5
    /// What the logarithm's deviation is taken for at first, as if four blocks had shown it.
    private static let prior: Float = 0.2
    private static let priorBlocks: Float = 4
    private static let most: Float = 1e9
    /// Seconds of flagged blocks in a row after which the rate is taken for the feed's.
    private static let relearning: Float = 3_600

    /// Receive time at which the block ends.
    private var end = Int64.min
    /// Length of a block in seconds.
    private var width = Self.firstWidth
    /// Of the logarithm of a block's count.
    private var mean: Float = 0
    private var variance: Float = 0
    /// How many samples may still be caught up.
    private var debt: Float = 0
    private var count: UInt32 = 0
    /// What the block may hold; all while that is unknown.
    private var allowed = UInt32.max
    private var blocks: UInt16 = 0
    /// Flagged blocks in a row.
    private var row: UInt16 = 0

    mutating func take(_ observation: borrowing ObservationView) -> Assessment {
        // What a lost connection held back, and what comes twice because of it.
        guard !observation.followsOutage else { return .unknown }
        let now = observation.receivedAt.nanoseconds
        if now >= end { turn(to: now, isPeriodic: observation.period.count > 0) }
        if count < .max { count += 1 }
        guard count <= allowed else {
            return Assessment(.suspect, observed: Double(count), limit: Double(allowed))
        }
        return allowed == .max || row > 0 ? .unknown : .good
    }

    private mutating func turn(to now: Int64, isPeriodic: Bool) {
        let length = Int64(Double(width) * 1e9)
        let late = Nanoseconds(from: end, to: now).count
        let empty = end == .min ? 0 : late / length
        if end != .min { close(empty: Float(empty), isPeriodic: isPeriodic) }
        count = 0
        // Blocks keep their grid while samples come; a wider one begins now.
        let isSame = end != .min && length == Int64(Double(width) * 1e9)
        let begin = isSame ? now &- late % length : now
        end = begin &+ Int64(Double(width) * 1e9)
    }

    private mutating func close(empty: Float, isPeriodic: Bool) {
        let held = Float(count)
        let usual = expf(mean)
        let isFlagged = count > allowed
        row = isFlagged ? row + (row < .max ? 1 : 0) : 0
        if isFlagged, Float(row) * width >= Self.relearning, row >= Self.leastBlocks {
            begin(width: width)
        } else if !isFlagged, held > 0, debt < usual || held <= usual {
            learn(logf(held))
        }
        guard blocks >= Self.leastBlocks else {
            allowed = .max
            return
        }
        guard expf(mean) >= Self.leastUsual || width >= Self.mostWidth else {
            return begin(width: min(4 * width, Self.mostWidth))
        }
        let missed = usual - held + usual * empty
        let isCatchingUp = held > 1.25 * usual
        debt = min(max(0, (isCatchingUp ? debt : debt / 2) + missed), Self.most)
        limit(isPeriodic: isPeriodic)
    }

    /// Learns anew, in blocks of another length.
    private mutating func begin(width: Float) {
        self.width = width
        mean = 0
        variance = 0
        debt = 0
        blocks = 0
        row = 0
        allowed = .max
    }

    private mutating func learn(_ logarithm: Float) {
        if blocks < Self.memory { blocks += 1 }
        let weight = 1 / Float(blocks)
        let distance = logarithm - mean
        mean += weight * distance
        variance = (1 - weight) * (variance + weight * distance * distance)
    }

    private mutating func limit(isPeriodic: Bool) {
        let least = isPeriodic ? Self.leastBlocks : Self.leastIrregularBlocks
        guard blocks >= least else {
            allowed = .max
            return
        }
        let number = Float(blocks)
        let known = Self.priorBlocks * Self.prior * Self.prior
        let deviation = ((number * variance + known) / (number + Self.priorBlocks)).squareRoot()
        let usual = expf(mean)
        let likely = expf(min(mean + Self.reach * deviation, 20))
        let limit = max(likely, (isPeriodic ? 2 : 10) * usual + 8)
        allowed = UInt32(min(limit + debt, Self.most))
    }

    /// The gateway's clock was set.
    mutating func move(by length: Nanoseconds) {
        if end != .min { end.addSaturating(length) }
    }
}
