/// What one batch brought about: filled by `FeedMonitor.ingest`, read by alarms and history, then
/// emptied, keeping its memory. All lists are in the order in which the engine saw things.
public struct MonitorReport: Sendable {
    /// Feeds seen for the first time, before anything that refers to them; also those that a reload of
    /// the configuration calls otherwise.
    public var newFeeds: [FeedDescription]
    /// Feeds of which something new is known: kind, unit, learned period, silence limit, origin, the
    /// last value and when it came. What they are called does not change.
    public var changedFeeds: [FeedDescription]
    /// Discovered feeds that were silent for `forgetAfter`.
    public var forgottenFeeds: [FeedID]
    public var findings: [FindingEvent]
    /// Remembered feeds that deliver in this run, and what has come to be well with them: an alarm of
    /// an earlier run that these checks had raised may be judged.
    public var provenFeeds: [Proof]
    public var rollups: [Rollup]
    public var messageCounts: [MessageCounts]
    public var undecodable: [Undecodable]
    public var conditions: [SystemCondition]

    public struct Proof: Sendable, Equatable {
        public var feed: FeedID
        /// Those that have said good in this run while nothing is found of their concern, and those
        /// that are not asked any more; each is told once.
        public var checks: CheckMask
        public var at: ReceiveTime
    }

    /// An undecodable message, for the quarantine table.
    public struct Undecodable: Sendable {
        /// `none` where the limit on feeds leaves its topic without one.
        public var feed: FeedID
        public var at: ReceiveTime
        public var problem: DecodeProblem
        /// Byte of the payload at which reading stopped.
        public var offset: Int32
        /// Index of the message in its `MessageBatch`.
        public var record: Int32

        public init(
            feed: FeedID,
            at: ReceiveTime,
            problem: DecodeProblem,
            offset: Int32,
            record: Int32,
        ) {
            self.feed = feed
            self.at = at
            self.problem = problem
            self.offset = offset
            self.record = record
        }
    }

    /// A fact about Assay itself that has an alarm `system/<name>` (alarms.md 1.1).
    public struct SystemCondition: Sendable, Equatable {
        /// The alarm's name after `system/`, such as `broker/main` or `cardinality`.
        public var name: String
        public var isAbnormal: Bool
        public var at: ReceiveTime
        /// What was seen, in words.
        public var detail: String

        public init(name: String, isAbnormal: Bool, at: ReceiveTime, detail: String) {
            self.name = name
            self.isAbnormal = isAbnormal
            self.at = at
            self.detail = detail
        }
    }

    public init() {
        newFeeds = []
        changedFeeds = []
        forgottenFeeds = []
        findings = []
        provenFeeds = []
        rollups = []
        messageCounts = []
        undecodable = []
        conditions = []
    }

    public var isEmpty: Bool {
        newFeeds.isEmpty && changedFeeds.isEmpty && forgottenFeeds.isEmpty && findings.isEmpty
            && provenFeeds.isEmpty && rollups.isEmpty && messageCounts.isEmpty
            && undecodable.isEmpty
            && conditions.isEmpty
    }

    /// Elements of each kind for which room is kept between two commits: more than an ordinary
    /// commit holds, far fewer than when 10,000 feeds are met, or close their minute, at once.
    public static let keptRoom = 512

    public mutating func removeAll() {
        removeAllButRows()
        changedFeeds.removeAll(keepingRoomFor: Self.keptRoom)
        rollups.removeAll(keepingRoomFor: Self.keptRoom)
        messageCounts.removeAll(keepingRoomFor: Self.keptRoom)
    }

    /// Leaves what only the history waits for: roll-ups, message counts and changed descriptions.
    public mutating func removeAllButRows() {
        newFeeds.removeAll(keepingRoomFor: Self.keptRoom)
        forgottenFeeds.removeAll(keepingRoomFor: Self.keptRoom)
        findings.removeAll(keepingRoomFor: Self.keptRoom)
        provenFeeds.removeAll(keepingRoomFor: Self.keptRoom)
        undecodable.removeAll(keepingRoomFor: Self.keptRoom)
        conditions.removeAll(keepingRoomFor: Self.keptRoom)
    }
}
