public import Monitoring

/// The display state of alarms.md 1.2, as in messages and SQL.
public enum AlarmDisplay: String, Sendable, CaseIterable {
    case normal = "NORM"
    case unacknowledged = "UNACK"
    case acknowledged = "ACKED"
    case returnedUnacknowledged = "RTNUN"
    case latchedUnacknowledged = "LTUNA"
    case latchedAcknowledged = "LTACK"
    case shelved = "SHLVD"
    case suppressed = "DSUPR"
    case outOfService = "OOSRV"
}

/// Why an alarm's state was written: `reason` of the alarm message.
public enum AlarmReason: String, Sendable, CaseIterable {
    case raise, escalate, deescalate, ack, unack, clear
    case returnedUnacknowledged = "rtn_unacked"
    case returnedLatched = "rtn_latched"
    case reset, shelve, unshelve
    case shelfExpired = "shelf_expired"
    case suppress, unsuppress
    case outOfService = "out_of_service"
    case inService = "in_service"
    case unmasked, realarm, reminder
    case chatterBegin = "chatter_begin"
    case chatterEnd = "chatter_end"
    case comment, refresh, deleted, test
}

/// Whether the condition of an alarm can be judged now: `data` of the alarm message.
public enum AlarmTruth: String, Sendable {
    case ok, stale, bad, unknown
}

/// One step of one alarm's life with everything that its journal row, its stored state and its
/// message need. Produced by `AlarmBook`, written by `History`, sent by `Delivery`.
public struct AlarmTransition: Sendable, Equatable {
    /// What raised it: a feed's concern, or something of Assay itself.
    public enum Subject: Sendable, Equatable {
        case feed(FeedDescription, Concern)
        case system(name: String)
    }

    public var key: String
    public var subject: Subject
    /// +1 per transition of any alarm of the gateway.
    public var sequence: Int64
    /// +1 per transition of this alarm.
    public var alarmSequence: Int64
    public var at: ReceiveTime
    public var reason: AlarmReason
    public var display: AlarmDisplay
    public var previousDisplay: AlarmDisplay
    /// Everything that a restart needs, see `AlarmStateMachine`.
    public var state: AlarmState
    public var truth: AlarmTruth
    public var priority: Priority
    public var title: String
    public var message: String
    public var guidance: Guidance
    public var condition: Condition
    public var occurrence: Occurrence?
    /// Whether deliveries are told (a raise, a clear, an escalation …), or only the journal.
    public var isAnnounced: Bool
    /// The rules that suppress it, sorted, such as `concern:data`.
    public var suppressedBy: [String]

    /// What was found, in numbers.
    public struct Condition: Sendable, Equatable {
        /// Id of the highest-ranked open finding's check; of a system alarm its name.
        public var check: String
        /// Ids of the other open findings' checks.
        public var also: [String]
        /// What the check measured at its worst, in `measuredUnit`; of a silence how long it lasts.
        public var measured: Double?
        /// What it was held against, in `measuredUnit`.
        public var limit: Double?
        /// UCUM code.
        public var measuredUnit: String?
        /// The last value of the feed when the finding was written, in `unit`.
        public var value: Double?
        public var valueAt: EventTime?
        /// Of the feed, as a UCUM code.
        public var unit: String?
        public var onDelay: Nanoseconds
        public var offDelay: Nanoseconds
        /// Nobody gave the limits that its open findings were held against: learned from the feed.
        public var isLearned: Bool

        public init(
            check: String,
            also: [String] = [],
            measured: Double? = nil,
            measuredUnit: String? = nil,
            value: Double? = nil,
            valueAt: EventTime? = nil,
            limit: Double? = nil,
            unit: String? = nil,
            onDelay: Nanoseconds = Nanoseconds(0),
            offDelay: Nanoseconds = Nanoseconds(0),
            isLearned: Bool = false,
        ) {
            self.check = check
            self.also = also
            self.measured = measured
            self.measuredUnit = measuredUnit
            self.value = value
            self.valueAt = valueAt
            self.limit = limit
            self.unit = unit
            self.onDelay = onDelay
            self.offDelay = offDelay
            self.isLearned = isLearned
        }
    }

    /// One activation, from raise to clear.
    public struct Occurrence: Sendable, Equatable {
        /// `<epoch>-<alarm_seq>` of the raise.
        public var id: String
        /// Event time of the first abnormal sample, before the on-delay.
        public var conditionAt: EventTime
        public var raisedAt: ReceiveTime
        public var clearedAt: ReceiveTime?
        public var unacknowledgedOccurrences: Int
        public var acknowledgedAt: ReceiveTime?
        /// It was found to be over at the first look after a restart, so it may have ended earlier.
        public var isDuringDowntime: Bool

        public init(
            id: String,
            conditionAt: EventTime,
            raisedAt: ReceiveTime,
            clearedAt: ReceiveTime? = nil,
            unacknowledgedOccurrences: Int = 1,
            acknowledgedAt: ReceiveTime? = nil,
            isDuringDowntime: Bool = false,
        ) {
            self.id = id
            self.conditionAt = conditionAt
            self.raisedAt = raisedAt
            self.clearedAt = clearedAt
            self.unacknowledgedOccurrences = unacknowledgedOccurrences
            self.acknowledgedAt = acknowledgedAt
            self.isDuringDowntime = isDuringDowntime
        }
    }

    public init(
        key: String,
        subject: Subject,
        sequence: Int64,
        alarmSequence: Int64,
        at: ReceiveTime,
        reason: AlarmReason,
        display: AlarmDisplay,
        previousDisplay: AlarmDisplay,
        state: AlarmState,
        truth: AlarmTruth,
        priority: Priority,
        title: String,
        message: String,
        guidance: Guidance,
        condition: Condition,
        occurrence: Occurrence?,
        isAnnounced: Bool,
        suppressedBy: [String] = [],
    ) {
        self.key = key
        self.subject = subject
        self.sequence = sequence
        self.alarmSequence = alarmSequence
        self.at = at
        self.reason = reason
        self.display = display
        self.previousDisplay = previousDisplay
        self.state = state
        self.truth = truth
        self.priority = priority
        self.title = title
        self.message = message
        self.guidance = guidance
        self.condition = condition
        self.occurrence = occurrence
        self.isAnnounced = isAnnounced
        self.suppressedBy = suppressedBy
    }
}
