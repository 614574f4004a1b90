// Other rules for the feeds that there are.

extension FeedRegistry {
    /// Other settings hold. Feeds are told one by one; new ones are made by them.
    mutating func adopt(_ settings: MonitorSettings) {
        self.settings = settings
        naming = FeedNaming(settings: settings)
        matcher = RuleMatcher(settings: settings)
        templates = CheckTemplates()
    }

    /// A topic keeps its number, and is read by the rule of now: its fields are numbered anew. Its feeds
    /// are found by their keys with the next message.
    mutating func rebind(_ topic: TopicTable.NewTopic) {
        let index = Int(topic.topic.index)
        topics[index].rule = topic.rule
        topics[index].fields = []
        topics[index].whole = Self.unbound
        firstPlaces[index] = Self.unbound
        spokesmen[index] = Self.unbound
    }

    /// The rule that claims a feed now; nil: none, or one that names fields and not this one.
    func ruleOfNow(ofFeedAt place: Int) -> Int? {
        let description = descriptions[place]
        guard let rule = matcher.rule(for: description.topic, broker: description.broker) else {
            return nil
        }
        let names = settings.rules[rule].fieldNames
        let isNamed =
            names.isEmpty || description.field.isEmpty || names.contains(description.field)
        return isNamed ? rule : nil
    }

    /// A feed's rule has this number now, and says the same.
    mutating func renumber(_ place: Int, rule: Int) {
        descriptions[place].rule = Int32(rule)
        feeds[place].rule = Int32(rule)
    }

    /// A feed's rule says something else now.
    /// - Returns: the feed's description as it is to be stored.
    mutating func rename(_ place: Int, at now: ReceiveTime) -> FeedDescription {
        // A copy of its own: in its place all descriptions would be copied, for each feed.
        var description = descriptions[place]
        let isDeclared = settings.rules[Int(description.rule)].isDeclared
        if isDeclared != description.isDeclared {
            discoveredCount += isDeclared ? -1 : 1
            description.isDeclared = isDeclared
        }
        adoptNames(&description, at: now)
        descriptions[place] = description
        return refreshedDescription(place)
    }

    /// The checks that the rule of now asks of a feed, without any state.
    mutating func freshChecks(_ place: Int) -> CheckSet {
        let description = descriptions[place]
        return templates.checks(of: description, settings.rules[Int(description.rule)])
    }
}
