/// What one entry of `feeds:` asks for, after its class is merged in: which topics it claims, and
/// how their feeds are watched.
public struct FeedRule: Sendable, Equatable {
    public var filter: TopicFilter
    /// Index of the broker it is limited to; nil: all brokers.
    public var broker: UInt8?
    /// The names of the declared fields, in order; empty where the payload decides.
    public var fieldNames: [String]
    /// Whether every feed's key names its field: several declared fields, or an array of readings.
    /// Else a topic whose first message holds one sample is the key by itself.
    public var namesFields: Bool
    /// Where the values of the declared fields stand in the payload, in words for people, as
    /// `DecodedMessage.brokenPath` counts; empty where the payload decides.
    public var declaredPaths: [String]
    /// A text with `{label}` placeholders; nil: the feed's key.
    public var label: String?
    /// UCUM code; nil: unknown, or given by the payload.
    public var unit: String?
    /// The declared cadence; nil: learned.
    public var period: Nanoseconds?
    /// The look-back of window checks.
    public var window: Nanoseconds
    public var timing: FeedTiming
    /// The mean time between two false alarms of a feed's learned limits.
    public var falseAlarmInterval: Nanoseconds
    /// By check name. A check that is absent runs with its defaults where it can.
    public var checks: [String: CheckParameters]

    public init(
        filter: TopicFilter,
        broker: UInt8? = nil,
        fieldNames: [String] = [],
        namesFields: Bool? = nil,
        declaredPaths: [String] = [],
        label: String? = nil,
        unit: String? = nil,
        period: Nanoseconds? = nil,
        window: Nanoseconds = .seconds(60),
        timing: FeedTiming = FeedTiming(),
        falseAlarmInterval: Nanoseconds = FeedRule.defaultFalseAlarmInterval,
        checks: [String: CheckParameters] = [:],
    ) {
        self.filter = filter
        self.broker = broker
        self.fieldNames = fieldNames
        self.namesFields = namesFields ?? (fieldNames.count > 1)
        self.declaredPaths = declaredPaths
        self.label = label
        self.unit = unit
        self.period = period
        self.window = window
        self.timing = timing
        self.falseAlarmInterval = falseAlarmInterval
        self.checks = checks
    }

    /// A year: 1,000 feeds then give 2.7 false alarms a day by chance.
    public static let defaultFalseAlarmInterval = Nanoseconds.days(365)

    /// Whether the topic itself is named, so that the feed exists before its first message and is
    /// never forgotten.
    public var isDeclared: Bool { filter.isExact }

    /// Whether sequence numbers stand in the readings of an array, and count those of one name; else
    /// they count messages.
    var numbersReadings: Bool { namesFields && fieldNames.isEmpty }
}

/// How far a feed's source time may stray (architecture.md, Time).
public struct FeedTiming: Sendable, Equatable {
    /// How long a minute stays open for samples behind the newest: 5 s by default, at most 60 s.
    public var allowedLateness: Nanoseconds
    /// A sample further ahead of the gateway's clock than this is quarantined: 60 s.
    public var maxAhead: Nanoseconds
    /// A sample further behind than this is counted `tooLate`, a nearer one revises its stored
    /// minute: 1 h.
    public var revisionHorizon: Nanoseconds

    public init(
        allowedLateness: Nanoseconds = .seconds(5),
        maxAhead: Nanoseconds = .seconds(60),
        revisionHorizon: Nanoseconds = .seconds(3_600),
    ) {
        self.allowedLateness = allowedLateness
        self.maxAhead = maxAhead
        self.revisionHorizon = revisionHorizon
    }
}

/// Settings of the monitor as a whole.
public struct MonitorSettings: Sendable {
    /// `assay/<gateway>`: topics at or below it are ours and are never ingested.
    public var ownTopicRoot: String
    /// By broker index; the first broker's feeds carry no prefix in their key.
    public var brokerNames: [String]
    public var rules: [FeedRule]
    /// Discovered feeds and topics beyond this are ignored and counted.
    public var discoveredFeedLimit: Int
    /// A discovered feed silent for this long is closed and forgotten; declared feeds never.
    public var forgetAfter: Nanoseconds
    /// Seeds the topic table against chosen collisions; has no effect on results.
    public var hashSeed: UInt64

    public init(
        ownTopicRoot: String,
        brokerNames: [String],
        rules: [FeedRule],
        discoveredFeedLimit: Int = Limits.discoveredFeeds,
        forgetAfter: Nanoseconds = .seconds(30 * 86_400),
        hashSeed: UInt64 = 0,
    ) {
        self.ownTopicRoot = ownTopicRoot
        self.brokerNames = brokerNames
        self.rules = rules
        self.discoveredFeedLimit = discoveredFeedLimit
        self.forgetAfter = forgetAfter
        self.hashSeed = hashSeed
    }
}
