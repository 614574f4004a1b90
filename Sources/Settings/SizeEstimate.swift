public import History
public import Monitoring

/// How large the database of a configuration becomes, and how much it writes: arithmetic on row
/// counts and measured row sizes, nothing is looked at on disk.
///
/// A feed has a row for every minute, quarter hour and day, also when nothing arrives. A minute row
/// takes 150 bytes of the file; quarter hours and days take 128 more for the counts of their
/// quantiles. With the default ages (3 d, 90 d, 10 y) that is
///
///     4,320 × 150 + 8,640 × 278 + 3,650 × 278 = 4.1 MB per feed,
///
/// the 4 MB that were measured. What goes to the disk is more than what stays there: an inserted
/// row costs about 315 bytes, with its copy in the write-ahead log and its share of the pages that
/// a checkpoint writes (443 with quantiles), so one feed writes
///
///     1,440 × 315 + 96 × 443 + 443 = 497 kB a day.
///
/// Left out: findings, alarms, the quarantine, and the fixed cost of each commit (4.3 KB, decided by
/// the commit interval and not by the feeds).
public struct SizeEstimate: Sendable, Equatable {
    /// Measured bytes of one row in the file.
    static let minuteRow = 150.0
    static let coarseRow = 278.0
    /// Measured bytes written for one row, log and checkpoint included.
    static let minuteWrite = 315.0
    static let coarseWrite = 443.0

    private static let minutesPerDay = 1_440.0
    private static let quarterHoursPerDay = 96.0

    /// Feeds that are known before the first message: those of exact topics.
    public var declaredFeeds: Int
    private let retention: StoreSettings.Retention

    public init(declaredFeeds: Int, retention: StoreSettings.Retention) {
        self.declaredFeeds = declaredFeeds
        self.retention = retention
    }

    /// Bytes that one feed adds to the file on a day on which nothing is old enough to go.
    public static let growthPerFeedAndDay =
        minutesPerDay * minuteRow + (quarterHoursPerDay + 1) * coarseRow

    /// Bytes that one feed writes to the disk in a day: flash wears by them.
    public static let writtenPerFeedAndDay =
        minutesPerDay * minuteWrite + (quarterHoursPerDay + 1) * coarseWrite

    /// Bytes of one feed in the file once every age is reached.
    public var bytesPerFeed: Double { bytesPerFeed(after: .infinity) }

    /// Bytes of all declared feeds once every age is reached.
    public var bytes: Double { Double(declaredFeeds) * bytesPerFeed }

    /// How many feeds fit into `maxBytes` with their full ages, the declared ones among them.
    public var feedsThatFit: Int { Int(Double(retention.maxBytes) / bytesPerFeed) }

    /// The age at which `maxBytes` begins to delete the oldest rows of `feeds` feeds, in days; nil
    /// where it never does. Deletion goes by age over all levels, so rows that would go earlier by
    /// their own age are not affected.
    public func reachInDays(feeds: Int) -> Double? {
        let room = Double(retention.maxBytes) / Double(max(feeds, 1))
        guard bytesPerFeed > room else { return nil }
        // `bytesPerFeed(after:)` grows with its argument: halve the interval until it is exact.
        var (low, high) = (0.0, Self.days(longestAge))
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if bytesPerFeed(after: middle) > room { high = middle } else { low = middle }
        }
        return low
    }

    /// The ages that are cut short at a reach, with their key in `store.retention`.
    public func agesCut(atDays reach: Double) -> [(key: String, age: Nanoseconds)] {
        let ages = [
            ("minute", retention.minute), ("quarterHour", retention.quarterHour),
            ("day", retention.day),
        ]
        return ages.filter { Self.days($0.1) > reach }.map { (key: $0.0, age: $0.1) }
    }

    private var longestAge: Nanoseconds {
        max(retention.minute, retention.quarterHour, retention.day)
    }

    /// Bytes of one feed that has been watched for some days.
    private func bytesPerFeed(after days: Double) -> Double {
        let minutes = min(days, Self.days(retention.minute)) * Self.minutesPerDay
        let quarterHours = min(days, Self.days(retention.quarterHour)) * Self.quarterHoursPerDay
        return minutes * Self.minuteRow
            + (quarterHours + min(days, Self.days(retention.day))) * Self.coarseRow
    }

    private static func days(_ age: Nanoseconds) -> Double { age.seconds / 86_400 }
}
