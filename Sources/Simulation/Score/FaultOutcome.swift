public import Monitoring

/// What became of one laid fault: a row of the demo's table.
public struct FaultOutcome: Sendable, Equatable {
    public enum Status: Sendable, Equatable {
        /// An alarm of the right concern by one of its checks, so long after the injection.
        case found(check: String, after: Nanoseconds)
        /// As `found`, but later than allowed: counts as missed.
        case tooLate(check: String, after: Nanoseconds)
        case missed
        /// The run ended before the alarm was due.
        case undecided
    }

    public var fault: FaultLabel
    public var status: Status

    /// The word of the table and of the JSON form.
    public var word: String {
        switch status {
        case .found: "found"
        case .tooLate: "too late"
        case .missed: "missed"
        case .undecided: "run ended"
        }
    }

    /// The check that found it, if any.
    public var check: String? {
        switch status {
        case .found(let check, _), .tooLate(let check, _): check
        case .missed, .undecided: nil
        }
    }

    /// From the injection to the alarm.
    public var after: Nanoseconds? {
        switch status {
        case .found(_, let after), .tooLate(_, let after): after
        case .missed, .undecided: nil
        }
    }
}
