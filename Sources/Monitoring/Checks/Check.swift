/// One question about a feed, asked of every sample, message or tick, in constant time and space.
///
/// A check is a value: its state is copied with its feed, it has no clock and draws no random
/// numbers, and equal observations give equal answers. It does not decide what becomes of its
/// answers: flagged ones become findings (`Episode`), findings become alarms.
///
/// To add one: its file, one line in `CheckCatalogue`, its test.
protocol Check: StoredCheck {
    /// Id, concern, settings and texts.
    static var definition: CheckDefinition { get }

    /// What it is called for.
    static var scope: CheckScope { get }

    /// True where the answer to a sample is about the one before it (a spike needs its successor).
    static var judgesPrevious: Bool { get }

    /// Whether it is asked before the value enters the feed's profile (`FeedProfile`), and in which
    /// place: what it flags is not learned as a value of the feed.
    static var gate: CheckGate { get }

    /// True where an ordinary sample (`Observation.isOrdinary`), and a readable message, can be passed
    /// over as long as the check `isQuiet`: the answer would be good or, of one that does not grade,
    /// unknown, and the state stays as it is. It is then asked of exceptions only.
    static var isForExceptions: Bool { get }

    /// Whether the state is as if nothing had ever been flagged. Asked of checks for exceptions.
    var isQuiet: Bool { get }

    /// True where the observed quantity is how long the condition had lasted when it was flagged, in
    /// seconds: a finding begins that much before its first flagged sample.
    static var observesDuration: Bool { get }

    /// What of the feed's context it is made from, besides the kind: where a reload changes none of
    /// that, nor its settings, its state goes on.
    static var contextRead: CheckContext.Part { get }

    /// - Returns: nil where the check has nothing to ask of this feed, such as a range without
    ///   limits; it is then not active, and costs nothing.
    init?(parameters: CheckParameters, feed: CheckContext)

    /// Asked of every sample in `scope`, in the order of arrival. About 10 ns at most.
    mutating func observe(_ observation: borrowing ObservationView) -> Assessment

    /// Asked of every message of the feed's topic, readable or not (scope `.messages`), or of those
    /// that bear a number, and of unreadable ones (scope `.sequences`).
    mutating func observe(_ message: borrowing MessageObservation) -> Assessment

    /// Asked when `deadline` is reached (scope `.ticks`).
    mutating func tick(_ pulse: borrowing Pulse) -> Assessment

    /// When the check wants its next tick, in receive time; nil: not at all for now.
    func deadline(_ pulse: borrowing Pulse) -> ReceiveTime?

    /// The gateway's clock was set, or the feed's time goes on elsewhere: instants that the check
    /// remembers move along, so that lengths of time stay what they are. A check that remembers none
    /// does nothing.
    ///
    /// - Parameters:
    ///   - events: how far event time moves; zero where the feed goes on by its own clock.
    ///   - arrivals: how far receive time moves.
    mutating func clockWasSet(events: Nanoseconds, arrivals: Nanoseconds)
}

extension Check {
    static var judgesPrevious: Bool { false }

    static var gate: CheckGate { .none }

    static var isForExceptions: Bool { false }

    var isQuiet: Bool { true }

    static var observesDuration: Bool { false }

    static var contextRead: CheckContext.Part { [] }

    mutating func observe(_ observation: borrowing ObservationView) -> Assessment { .unknown }

    mutating func observe(_ message: borrowing MessageObservation) -> Assessment {
        .unknown
    }

    mutating func tick(_ pulse: borrowing Pulse) -> Assessment { .unknown }

    func deadline(_ pulse: borrowing Pulse) -> ReceiveTime? { nil }

    mutating func clockWasSet(events: Nanoseconds, arrivals: Nanoseconds) {}
}

/// Where a check stands towards the feed's profile.
enum CheckGate: UInt8, Comparable, Sendable {
    /// Asked first: what it flags is no value at all, and no learned limit is held against it.
    case isValue
    /// Asked next: what it flags is a value, but not in the feed's terms.
    case isInTerms
    /// Asked when the value has entered.
    case none

    static func < (left: CheckGate, right: CheckGate) -> Bool { left.rawValue < right.rawValue }
}

/// What a check is called for.
public struct CheckScope: OptionSet, Sendable {
    public var rawValue: UInt8

    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// Every sample, also duplicates, future ones and those behind the horizon.
    public static let arrivals = CheckScope(rawValue: 1)
    /// Samples that are judged, with or without a finite value, in any order, late ones too.
    public static let samples = CheckScope(rawValue: 2)
    /// Judged samples with a usable finite value, not behind the newest one: what running
    /// statistics may see.
    public static let ordered = CheckScope(rawValue: 4)
    /// Every message of the feed's topic.
    public static let messages = CheckScope(rawValue: 8)
    /// The clock.
    public static let ticks = CheckScope(rawValue: 16)
    /// Messages with a sequence number of which the feed keeps account, and unreadable ones.
    public static let sequences = CheckScope(rawValue: 32)
}

/// What a check knows of its feed when it is made.
public struct CheckContext: Sendable {
    public var kind: FeedDescription.Kind
    /// The declared period; nil: learned, see `Observation.period`.
    public var period: Nanoseconds?
    /// The look-back of window checks.
    public var window: Nanoseconds
    public var timing: FeedTiming
    public var isDeclared: Bool
    /// The mean time between two false alarms that learned limits of the feed are made for.
    public var falseAlarmInterval: Nanoseconds

    public init(
        kind: FeedDescription.Kind,
        period: Nanoseconds?,
        window: Nanoseconds,
        timing: FeedTiming,
        isDeclared: Bool,
        falseAlarmInterval: Nanoseconds = FeedRule.defaultFalseAlarmInterval,
    ) {
        self.kind = kind
        self.period = period
        self.window = window
        self.timing = timing
        self.isDeclared = isDeclared
        self.falseAlarmInterval = falseAlarmInterval
    }
}

/// A check's answer: a verdict, and what was held against which limit, in the unit of
/// `CheckDefinition.quantity`.
public struct Assessment: Sendable, Equatable {
    public var verdict: Verdict
    /// What it asks of the feed beside.
    var request: BaselineRequest = []
    public var observed: Double
    public var limit: Double
    /// How long before the flagged sample what is flagged began, as for a window; zero: with the
    /// sample itself. No optional: with four words an answer comes back in registers.
    public var reach: Nanoseconds

    public init(
        _ verdict: Verdict,
        observed: Double = .nan,
        limit: Double = .nan,
        reach: Nanoseconds = Nanoseconds(0),
    ) {
        self.verdict = verdict
        self.observed = observed
        self.limit = limit
        self.reach = reach
    }

    init(_ verdict: Verdict, observed: Double, limit: Double, _ request: BaselineRequest) {
        self.init(verdict, observed: observed, limit: limit)
        self.request = request
    }

    init(_ verdict: Verdict, _ request: BaselineRequest) {
        self.init(verdict)
        self.request = request
    }

    /// Not evaluated: opens nothing and closes nothing.
    public static let unknown = Assessment(.unknown)
    public static let good = Assessment(.good)

    public static func == (left: Assessment, right: Assessment) -> Bool {
        left.verdict == right.verdict && left.request == right.request
            && left.observed.bitPattern == right.observed.bitPattern
            && left.limit.bitPattern == right.limit.bitPattern && left.reach == right.reach
    }
}
