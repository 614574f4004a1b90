public import Monitoring

/// The length of a row that a person asks for: any number of minutes, made of the longest stored
/// rows that it is a multiple of.
///
/// Rows begin at multiples of their length since 1970-01-01T00:00:00Z, in UTC, whatever the zone that
/// they are shown in.
public struct HistoryStep: Sendable, Equatable, CustomStringConvertible {
    /// The rows that are read.
    public let base: RollupStep
    /// How many of them make one.
    public let multiple: Int64

    public static let quarterHour = HistoryStep(base: .quarterHour, multiple: 1)

    /// The longest: a leap year.
    public static let maximumMinutes: Int64 = 366 * 1_440

    private init(base: RollupStep, multiple: Int64) {
        self.base = base
        self.multiple = multiple
    }

    /// Nil below one minute and above `maximumMinutes`.
    public init?(minutes: Int64) {
        guard (1...Self.maximumMinutes).contains(minutes) else { return nil }
        let base = [RollupStep.day, .quarterHour].first { minutes.isMultiple(of: $0.minutes) }
        self.base = base ?? .minute
        multiple = minutes / self.base.minutes
    }

    public var minutes: Int64 { base.minutes * multiple }

    public var length: Nanoseconds { .seconds(60 * minutes) }

    /// As it is written: `minute`, `15min`, `day`, and `5min`, `6h`, `7d` for what is not stored.
    public var description: String {
        if multiple == 1 { return base.rawValue }
        if minutes.isMultiple(of: 1_440) { return "\(minutes / 1_440)d" }
        return minutes.isMultiple(of: 60) ? "\(minutes / 60)h" : "\(minutes)min"
    }

    /// The first instant of a row at or after this one; that instant itself where none is left
    /// before the end of time.
    func startAtOrAfter(_ time: EventTime) -> EventTime {
        let isStart = time.nanoseconds.isMultiple(of: length.count)
        return start(ofRow: number(at: time) + (isStart ? 0 : 1)) ?? time
    }

    /// The first instant of the row that this one is in.
    func start(of time: EventTime) -> EventTime {
        start(ofRow: number(at: time)) ?? time
    }

    /// How many rows overlap `[from, until)`.
    func count(from: EventTime, until: EventTime) -> Int64 {
        guard from < until else { return 0 }
        return number(at: EventTime(nanoseconds: until.nanoseconds - 1)) - number(at: from) + 1
    }

    /// The number, since 1970, of the row that an instant is in.
    func number(at time: EventTime) -> Int64 { time.nanoseconds.dividedDown(by: length.count) }

    /// Nil beyond what whole nanoseconds can tell.
    private func start(ofRow number: Int64) -> EventTime? {
        let (start, overflow) = number.multipliedReportingOverflow(by: length.count)
        return overflow ? nil : EventTime(nanoseconds: start)
    }
}
