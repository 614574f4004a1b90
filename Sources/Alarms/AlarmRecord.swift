public import Monitoring

/// An alarm as it is stored: everything that a restart needs to go on where it stopped, and to
/// publish its retained state again without a new transition.
public struct AlarmRecord: Sendable, Equatable {
    public var identity: AlarmIdentity
    /// `<feed key>/<concern>` or `system/<name>`; stable as long as the feed's key is.
    public var key: String
    public var state: AlarmState
    /// The rules that suppress it, sorted; `state.isSuppressed` says whether there is one.
    public var suppressedBy: [String]
    /// Of its latest transition; the value before the first one where there was none yet.
    public var alarmSequence: Int64
    /// The gateway's sequence of its latest transition; 0 where there was none yet.
    public var sequence: Int64
    public var changedAt: ReceiveTime
    public var reason: AlarmReason
    public var previousDisplay: AlarmDisplay
    public var truth: AlarmTruth
    public var priority: Priority
    public var title: String
    public var message: String
    public var guidance: Guidance
    public var condition: AlarmTransition.Condition
    /// The open one, else the latest.
    public var occurrence: AlarmTransition.Occurrence?
    public var delay: PendingDelay?

    public init(
        identity: AlarmIdentity,
        key: String,
        state: AlarmState = AlarmState(),
        suppressedBy: [String] = [],
        alarmSequence: Int64,
        sequence: Int64 = 0,
        changedAt: ReceiveTime,
        reason: AlarmReason = .refresh,
        previousDisplay: AlarmDisplay = .normal,
        truth: AlarmTruth = .ok,
        priority: Priority,
        title: String = "",
        message: String = "",
        guidance: Guidance,
        condition: AlarmTransition.Condition,
        occurrence: AlarmTransition.Occurrence? = nil,
        delay: PendingDelay? = nil,
    ) {
        self.identity = identity
        self.key = key
        self.state = state
        self.suppressedBy = suppressedBy
        self.alarmSequence = alarmSequence
        self.sequence = sequence
        self.changedAt = changedAt
        self.reason = reason
        self.previousDisplay = previousDisplay
        self.truth = truth
        self.priority = priority
        self.title = title
        self.message = message
        self.guidance = guidance
        self.condition = condition
        self.occurrence = occurrence
        self.delay = delay
    }
}
