// Other rules while the daemon runs.

/// What a reload of the rules did to the feeds.
public struct RuleAdoption: Sendable, Equatable {
    /// Feeds that go on as they were.
    public internal(set) var unchanged = 0
    /// Feeds of which something goes on and something begins anew, or is called otherwise.
    public internal(set) var changed = 0
    /// Feeds that no rule claims any more.
    public internal(set) var closed = 0
    /// Feeds that a rule names, and that there was none of.
    public internal(set) var declared = 0
    /// Checks that begin anew, are asked for the first time, or no longer: an entry for each different
    /// list, in the order in which feeds were made.
    public internal(set) var restarts: [Restart] = []

    /// What begins anew for some feeds.
    public struct Restart: Sendable, Equatable {
        /// In the order of the catalogue.
        public var checks: [CheckID]
        public var feeds: Int
        /// Index of a rule of now that claims one of them.
        public var rule: Int
        /// The feeds' values are read from elsewhere: their baselines begin anew too.
        public var readsOtherValues: Bool
    }

    public init() {}
}

extension FeedMonitor {
    /// Goes on by other rules: between two bursts, after `TopicTable.adopt`.
    ///
    /// A feed that a rule of now claims goes on, and of its checks those that nothing was changed about;
    /// one that none claims is forgotten. Brokers and the root of our own topics are the same as
    /// before. Cost: with the rest of `Pipeline.adopt` 2.5 µs a feed that goes on as it was, 5.5 µs one
    /// that does not.
    ///
    /// - Parameters:
    ///   - topics: those that keep their numbers.
    ///   - readsAlike: whether two rules, by their numbers of before and of now, read the values of a
    ///     field from the same place.
    public mutating func adopt(
        _ settings: MonitorSettings,
        rebinding topics: [TopicTable.NewTopic],
        readsAlike: (_ old: Int, _ new: Int, _ field: String) -> Bool,
        into report: inout MonitorReport,
    ) -> RuleAdoption {
        precondition(!cursor.isUnderway, "rules were changed within a burst")
        precondition(settings.brokerNames == self.settings.brokerNames, "brokers were changed")
        let former = self.settings
        self.settings = settings
        registry.adopt(settings)
        for topic in topics { registry.rebind(topic) }
        var adoption = RuleAdoption()
        var differences = RuleDifferences(former.rules, settings.rules)
        for place in registry.feeds.indices where registry.isInUse[place] {
            let old = Int(registry.feeds[place].rule)
            guard let new = registry.ruleOfNow(ofFeedAt: place) else {
                wheel.set(place, to: nil)
                forget(place, into: &report)
                adoption.closed += 1
                continue
            }
            registry.renumber(place, rule: new)
            let difference = differences[old, new]
            let isOther = !readsAlike(old, new, registry.descriptions[place].field)
            if difference.isNone, !isOther {
                adoption.unchanged += 1
            } else {
                change(place, difference, readsOtherValues: isOther, into: &report)
                adoption.note(rule: new, difference, readsOtherValues: isOther)
            }
        }
        for place in registry.declare(at: now) {
            begin(place, into: &report)
            adoption.declared += 1
        }
        reviewLimits(into: &report)
        hand(over: &report)
        return adoption
    }

    private mutating func change(
        _ place: Int,
        _ difference: RuleDifference,
        readsOtherValues: Bool,
        into report: inout MonitorReport,
    ) {
        let rule = settings.rules[Int(registry.feeds[place].rule)]
        var description = registry.rename(place, at: now)
        if difference.hasOtherPeriod { description.period = rule.period }
        let adoption = Feed.Adoption(
            rule: rule,
            difference: difference,
            readsOtherValues: readsOtherValues,
            checks: registry.freshChecks(place),
            description: description,
            isHeard: connections[Int(registry.feeds[place].broker)].isUp,
        )
        registry.feeds[place].adopt(adoption, at: now, into: &output)
        registry.feeds[place].isDescriptionStale = false
        // Its whole row is written, because it may be called otherwise.
        report.newFeeds.append(registry.refreshedDescription(place))
        settle(place, into: &report)
    }

    private mutating func begin(_ place: Int, into report: inout MonitorReport) {
        if connections[Int(registry.feeds[place].broker)].isUp {
            registry.feeds[place].expect(from: now)
        }
        report.newFeeds.append(registry.refreshedDescription(place))
        registry.feeds[place].isDescriptionStale = false
        schedule(place)
    }
}

extension RuleAdoption {
    fileprivate mutating func note(
        rule: Int,
        _ difference: RuleDifference,
        readsOtherValues: Bool,
    ) {
        changed += 1
        let mask = readsOtherValues ? CheckMask.all : difference.checks
        guard !mask.isEmpty else { return }
        let checks = CheckCatalogue.all.indices.map { CheckID(index: UInt8($0)) }
            .filter { mask.contains($0) }
        let known = restarts.firstIndex {
            $0.checks == checks && $0.readsOtherValues == readsOtherValues
        }
        if let known { return restarts[known].feeds += 1 }
        restarts.append(
            Restart(checks: checks, feeds: 1, rule: rule, readsOtherValues: readsOtherValues)
        )
    }
}

/// The differences between rules of before and of now, each found once.
private struct RuleDifferences {
    private struct Pair: Hashable {
        var old: Int
        var new: Int
    }

    private let former: [FeedRule]
    private let present: [FeedRule]
    private var known: [Pair: RuleDifference] = [:]

    init(_ former: [FeedRule], _ present: [FeedRule]) {
        self.former = former
        self.present = present
    }

    subscript(old: Int, new: Int) -> RuleDifference {
        mutating get {
            let pair = Pair(old: old, new: new)
            if let difference = known[pair] { return difference }
            let difference = RuleDifference(from: former[old], to: present[new])
            known[pair] = difference
            return difference
        }
    }
}
