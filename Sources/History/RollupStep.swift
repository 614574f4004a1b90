public import Monitoring

/// A level of the roll-up ladder. The raw value is what a person types.
public enum RollupStep: String, Sendable, CaseIterable {
    case minute
    case quarterHour = "15min"
    case day

    /// The length of a row, in minutes.
    public var minutes: Int64 {
        switch self {
        case .minute: 1
        case .quarterHour: 15
        case .day: 1_440
        }
    }

    public var length: Nanoseconds { .seconds(60 * minutes) }

    /// The table that holds it.
    public var table: String {
        switch self {
        case .minute: "rollup_minute"
        case .quarterHour: "rollup_quarter_hour"
        case .day: "rollup_day"
        }
    }

    /// The number, since 1970, of the row that a minute belongs to; right before 1970 too.
    func start(ofMinute minute: Int64) -> Int64 {
        minute.dividedDown(by: minutes)
    }

    /// The number of the row that an instant belongs to.
    func start(at nanoseconds: Int64) -> Int64 {
        nanoseconds.dividedDown(by: length.count)
    }

    /// The key of a row: its start first, then the feed.
    func key(_ start: Int64, _ feed: FeedID) -> Int64 {
        start << RollupStep.feedBits | Int64(feed.index)
    }

    /// Feeds are numbered below 2^20 (`Limits.feeds`).
    static let feedBits: Int64 = 20
}
