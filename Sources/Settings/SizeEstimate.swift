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
/// Left out: findings, alarms, the quarantine, and the fixed cost of each commit (4.3 KB, decided
/// by the commit interval and not by the feeds).
///
/// Where `maxBytes` is too small, the store gives up minutes first, then quarter hours, and days
/// last, each down to a floor that stays: 2 h, 24 h and 31 d.
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
    public var bytesPerFeed: Double {
        func rows(_ age: Nanoseconds, perDay: Double) -> Double { age.seconds / 86_400 * perDay }
        let coarse =
            rows(retention.quarterHour, perDay: Self.quarterHoursPerDay)
            + rows(retention.day, perDay: 1)
        return rows(retention.minute, perDay: Self.minutesPerDay) * Self.minuteRow
            + coarse * Self.coarseRow
    }

    /// Bytes of all declared feeds once every age is reached.
    public var bytes: Double { Double(declaredFeeds) * bytesPerFeed }

    /// How many feeds fit into `maxBytes` with their full ages, the declared ones among them.
    public var feedsThatFit: Int { Int(Double(retention.maxBytes) / bytesPerFeed) }

    /// A level of rows with its key in `store.retention`.
    public struct Level: Sendable, Equatable {
        public var key: String
        /// As configured.
        public var age: Nanoseconds
        /// What is left of it under `maxBytes`; equal to `age` where all of it fits.
        public var reach: Nanoseconds

        public var isCut: Bool { reach < age }
    }

    /// What `maxBytes` leaves of each age with so many feeds.
    public func levels(feeds: Int) -> [Level] {
        var excess = (bytesPerFeed - Double(retention.maxBytes) / Double(max(feeds, 1)))
        return [
            ("minute", retention.minute, Self.minutesPerDay * Self.minuteRow, 2.0),
            ("quarterHour", retention.quarterHour, Self.quarterHoursPerDay * Self.coarseRow, 24.0),
            ("day", retention.day, Self.coarseRow, 31.0 * 24),
        ].map { key, age, bytesPerDay, floorHours in
            let days = age.seconds / 86_400
            let spare = max(0, days - floorHours / 24)
            let given = min(spare, max(0, excess) / bytesPerDay)
            excess -= given * bytesPerDay
            let left = given > 0 ? Nanoseconds(Int64((days - given) * 86_400e9)) : age
            return Level(key: key, age: age, reach: left)
        }
    }
}
