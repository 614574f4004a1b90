/// What is added to a feed's stored minute, and so to its quarter hour and day: counts, extremes
/// and exact sums. A closed window gives one, a late sample another one for the same minute.
///
/// Shape: 128 bytes, no references. Every field is additive (or a minimum or maximum), so rows
/// merge in any order.
public struct Rollup: Sendable, Equatable {
    public var feed: FeedID
    /// Minutes since 1970-01-01T00:00:00Z; the window is `[minute, minute + 1)`.
    public var minute: Int64
    /// How often it changes a minute that was closed before: the stored revision goes up by that.
    public var revisions: Int32
    /// False for a part written early (at shutdown): the window has not closed yet.
    public var isClosed: Bool
    public var counts: SampleCounts
    /// Samples that revised a closed window: an attribute, not a class.
    public var late: Int32
    /// Expected slots, from when a period is known and the feed can be heard; -1 where that is not
    /// yet so, then `filled` is 0.
    public var expected: Int32
    public var filled: Int32
    /// Extremes of the samples in `statisticsCount`; NaN where there are none.
    public var minimum: Double
    public var maximum: Double
    /// Finite values that entered the sums: good, suspect and unknown ones.
    public var statisticsCount: Int32
    /// Where the sums start from: fixed per feed, so that a large level costs no digits.
    public var origin: Double
    /// Σ(x − origin) and Σ(x − origin)², each an exact two-double sum.
    public var sum: TwoDouble
    public var squares: TwoDouble

    public init(feed: FeedID, minute: Int64, origin: Double) {
        self.feed = feed
        self.minute = minute
        revisions = 0
        isClosed = false
        counts = SampleCounts()
        late = 0
        expected = -1
        filled = 0
        minimum = .nan
        maximum = .nan
        statisticsCount = 0
        self.origin = origin
        sum = TwoDouble()
        squares = TwoDouble()
    }
}

extension Rollup {
    /// Counts one sample of a class.
    mutating func count(_ verdict: Verdict) {
        switch verdict {
        case .good: counts.good += 1
        case .suspect: counts.suspect += 1
        case .fail: counts.fail += 1
        case .unknown: counts.unknown += 1
        case .missing: counts.missing += 1
        }
    }

    /// Moves a sample from one class to a worse one, after a verdict that came a sample later.
    mutating func recount(from old: Verdict, to new: Verdict) {
        switch old {
        case .good: counts.good -= 1
        case .suspect: counts.suspect -= 1
        case .fail: counts.fail -= 1
        case .unknown: counts.unknown -= 1
        case .missing: counts.missing -= 1
        }
        count(new)
    }

    /// Takes a usable finite value into extremes and sums.
    mutating func add(_ value: Double) {
        if statisticsCount == 0 {
            minimum = value
            maximum = value
        } else {
            if value < minimum { minimum = value }
            if value > maximum { maximum = value }
        }
        statisticsCount += 1
        addToSums(value, sign: 1)
    }

    /// Takes a value out of the sums again, after a verdict that came a sample later. The caller
    /// restores the extremes where it can: those of a closed minute stay.
    mutating func remove(_ value: Double) {
        statisticsCount -= 1
        addToSums(value, sign: -1)
    }

    public var isRevision: Bool {
        get { revisions > 0 }
        set { revisions = newValue ? 1 : 0 }
    }

    /// Whether it holds what late samples change in a closed minute, and nothing else.
    public var isOfLateSamples: Bool { isRevision && expected < 0 }

    /// Takes in a later one of the same feed, minute and origin, both of late samples.
    public mutating func add(_ later: Rollup) {
        revisions += later.revisions
        counts.add(later.counts)
        late += later.late
        filled += later.filled
        minimum = Double.minimum(minimum, later.minimum)
        maximum = Double.maximum(maximum, later.maximum)
        statisticsCount += later.statisticsCount
        sum.add(later.sum)
        squares.add(later.squares)
    }

    /// Adds ±(x − o) and ±(x − o)², where x − o = offset + error exactly (TwoDiff): an origin far
    /// from the value costs no digits.
    private mutating func addToSums(_ value: Double, sign: Double) {
        let offset = value - origin
        let part = offset - value
        let error = (value - (offset - part)) - (origin + part)
        sum.add(sign * offset)
        sum.low += sign * error
        squares.addProduct(sign * offset, offset)
        squares.low += sign * 2 * offset * error
    }
}

/// The classes of product.md: `samples = good + suspect + fail + unknown + missing + duplicate +
/// tooLate + future`. The sum is computed, never stored beside its parts.
public struct SampleCounts: Sendable, Equatable {
    public var good: Int32 = 0
    public var suspect: Int32 = 0
    public var fail: Int32 = 0
    public var unknown: Int32 = 0
    public var missing: Int32 = 0
    public var duplicate: Int32 = 0
    public var tooLate: Int32 = 0
    public var future: Int32 = 0

    public init() {}

    mutating func add(_ other: SampleCounts) {
        good += other.good
        suspect += other.suspect
        fail += other.fail
        unknown += other.unknown
        missing += other.missing
        duplicate += other.duplicate
        tooLate += other.tooLate
        future += other.future
    }

    public var samples: Int32 {
        good + suspect + fail + unknown + missing + duplicate + tooLate + future
    }
}

/// A sum kept as two doubles, high and low part: exact to about 106 bits (Dekker 1971, Knuth
/// TAOCP 4.2.2, algorithm TwoSum).
public struct TwoDouble: Sendable, Equatable {
    public var high: Double = 0
    public var low: Double = 0

    public init() {}

    public init(high: Double, low: Double) {
        self.high = high
        self.low = low
    }

    public var value: Double { high + low }

    /// Adds a double; the rounding error of the high part goes to the low part. 7 operations.
    public mutating func add(_ x: Double) {
        let total = high + x
        let part = total - high
        low += (high - (total - part)) + (x - part)
        high = total
    }

    /// Adds a product exactly (fused multiply-add gives its rounding error).
    public mutating func addProduct(_ x: Double, _ y: Double) {
        let product = x * y
        add(product)
        low += (-product).addingProduct(x, y)
    }

    public mutating func add(_ other: TwoDouble) {
        add(other.high)
        low += other.low
    }
}

/// The messages of one broker connection in one minute of receive time: `received = decoded +
/// undecodable + ignored + shed`. Additive like a rollup.
public struct MessageCounts: Sendable, Equatable {
    public var broker: UInt8
    public var minute: Int64
    public var received: Int64 = 0
    public var decoded: Int64 = 0
    public var undecodable: Int64 = 0
    public var ignored: Int64 = 0
    public var shed: Int64 = 0
    /// Of the decoded ones, those that were retained copies and only seeded a last value.
    public var retained: Int64 = 0
    /// Of the decoded ones, those that held no sample: an empty payload or array, texts alone.
    public var withoutSamples: Int64 = 0
    /// Samples, not messages: those that got no feed because a limit on feeds, fields or names is
    /// reached, so that no minute of a feed counts them.
    public var refusedSamples: Int64 = 0
    /// Beside the received ones: copies of messages that were counted before, which the broker sent
    /// again because it had not seen our acknowledgement.
    public var redelivered: Int64 = 0

    public init(broker: UInt8, minute: Int64) {
        self.broker = broker
        self.minute = minute
    }
}
