/// Which rule claims a topic: the most specific filter that matches, or none.
///
/// Asked once per topic: one look for the rules that name it, and a walk over those with wildcards. Our
/// own topics are claimed by nobody, also under `#`: a monitor that reads its own alarms would feed on
/// itself.
struct RuleMatcher: Sendable {
    private let rules: [FeedRule]
    private let ownRoot: String
    /// The first rule without a wildcard of each topic.
    private var exact: [String: Int] = [:]
    /// All others: with a wildcard, or for another broker's topic of the same name.
    private var others: [Int] = []

    init(settings: MonitorSettings) {
        rules = settings.rules
        ownRoot = settings.ownTopicRoot
        for (index, rule) in rules.enumerated() {
            if rule.isDeclared, exact[rule.filter.text] == nil {
                exact[rule.filter.text] = index
            } else {
                others.append(index)
            }
        }
    }

    func rule(for topic: String, broker: UInt8) -> Int? {
        if isOwn(topic) { return nil }
        let parts = topic.split(separator: "/", omittingEmptySubsequences: false)
        var best: Int?
        if let index = exact[topic], claims(index, parts, of: broker) { best = index }
        for index in others where claims(index, parts, of: broker) {
            if let current = best,
                !rules[index].filter.isMoreSpecific(than: rules[current].filter)
            {
                continue
            }
            best = index
        }
        return best
    }

    private func claims(_ index: Int, _ parts: [Substring], of broker: UInt8) -> Bool {
        if let only = rules[index].broker, only != broker { return false }
        return rules[index].filter.matches(parts)
    }

    private func isOwn(_ topic: String) -> Bool {
        guard !ownRoot.isEmpty, topic.hasPrefix(ownRoot) else { return false }
        return topic.utf8.count == ownRoot.utf8.count
            || topic.utf8.dropFirst(ownRoot.utf8.count).first == UInt8(ascii: "/")
    }
}

extension TopicFilter {
    /// Whether it is the better claim where both match: at the first level in which they differ, a
    /// literal beats a wildcard, and a single level beats `#`. Of `a/b` and `a/b/#`, which also matches
    /// `a/b`, the shorter one is.
    public func isMoreSpecific(than other: TopicFilter) -> Bool {
        for (mine, theirs) in zip(levels, other.levels) where mine.weight != theirs.weight {
            return mine.weight > theirs.weight
        }
        return levels.count < other.levels.count
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
