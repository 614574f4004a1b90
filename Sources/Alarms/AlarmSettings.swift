public import Monitoring

/// How the alarms of one feed rule behave: the `alarm:` mapping of configuration.md, after its
/// class is merged in. What is nil comes from the concern and from the check's own texts.
public struct AlarmSettings: Sendable, Equatable {
    /// nil: the concern's default priority.
    public var priority: Priority?
    /// How long a condition must last, in event time, before the alarm is raised. 0 by default,
    /// because findings are confirmed before they count.
    public var onDelay: Nanoseconds
    /// How long a condition must be gone before the alarm clears. 5 s by default.
    public var offDelay: Nanoseconds
    /// Whether a person must acknowledge it. No by default, because nobody can in this version, and
    /// a cleared alarm would stay RTNUN for ever (decision 0006; ISA-18.2: yes).
    public var requiresAcknowledgement: Bool
    /// Whether it stays until a person resets it.
    public var isLatching: Bool
    public var cause: String?
    public var consequence: String?
    public var action: String?
    public var timeToRespond: Nanoseconds?

    public init(
        priority: Priority? = nil,
        onDelay: Nanoseconds = Nanoseconds(0),
        offDelay: Nanoseconds = .seconds(5),
        requiresAcknowledgement: Bool = false,
        isLatching: Bool = false,
        cause: String? = nil,
        consequence: String? = nil,
        action: String? = nil,
        timeToRespond: Nanoseconds? = nil,
    ) {
        self.priority = priority
        self.onDelay = onDelay
        self.offDelay = offDelay
        self.requiresAcknowledgement = requiresAcknowledgement
        self.isLatching = isLatching
        self.cause = cause
        self.consequence = consequence
        self.action = action
        self.timeToRespond = timeToRespond
    }
}
