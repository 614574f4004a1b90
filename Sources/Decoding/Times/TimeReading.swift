import Monitoring

/// A source time as it came out of a payload, or why there is none.
struct TimeReading: Sendable, Equatable {
    /// Since 1970-01-01T00:00:00Z; meaningless unless `problem` is `none`.
    var nanoseconds: Int64
    var problem: Sample.TimeProblem

    static let absent = TimeReading(0, .absent)
    static let impossible = TimeReading(0, .impossible)
    static let withoutZone = TimeReading(0, .withoutZone)

    /// A time after 1970 that fits; nil and anything else is impossible.
    init(seconds: Int64, nanoseconds: Int64) {
        let (whole, isTooLarge) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, isBeyond) = whole.addingReportingOverflow(nanoseconds)
        self = isTooLarge || isBeyond ? .impossible : TimeReading(positive: sum)
    }

    /// Zero and negative times are no source times: a device whose clock was never set.
    init(positive nanoseconds: Int64?) {
        if let nanoseconds, nanoseconds > 0 {
            self.init(nanoseconds, .none)
        } else {
            self = .impossible
        }
    }

    init(_ nanoseconds: Int64, _ problem: Sample.TimeProblem) {
        self.nanoseconds = nanoseconds
        self.problem = problem
    }
}
