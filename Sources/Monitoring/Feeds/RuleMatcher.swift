/// Which rule claims a topic: the most specific filter that matches, or none.
///
/// Asked once per topic, so it walks all rules. Our own topics are claimed by nobody, also under
/// `#`: a monitor that reads its own alarms would feed on itself.
struct RuleMatcher: Sendable {
    private let rules: [FeedRule]
    private let ownRoot: String

    init(settings: MonitorSettings) {
        rules = settings.rules
        ownRoot = settings.ownTopicRoot
    }

    func rule(for topic: String, broker: UInt8) -> Int? {
        if isOwn(topic) { return nil }
        let parts = topic.split(separator: "/", omittingEmptySubsequences: false)
        var best: Int?
        for (index, rule) in rules.enumerated() {
            if let only = rule.broker, only != broker { continue }
            guard rule.filter.matches(parts) else { continue }
            if let current = best, !rule.filter.isMoreSpecific(than: rules[current].filter) {
                continue
            }
            best = index
        }
        return best
    }

    private func isOwn(_ topic: String) -> Bool {
        guard !ownRoot.isEmpty, topic.hasPrefix(ownRoot) else { return false }
        return topic.utf8.count == ownRoot.utf8.count
            || topic.utf8.dropFirst(ownRoot.utf8.count).first == UInt8(ascii: "/")
    }
}

extension TopicFilter {
    /// Whether it is the better claim where both match: at the first level in which they differ, a
    /// literal beats a wildcard, and a single level beats `#`.
    public func isMoreSpecific(than other: TopicFilter) -> Bool {
        for (mine, theirs) in zip(levels, other.levels) where mine.weight != theirs.weight {
            return mine.weight > theirs.weight
        }
        return levels.count > other.levels.count
    }
}

extension TopicFilter.Level {
    fileprivate var weight: Int {
        switch self {
        case .literal: 2
        case .any, .named: 1
        case .rest: 0
        }
    }
}
