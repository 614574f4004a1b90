public import Monitoring

/// A row of rolling metrics, of any step.
public struct StoredRollup: Sendable, Equatable {
    public var feed: FeedID
    public var step: RollupStep
    /// First instant of the row; it ends `step.length` later. Nanoseconds since 1970.
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
    /// Values in mean and standard deviation.
    public var statisticsCount: Int64
    public var moments: Moments

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
        statisticsCount = row.int(15)
        moments = Moments(
            count: statisticsCount,
            origin: row.double(16),
            sum: row.sum(17),
            squares: row.sum(19),
        )
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
