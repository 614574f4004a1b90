public import Monitoring

/// A row of rolling metrics, of any step.
public struct StoredRollup: Sendable, Equatable {
    public var feed: FeedID
    public var step: RollupStep
    /// First instant of the row; it ends `step.length` later, or where rows were added up, with the
    /// last of them.
    public var start: EventTime
    /// How often its minutes were revised by late samples.
    public var revision: Int64
    public var good: Int64
    public var suspect: Int64
    public var fail: Int64
    public var unknown: Int64
    public var missing: Int64
    public var duplicate: Int64
    public var tooLate: Int64
    public var future: Int64
    /// Samples that revised a closed window: an attribute, not a class.
    public var late: Int64
    /// nil where no period is known.
    public var expected: Int64?
    public var filled: Int64
    /// In the feed's unit; nil where no value came.
    public var minimum: Double?
    public var maximum: Double?
    var sums: RollupSums

    /// Values in mean and standard deviation.
    public var statisticsCount: Int64 { sums.count }

    /// Mean and standard deviation.
    public var moments: Moments { sums.moments }

    public var samples: Int64 {
        good + suspect + fail + unknown + missing + duplicate + tooLate + future
    }

    /// Filled slots by expected ones, 0 to 1; nil where no slot was expected. Slots are expected from
    /// when the period is known and the feed can be heard: of a quarter hour or a day this speaks for
    /// that part, `expected` periods long.
    public var completeness: Double? {
        guard let expected, expected > 0 else { return nil }
        return Double(filled) / Double(expected)
    }

    /// Reads the columns of `RollupTable.columns`.
    init(row: SQLStatement, step: RollupStep) {
        let id = row.int(0)
        feed = FeedID(index: Int32(id & ((1 << RollupStep.feedBits) - 1)))
        self.step = step
        start = EventTime(nanoseconds: (id >> RollupStep.feedBits) * step.length.count)
        revision = row.int(1)
        good = row.int(2)
        suspect = row.int(3)
        fail = row.int(4)
        unknown = row.int(5)
        missing = row.int(6)
        duplicate = row.int(7)
        tooLate = row.int(8)
        future = row.int(9)
        late = row.int(10)
        expected = row.optionalInt(11)
        filled = row.int(12)
        minimum = row.optionalDouble(13)
        maximum = row.optionalDouble(14)
        sums = RollupSums(
            count: row.int(15),
            origin: row.double(16),
            sum: row.sum(17),
            squares: row.sum(19),
        )
    }

    /// Adds a row of the same feed.
    mutating func add(_ row: StoredRollup) {
        revision += row.revision
        good += row.good
        suspect += row.suspect
        fail += row.fail
        unknown += row.unknown
        missing += row.missing
        duplicate += row.duplicate
        tooLate += row.tooLate
        future += row.future
        late += row.late
        if let more = row.expected { expected = (expected ?? 0) + more }
        filled += row.filled
        minimum = Self.extreme(minimum, row.minimum, min)
        maximum = Self.extreme(maximum, row.maximum, max)
        sums.add(row.sums)
    }

    private static func extreme(
        _ one: Double?,
        _ other: Double?,
        _ choose: (Double, Double) -> Double,
    ) -> Double? {
        guard let one, let other else { return one ?? other }
        return choose(one, other)
    }
}

extension SQLStatement {
    /// Two columns as a sum; NULL, a sum beyond Double, gives NaN.
    fileprivate func sum(_ column: Int32) -> TwoDouble {
        TwoDouble(
            high: optionalDouble(column) ?? .nan,
            low: optionalDouble(column + 1) ?? .nan,
        )
    }
}
