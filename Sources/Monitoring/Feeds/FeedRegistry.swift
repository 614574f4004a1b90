/// Which feeds there are, and which field of which topic belongs to which.
///
/// Feeds live in places that are used again after a feed is forgotten; a feed's number never is.
/// Looking up a known field is two array accesses.
struct FeedRegistry: Sendable {
    /// A topic that some rule claims.
    struct Topic: Sendable {
        var text: String
        var rule: Int32
        var broker: UInt8
        /// Place of the feed of each field, `unbound` before its first sample.
        var fields: [Int32] = []
        var names: [String] = []
        var units: [String?] = []
        /// Place of the feed that speaks for the topic as a whole: its only feed, or one of kind
        /// *unknown* that exists because something undecodable came.
        var whole: Int32 = unbound
        /// Fields beyond `Limits.fieldsPerTopic` and topics beyond the guard have no feed.
        var isRefused = false
    }

    static let unbound: Int32 = -1
    static let refused: Int32 = -2

    let settings: MonitorSettings
    private(set) var topics: [Topic] = []
    var feeds: ContiguousArray<Feed> = []
    /// By place, like `feeds`.
    private(set) var descriptions: [FeedDescription] = []
    /// By place; false for a place that waits to be used again.
    private(set) var isInUse: [Bool] = []
    private var freePlaces: [Int] = []
    private var places: [String: Int] = [:]
    private var nextIdentifier: Int32 = 1
    private(set) var discoveredCount = 0
    private var templates: [TemplateKey: CheckSet] = [:]

    private struct TemplateKey: Hashable {
        var rule: Int32
        var kind: FeedDescription.Kind
    }

    init(settings: MonitorSettings) {
        self.settings = settings
    }

    var isFull: Bool {
        discoveredCount >= settings.discoveredFeedLimit || Int(nextIdentifier) >= Limits.feeds
    }

    func place(ofKey key: String) -> Int? { places[key] }

    // MARK: Topics

    mutating func add(_ topic: TopicTable.NewTopic) {
        precondition(
            Int(topic.topic.index) == topics.count,
            "topics are announced once and in order: \(topic.topic.index), \(topics.count)",
        )
        topics.append(Topic(text: topic.text, rule: topic.rule, broker: topic.broker))
    }

    mutating func add(_ field: NewField) {
        let index = Int(field.topic.index)
        precondition(
            Int(field.field.index) == topics[index].fields.count,
            "fields are announced once and in order: \(field.field.index) of \(index)",
        )
        topics[index].fields.append(Self.unbound)
        topics[index].names.append(field.name)
        topics[index].units.append(field.unit)
    }

    /// The place of a field's feed where it is bound; negative otherwise.
    func place(topic: TopicID, field: FieldID) -> Int32 {
        topics[Int(topic.index)].fields[Int(field.index)]
    }

    mutating func refuse(topic: TopicID, field: FieldID) {
        topics[Int(topic.index)].fields[Int(field.index)] = Self.refused
    }

    /// The key of a field: the topic alone where the message holds nothing else.
    func key(topic: TopicID, field: FieldID?, isOnlyField: Bool) -> String {
        let entry = topics[Int(topic.index)]
        let rule = settings.rules[Int(entry.rule)]
        let isBare = isOnlyField && !rule.namesFields && !hasOtherFeeds(entry)
        let name = field.map { entry.names[Int($0.index)] }
        return FeedKey.make(
            broker: entry.broker == 0 ? nil : settings.brokerNames[Int(entry.broker)],
            topic: entry.text,
            field: isBare ? nil : name,
        )
    }

    private func hasOtherFeeds(_ topic: Topic) -> Bool {
        topic.fields.contains { $0 >= 0 }
    }

    /// Binds a field, or the topic as a whole, to a feed.
    mutating func bind(topic: TopicID, field: FieldID?, to place: Int, isWhole: Bool) {
        if let field { topics[Int(topic.index)].fields[Int(field.index)] = Int32(place) }
        if isWhole { topics[Int(topic.index)].whole = Int32(place) }
    }

    // MARK: Feeds

    /// Adds a feed that a rule declares, that a message discovered, or that history remembers.
    mutating func add(_ draft: FeedDescription, at now: ReceiveTime) -> Int {
        var description = draft
        if description.id.index <= 0 {
            description.id = FeedID(index: nextIdentifier)
        }
        nextIdentifier = max(nextIdentifier, description.id.index + 1)
        let rule = settings.rules[Int(description.rule)]
        let feed = Feed(
            description,
            rule: rule,
            checks: checks(rule: description.rule, description),
            at: now,
        )
        let place = freePlaces.popLast() ?? feeds.count
        if place == feeds.count {
            feeds.append(feed)
            descriptions.append(description)
            isInUse.append(true)
        } else {
            feeds[place] = feed
            descriptions[place] = description
            isInUse[place] = true
        }
        places[description.key] = place
        if !description.isDeclared { discoveredCount += 1 }
        return place
    }

    mutating func forget(_ place: Int) {
        let description = descriptions[place]
        places[description.key] = nil
        isInUse[place] = false
        freePlaces.append(place)
        if !description.isDeclared { discoveredCount -= 1 }
        for topic in topics.indices where topics[topic].text == description.topic {
            if topics[topic].whole == place { topics[topic].whole = Self.unbound }
            for field in topics[topic].fields.indices
            where topics[topic].fields[field] == place {
                topics[topic].fields[field] = Self.unbound
            }
        }
    }

    /// A description as it is to be stored now, with what the feed has learned.
    mutating func refreshedDescription(_ place: Int) -> FeedDescription {
        descriptions[place].kind = feeds[place].kind
        descriptions[place].period = feeds[place].period
        descriptions[place].silenceLimit = feeds[place].silenceLimit
        descriptions[place].origin = feeds[place].origin
        descriptions[place].lastSeenAt = feeds[place].lastArrivalAt
        return descriptions[place]
    }

    private mutating func checks(rule: Int32, _ description: FeedDescription) -> CheckSet {
        let key = TemplateKey(rule: rule, kind: description.kind)
        if let template = templates[key] { return template }
        let settings = settings.rules[Int(rule)]
        let template = CheckSet(
            parameters: settings.checks,
            context: CheckContext(
                kind: description.kind,
                period: settings.period,
                window: settings.window,
                timing: settings.timing,
                isDeclared: description.isDeclared,
            ),
        )
        templates[key] = template
        return template
    }
}
