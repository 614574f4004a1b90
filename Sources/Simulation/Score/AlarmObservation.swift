public import Monitoring

/// One thing that was seen of an alarm, as the score needs it.
public struct AlarmObservation: Sendable, Equatable {
    /// What the alarm is about.
    public enum Subject: Sendable, Equatable {
        /// A feed's key and the concern.
        case feed(String, Concern)
        /// `system/<name>`.
        case system(String)
    }

    public enum Change: Sendable, Equatable {
        case raised
        /// It goes on, perhaps under another check's name: no new alarm.
        case updated
        case cleared
    }

    public var subject: Subject
    /// The check that names it; of a system alarm its name.
    public var check: String
    /// Other checks with an open finding of the same concern.
    public var also: [String]
    public var at: ReceiveTime
    public var change: Change

    public init(
        subject: Subject,
        check: String,
        also: [String] = [],
        at: ReceiveTime,
        change: Change,
    ) {
        self.subject = subject
        self.check = check
        self.also = also
        self.at = at
        self.change = change
    }
}
