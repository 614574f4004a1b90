/// What is known of a feed besides its measurements: the row of the `feed` table.
public struct FeedDescription: Sendable, Equatable {
    public enum Kind: UInt8, Sendable {
        /// Nothing readable has come yet.
        case unknown = 0
        case number = 1
        case boolean = 2
        case word = 3
    }

    public var id: FeedID
    /// `<topic>[:<field>]`, percent-encoded as product.md says; unique.
    public var key: String
    public var topic: String
    /// The field's path; `value` for a bare scalar; empty for a topic that was never readable.
    public var field: String
    /// Its place in the configuration, and its name, by which it is found again in another one; nil
    /// where the history does not know the name.
    public var broker: UInt8
    public var brokerName: String?
    /// Index of the rule that claims it in `MonitorSettings.rules`.
    public var rule: Int32
    public var kind: Kind
    public var unit: String?
    /// For people: the rule's label with its placeholders filled in, or the key.
    public var label: String
    public var labels: [Label]
    public var isDeclared: Bool
    /// The declared or learned period; nil while unknown or irregular.
    public var period: Nanoseconds?
    /// How long it may be silent before check `silence` speaks; nil while unknown.
    public var silenceLimit: Nanoseconds?
    /// Where the feed's sums start from: its first finite value. nil before one came.
    public var origin: Double?
    public var firstSeenAt: ReceiveTime
    /// When its last message came. As stored at most `Limits.lastSeenAge` behind, and exact while the
    /// feed is silent or the daemon was stopped.
    public var lastSeenAt: ReceiveTime?
    /// Its last usable value and the event time of that, as old as `lastSeenAt`; nil if none came.
    public var lastValue: Double?
    public var lastValueAt: EventTime?
    /// How far its baseline is learned in this run, as old as `lastSeenAt`; nil where it has no numbers.
    public var learning: Learning?

    /// Values that a baseline has been learned from, of those that it needs: equal once it is learned.
    public struct Learning: Sendable, Equatable {
        public var seen: Int16
        public var needed: Int16

        public init(seen: Int16, needed: Int16) {
            self.seen = seen
            self.needed = needed
        }

        public var isFinished: Bool { seen >= needed }
    }

    public struct Label: Sendable, Equatable {
        public var name: String
        public var value: String

        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    public init(
        id: FeedID,
        key: String,
        topic: String,
        field: String,
        broker: UInt8,
        rule: Int32,
        kind: Kind,
        unit: String?,
        label: String,
        labels: [Label],
        isDeclared: Bool,
        period: Nanoseconds?,
        silenceLimit: Nanoseconds?,
        origin: Double? = nil,
        firstSeenAt: ReceiveTime,
        lastSeenAt: ReceiveTime?,
        lastValue: Double? = nil,
        lastValueAt: EventTime? = nil,
        learning: Learning? = nil,
    ) {
        self.id = id
        self.key = key
        self.topic = topic
        self.field = field
        self.broker = broker
        self.rule = rule
        self.kind = kind
        self.unit = unit
        self.label = label
        self.labels = labels
        self.isDeclared = isDeclared
        self.period = period
        self.silenceLimit = silenceLimit
        self.origin = origin
        self.firstSeenAt = firstSeenAt
        self.lastSeenAt = lastSeenAt
        self.lastValue = lastValue
        self.lastValueAt = lastValueAt
        self.learning = learning
    }
}
