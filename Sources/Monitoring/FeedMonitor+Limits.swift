// Limits on feeds, topics and fields: one alarm, `system/cardinality`, while any of them is reached.

/// Which limits are reached.
struct ReachedLimits: Sendable {
    /// Until a feed is forgotten.
    var isFeedsReached = false
    /// When a message or a sample was refused last; nil: not since it was over.
    var topicRefusedAt: ReceiveTime?
    var fieldRefusedAt: ReceiveTime?

    var isAny: Bool { isFeedsReached || topicRefusedAt != nil || fieldRefusedAt != nil }
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
            forgotten; only a new database has numbers again
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

    mutating func noteRefusedFields(of topic: TopicID, into report: inout MonitorReport) {
        defer { limits.fieldRefusedAt = now }
        guard limits.fieldRefusedAt == nil else { return }
        let detail = """
            fields of \(registry.topics[Int(topic.index)].text) are refused and counted: there are \
            more than \(Limits.fieldsPerTopic) of them, or more names than the decoder remembers, or \
            two of one name. Known ones go on
            """
        note("cardinality", isAbnormal: true, detail, into: &report)
    }

    /// A feed was forgotten: there may be room again.
    mutating func welcomeFeeds(into report: inout MonitorReport) {
        guard limits.isFeedsReached, !registry.isFull else { return }
        limits.isFeedsReached = false
        registry.welcomeRefused()
        noteOver("the number of feeds is below its limit again", into: &report)
    }

    /// Once a minute: is it long ago that something was refused?
    mutating func reviewLimits(into report: inout MonitorReport) {
        guard limits.topicRefusedAt != nil || limits.fieldRefusedAt != nil else { return }
        let isOld = { [now] (time: ReceiveTime) in
            Nanoseconds(from: time.nanoseconds, to: now.nanoseconds) >= Limits.refusalMemory
        }
        if let last = limits.topicRefusedAt, isOld(last) { limits.topicRefusedAt = nil }
        if let last = limits.fieldRefusedAt, isOld(last) { limits.fieldRefusedAt = nil }
        noteOver("no topic and no field was refused for an hour", into: &report)
    }

    private func noteOver(_ detail: String, into report: inout MonitorReport) {
        guard !limits.isAny else { return }
        note("cardinality", isAbnormal: false, detail, into: &report)
    }

    private var prefix: String { CardinalityGuard.largestPrefix(registry.topics.map(\.text)) }
}
