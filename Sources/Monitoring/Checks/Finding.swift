/// The id of a check, the same in settings, SQL, messages and docs (product.md).
public struct CheckID: Hashable, Sendable, CustomStringConvertible {
    /// The check's place in `CheckCatalogue.all`.
    public var index: UInt8

    public init(index: UInt8) {
        self.index = index
    }

    /// The id as written in settings and messages, such as `flatLine`.
    public var name: String { CheckCatalogue.all[Int(index)].name }

    public var description: String { name }
}

/// An episode in which one check flagged one feed: begin, end, worst value, evidence.
public struct Finding: Sendable {
    /// Numbered from 1 in the order of beginning; unique within a database epoch.
    public var id: Int64
    public var feed: FeedID
    public var check: CheckID
    /// The worst verdict of the episode, suspect or fail.
    public var verdict: Verdict
    /// Event time at which what was found began: the first flagged sample, of a silence the last
    /// sample that came, of a flat line the first of its equal values.
    public var begin: EventTime
    /// Event time of the first flagged sample; of a silence as `begin`. Delays count from here.
    public var firstFlaggedAt: EventTime
    /// Event time of the last flagged sample; the episode's end once it is over.
    public var end: EventTime
    /// Engine time at which the episode began to be known.
    public var foundAt: ReceiveTime
    /// How many samples, windows or ticks were flagged.
    public var flaggedCount: Int32
    /// Whether it was flagged often enough to concern a person (`confirm`); only confirmed findings
    /// make an alarm abnormal.
    public var isConfirmed: Bool
    /// Whether the limit was learned from the feed and not given: its alarm has priority low at most.
    public var isLearned = false
    /// The worst observed quantity, in the check's own unit (see `CheckDefinition.quantity`).
    public var worst: Double
    /// The limit it was held against, in the same unit.
    public var limit: Double
    /// The last value of the feed when the event was written, in the feed's unit; NaN if none.
    public var lastValue: Double
    /// Event time of `lastValue`.
    public var lastValueAt: EventTime
    /// What was seen, in words, such as `payload is not valid JSON at byte 12`; empty where the
    /// numbers say it.
    public var detail: String

    public init(
        id: Int64,
        feed: FeedID,
        check: CheckID,
        verdict: Verdict,
        begin: EventTime,
        firstFlaggedAt: EventTime? = nil,
        end: EventTime,
        foundAt: ReceiveTime,
        flaggedCount: Int32,
        isConfirmed: Bool,
        worst: Double,
        limit: Double,
        lastValue: Double,
        lastValueAt: EventTime,
        detail: String = "",
    ) {
        self.id = id
        self.feed = feed
        self.check = check
        self.verdict = verdict
        self.begin = begin
        self.firstFlaggedAt = firstFlaggedAt ?? begin
        self.end = end
        self.foundAt = foundAt
        self.flaggedCount = flaggedCount
        self.isConfirmed = isConfirmed
        self.worst = worst
        self.limit = limit
        self.lastValue = lastValue
        self.lastValueAt = lastValueAt
        self.detail = detail
    }
}

/// A change of a finding, in the order in which the engine saw them.
public struct FindingEvent: Sendable {
    public enum Change: UInt8, Sendable {
        /// The first flag: stored, no alarm yet unless confirmed at once.
        case began
        /// Flagged often enough: the alarm of its concern turns abnormal.
        case confirmed
        /// A confirmed finding went from suspect to fail: the alarm's level rises.
        case worsened
        /// It goes on: its numbers as they stand, once a minute and at a shutdown.
        case updated
        /// Good again for long enough, on positive evidence.
        case ended
        /// It cannot be judged any more (connection lost): the alarm's truth is unknown.
        case suspended
        /// The gateway's clock was set: the same finding, told in its new time.
        case restated
    }

    public var change: Change
    /// Engine time of the change.
    public var at: ReceiveTime
    public var finding: Finding

    public init(change: Change, at: ReceiveTime, finding: Finding) {
        self.change = change
        self.at = at
        self.finding = finding
    }
}
