// Limits on feeds, topics and fields: one alarm, `system/cardinality`, while any of them is reached.

/// Which limits are reached.
struct ReachedLimits: Sendable {
    /// Until a feed is forgotten.
    var isFeedsReached = false
    /// When a message or a sample was refused last; nil: not since it was over.
    var topicRefusedAt: ReceiveTime?
    var fieldRefusedAt: ReceiveTime?
    /// Of which topics, and why, in the words of the alarm, at most `Limits.refusalsNamed`.
    var refusedFields: [String] = []
    /// When topics with feeds were last displaced in numbers.
    var topicsDisplacedAt: ReceiveTime?

    var isAny: Bool {
        isFeedsReached || topicRefusedAt != nil || fieldRefusedAt != nil || topicsDisplacedAt != nil
    }

    mutating func move(by length: Nanoseconds) {
        topicRefusedAt?.move(by: length)
        fieldRefusedAt?.move(by: length)
        topicsDisplacedAt?.move(by: length)
    }
}

extension FeedMonitor {
    /// The guard speaks once, and names what exploded.
    mutating func noteRefusedFeed(_ topic: String, into report: inout MonitorReport) {
        guard !limits.isFeedsReached else { return }
        limits.isFeedsReached = true
        let reason =
            registry.areNumbersUsedUp
            ? """
            all \(Limits.feeds - 1) numbers of feeds are used up, by feeds that came and were \
            forgotten; one is free again when retention has deleted all rows of its feed: a smaller \
            `store.retention` does that sooner, a new database at once
            """
            : """
            \(registry.discoveredCount) feeds are discovered, the limit is \
            \(settings.discoveredFeedLimit)
            """
        let detail = """
            \(reason); most topics are below \(prefix). New feeds are \
            refused and counted, known ones go on. First refused: \(topic)
            """
        note("cardinality", isAbnormal: true, detail, into: &report)
    }

    mutating func noteRefusedTopic(into report: inout MonitorReport) {
        defer { limits.topicRefusedAt = now }
        guard limits.topicRefusedAt == nil else { return }
        let detail = """
            a topic is longer than \(Limits.topicBytes) bytes; most topics are below \(prefix). \
            Messages of such topics are ignored and counted, the others go on
            """
        note("cardinality", isAbnormal: true, detail, into: &report)
    }

    /// Said once for each topic and cause, so that who looks for the publisher finds each of them.
    mutating func noteRefusedFields(
        of topic: TopicID,
        _ refusal: FieldRefusal,
        into report: inout MonitorReport,
    ) {
        defer { limits.fieldRefusedAt = now }
        guard limits.refusedFields.count < Limits.refusalsNamed else { return }
        let words = "\(registry.topics[Int(topic.index)].text) (\(refusal.text))"
        guard !limits.refusedFields.contains(words) else { return }
        limits.refusedFields.append(words)
        let detail = """
            fields are refused and counted, of \(limits.refusedFields.joined(separator: ", ")). Known \
            ones go on
            """
        note("cardinality", isAbnormal: true, detail, into: &report)
    }

    /// Once a minute: do topics that have feeds displace each other?
    private mutating func reviewDisplacement(into report: inout MonitorReport) {
        let count = registry.takeBoundAgain()
        guard count >= Limits.topicsBoundAgain else { return }
        defer { limits.topicsDisplacedAt = now }
        guard limits.topicsDisplacedAt == nil else { return }
        let detail = """
            more than \(Limits.topics) topics are heard, and \(count) times in a minute one with feeds \
            was met anew because another had displaced it. Nothing is lost, but each such message costs \
            several times as much; most topics are below \(prefix). Subscribe to fewer
            """
        note("cardinality", isAbnormal: true, detail, into: &report)
    }

    /// A feed was forgotten: there is room again, and where it is a tenth the alarm is over.
    mutating func welcomeFeeds(into report: inout MonitorReport) {
        guard limits.isFeedsReached, registry.hasRoomAgain else { return }
        limits.isFeedsReached = false
        noteOver("a tenth of the feeds' limit is free again", into: &report)
    }

    /// Once a minute: is it long ago that something was refused?
    mutating func reviewLimits(into report: inout MonitorReport) {
        reviewDisplacement(into: &report)
        welcomeFeeds(into: &report)
        guard
            limits.topicRefusedAt != nil || limits.fieldRefusedAt != nil
                || limits.topicsDisplacedAt != nil
        else { return }
        let isOld = { [now] (time: ReceiveTime) in
            Nanoseconds(from: time.nanoseconds, to: now.nanoseconds) >= Limits.refusalMemory
        }
        if let last = limits.topicRefusedAt, isOld(last) { limits.topicRefusedAt = nil }
        if let last = limits.fieldRefusedAt, isOld(last) {
            limits.fieldRefusedAt = nil
            limits.refusedFields = []
        }
        if let last = limits.topicsDisplacedAt, isOld(last) { limits.topicsDisplacedAt = nil }
        noteOver("no topic and no field was refused or displaced for an hour", into: &report)
    }

    private func noteOver(_ detail: String, into report: inout MonitorReport) {
        guard !limits.isAny else { return }
        note("cardinality", isAbnormal: false, detail, into: &report)
    }

    private var prefix: String { CardinalityGuard.largestPrefix(registry.topics.map(\.text)) }
}

extension FieldRefusal {
    /// The cause in words.
    fileprivate var text: String {
        switch self {
        case .fields: "more than \(Limits.fieldsPerTopic) fields"
        case .names: "all topics together have more names than are remembered"
        case .sameName: "two fields of one name"
        }
    }
}
