/// Which feeds there are, and which field of which topic belongs to which.
///
/// Feeds live in places that are used again after a feed is forgotten; a feed's number
/// when nothing stored bears it any more (`FeedNumbers`).
/// Looking up a known field is two array accesses.
struct FeedRegistry: Sendable {
    static let unbound: Int32 = -1
    static let refused: Int32 = -2

    var settings: MonitorSettings
    var naming: FeedNaming
    var matcher: RuleMatcher
    private var brokers: BrokerKeys
    var topics: [Topic] = []
    /// By topic: the place of its first field's feed. Apart from `topics`, because every message
    /// reads it, and four bytes a topic stay in the cache.
    var firstPlaces: [Int32] = []
    /// By topic: the place of a feed that speaks for the topic as a whole and is no field's.
    var spokesmen: [Int32] = []
    var feeds: ContiguousArray<Feed> = []
    /// By place, like `feeds`.
    var descriptions: [FeedDescription] = []
    /// By place; false for a place that waits to be used again.
    private(set) var isInUse: [Bool] = []
    /// By place: the topic whose message binds the feed, `unbound` before its first.
    private var topicsOfPlaces: [Int32] = []
    private var freePlaces: [Int] = []
    private var places: [String: Int] = [:]
    /// By feed number: its place, or `unbound`.
    private var placesByNumber: [Int32] = []
    private var numbers: FeedNumbers
    var discoveredCount = 0
    var templates = CheckTemplates()
    /// Topics that were met anew although their feeds were heard in this run.
    private var boundAgain = 0

    init(settings: MonitorSettings, numbers: FeedNumbers) {
        self.settings = settings
        self.numbers = numbers
        naming = FeedNaming(settings: settings)
        matcher = RuleMatcher(settings: settings)
        brokers = BrokerKeys(settings.brokerNames, remembered: [])
        reservePlaces()
    }

    /// Room for as many feeds as there may be, in addresses only: memory is used when a feed is
    /// written there. Growing instead would hold everything twice while it copies, and leave up to
    /// half of it empty.
    private mutating func reservePlaces() {
        let declared = settings.rules.count { $0.isDeclared }
        let room = min(settings.discoveredFeedLimit + declared, Limits.feeds)
        feeds.reserveCapacity(room)
        descriptions.reserveCapacity(room)
        topics.reserveCapacity(room)
    }

    var isFull: Bool {
        discoveredCount >= settings.discoveredFeedLimit || areNumbersUsedUp
    }

    /// Whether a tenth of the limit is free, or each feed that is forgotten would end the alarm and
    /// the next new one begin it.
    var hasRoomAgain: Bool {
        let limit = settings.discoveredFeedLimit
        return discoveredCount <= limit - max(limit / 10, 1) && !areNumbersUsedUp
    }

    var areNumbersUsedUp: Bool { numbers.areUsedUp }

    /// Nothing stored bears these numbers any more.
    mutating func release(_ feeds: [FeedID]) { numbers.release(feeds) }

    // MARK: Topics

    /// A topic with a new number, or with that of one that is forgotten.
    mutating func add(_ topic: TopicTable.NewTopic) {
        let index = Int(topic.topic.index)
        precondition(
            index <= topics.count,
            "topics are numbered in order: \(index) came before \(topics.count)",
        )
        let new = Topic(text: topic.text, rule: topic.rule, broker: topic.broker)
        guard index < topics.count else {
            topics.append(new)
            firstPlaces.append(Self.unbound)
            spokesmen.append(Self.unbound)
            return
        }
        release(index)
        topics[index] = new
        firstPlaces[index] = Self.unbound
        spokesmen[index] = Self.unbound
    }

    /// The feeds of a forgotten topic stay; a message of the same topic finds them by their keys.
    private mutating func release(_ topic: Int) {
        let places = topics[topic].fields.map(\.place) + [topics[topic].whole]
        for place in places where place >= 0 && topicsOfPlaces[Int(place)] == topic {
            topicsOfPlaces[Int(place)] = Self.unbound
        }
    }

    mutating func add(_ field: NewField) {
        let index = Int(field.topic.index)
        precondition(
            Int(field.field.index) == topics[index].fields.count,
            "fields are announced once and in order: \(field.field.index) of \(index)",
        )
        topics[index].fields.reserveCapacity(topics[index].fields.count + 1)
        topics[index].fields.append(Field(name: field.name, unit: field.unit))
    }

    /// The place of a field's feed where it is bound; negative otherwise.
    func place(topic: TopicID, field: FieldID) -> Int32 {
        field.index == 0
            ? firstPlaces[Int(topic.index)]
            : topics[Int(topic.index)].fields[Int(field.index)].place
    }

    /// The place of a feed that speaks for the topic and is no field's; negative where none does.
    func spokesman(of topic: TopicID) -> Int32 { spokesmen[Int(topic.index)] }

    private mutating func setPlace(_ place: Int32, topic: Int, field: Int) {
        topics[topic].fields[field].place = place
        if place >= 0 { topicsOfPlaces[Int(place)] = Int32(topic) }
        if field == 0 { firstPlaces[topic] = place }
        noteSpokesman(topic)
    }

    private mutating func setWhole(_ place: Int32, topic: Int) {
        topics[topic].whole = place
        if place >= 0 { topicsOfPlaces[Int(place)] = Int32(topic) }
        noteSpokesman(topic)
    }

    private mutating func noteSpokesman(_ topic: Int) {
        let whole = topics[topic].whole
        spokesmen[topic] =
            topics[topic].fields.contains { $0.place == whole } ? Self.unbound : whole
    }

    // MARK: Binding

    /// The feed of a field that is not bound yet: a declared or remembered one, or a new one.
    ///
    /// - Parameter isOnlyField: whether the message holds nothing else; the key is then the topic.
    mutating func resolve(
        topic id: TopicID,
        field: FieldID,
        kind: FeedDescription.Kind,
        isOnlyField: Bool,
        at now: ReceiveTime,
    ) -> Resolution {
        let topic = topics[Int(id.index)]
        var isBare =
            isOnlyField && !settings.rules[Int(topic.rule)].namesFields
            && !topic.fields.contains { $0.place >= 0 }
        let name = topic.fields[Int(field.index)].name
        // A topic that is met anew may be known by several fields, though its message holds one.
        if isBare, places[key(of: topic, field: name)] != nil { isBare = false }
        let key = key(of: topic, field: isBare ? nil : name)
        var resolution = Resolution.refused
        if let place = places[key] ?? bareFeed(of: topic, field: name) {
            resolution = .known(place)
        } else if !isFull, Int(field.index) < Limits.fieldsPerTopic {
            let unit = topic.fields[Int(field.index)].unit
            let draft = draft(key, topic, field: name, unit: unit, kind: kind, at: now)
            resolution = .new(add(draft, at: now))
        }
        switch resolution {
        case .known(let place), .new(let place):
            noteBoundAgain(place, by: id)
            setPlace(Int32(place), topic: Int(id.index), field: Int(field.index))
            if topic.whole == Self.unbound { bindWhole(id, only: isBare ? place : nil) }
        case .refused:
            setPlace(Self.refused, topic: Int(id.index), field: Int(field.index))
        }
        return resolution
    }

    /// Counts a feed that another number of its topic was bound to: that was displaced meanwhile.
    private mutating func noteBoundAgain(_ place: Int, by topic: TopicID) {
        guard topicsOfPlaces[place] != topic.index, feeds[place].lastArrivalAt != nil else {
            return
        }
        boundAgain += 1
    }

    /// How often that was since it was asked last.
    mutating func takeBoundAgain() -> Int {
        defer { boundAgain = 0 }
        return boundAgain
    }

    /// A remembered feed that was its topic's only field when it was met: it stays the same feed
    /// in a message of several.
    private func bareFeed(of topic: Topic, field: String) -> Int? {
        guard let place = places[key(of: topic, field: nil)], !field.isEmpty,
            descriptions[place].field == field
        else { return nil }
        return place
    }

    /// The topic's only feed speaks for it, or one that was declared or remembered by the topic's
    /// bare key.
    private mutating func bindWhole(_ id: TopicID, only place: Int?) {
        let topic = topics[Int(id.index)]
        guard let whole = place ?? places[key(of: topic, field: nil)] else { return }
        setWhole(Int32(whole), topic: Int(id.index))
    }

    /// The feed that speaks for a topic as a whole.
    mutating func resolveWhole(topic id: TopicID, at now: ReceiveTime) -> Resolution {
        let topic = topics[Int(id.index)]
        let key = key(of: topic, field: nil)
        let resolution: Resolution
        if let place = places[key] {
            resolution = .known(place)
        } else if !isFull {
            let draft = draft(key, topic, field: "", unit: nil, kind: .unknown, at: now)
            resolution = .new(add(draft, at: now))
        } else {
            setWhole(Self.refused, topic: Int(id.index))
            return .refused
        }
        if case .known(let place) = resolution { setWhole(Int32(place), topic: Int(id.index)) }
        if case .new(let place) = resolution { setWhole(Int32(place), topic: Int(id.index)) }
        return resolution
    }

    /// Whether a place that is no feed's may become one: it was not asked for yet, or refused while
    /// there was no room. Asked by each message instead of telling all topics when a feed goes.
    func mayResolve(_ place: Int32) -> Bool { place == Self.unbound || !isFull }

    private func key(of topic: Topic, field: String?) -> String {
        FeedKey.make(broker: brokers.prefix(of: topic.broker), topic: topic.text, field: field)
    }

    private func draft(
        _ key: String,
        _ topic: Topic,
        field: String,
        unit: String?,
        kind: FeedDescription.Kind,
        at now: ReceiveTime,
    ) -> FeedDescription {
        naming.describe(
            key: key,
            topic: topic.text,
            field: field,
            unit: unit,
            kind: kind,
            broker: topic.broker,
            rule: topic.rule,
            at: now,
        )
    }

    // MARK: Feeds

    /// Feeds of an earlier run whose topic a rule still claims. - Returns: their places.
    mutating func restore(
        _ remembered: [FeedDescription],
        at now: ReceiveTime,
        stoppedAt: ReceiveTime?,
    ) -> [Int] {
        var restored: [Int] = []
        brokers = BrokerKeys(settings.brokerNames, remembered: remembered)
        for var description in remembered {
            numbers.note(description.id)
            guard let broker = brokers.place(of: description),
                let rule = matcher.rule(for: description.topic, broker: broker)
            else { continue }
            description.broker = broker
            description.brokerName = settings.brokerNames[Int(broker)]
            description.rule = Int32(rule)
            description.isDeclared = settings.rules[rule].isDeclared
            adoptNames(&description, at: now)
            let place = add(description, at: now)
            if let stoppedAt { feeds[place].resume(description, stoppedAt: stoppedAt) }
            restored.append(place)
        }
        return restored
    }

    /// Label, labels and unit follow the configuration of today, not that of the first sight.
    func adoptNames(_ description: inout FeedDescription, at now: ReceiveTime) {
        let today = naming.describe(
            key: description.key,
            topic: description.topic,
            field: description.field,
            unit: nil,
            kind: description.kind,
            broker: description.broker,
            rule: description.rule,
            at: now,
        )
        description.label = today.label
        description.labels = today.labels
        description.unit = today.unit ?? description.unit
    }

    /// Feeds of exact topics exist before their first message, so that one that never comes is
    /// missed. - Returns: the places of those that were not remembered.
    mutating func declare(at now: ReceiveTime) -> [Int] {
        var declared: [Int] = []
        for (index, rule) in settings.rules.enumerated() where rule.isDeclared {
            let topic = Topic(text: rule.filter.text, rule: Int32(index), broker: rule.broker ?? 0)
            let names: [String?] = rule.fieldNames.count > 1 ? rule.fieldNames : [nil]
            for name in names {
                let key = key(of: topic, field: name)
                // Without a number its messages are refused, and `system/cardinality` says so.
                guard places[key] == nil, !areNumbersUsedUp else { continue }
                let field = name ?? rule.fieldNames.first ?? ""
                let draft = draft(key, topic, field: field, unit: nil, kind: .unknown, at: now)
                declared.append(add(draft, at: now))
            }
        }
        return declared
    }

    /// Adds a feed that a rule declares, that a message discovered, or that history remembers.
    mutating func add(_ draft: FeedDescription, at now: ReceiveTime) -> Int {
        var description = draft
        if description.id.index <= 0 { description.id = numbers.take() }
        let rule = settings.rules[Int(description.rule)]
        let feed = Feed(
            description,
            rule: rule,
            checks: templates.checks(of: description, rule),
            at: now,
        )
        let place = freePlaces.popLast() ?? feeds.count
        if place == feeds.count {
            feeds.append(feed)
            descriptions.append(description)
            isInUse.append(true)
            topicsOfPlaces.append(Self.unbound)
        } else {
            feeds[place] = feed
            descriptions[place] = description
            isInUse[place] = true
        }
        places[description.key] = place
        note(place: Int32(place), of: description.id)
        if !description.isDeclared { discoveredCount += 1 }
        return place
    }

    /// Where a feed is; nil once it is forgotten.
    func place(of feed: FeedID) -> Int? {
        let index = Int(feed.index)
        guard placesByNumber.indices.contains(index), placesByNumber[index] >= 0 else { return nil }
        return Int(placesByNumber[index])
    }

    private mutating func note(place: Int32, of feed: FeedID) {
        while placesByNumber.count <= Int(feed.index) { placesByNumber.append(Self.unbound) }
        placesByNumber[Int(feed.index)] = place
    }

    mutating func forget(_ place: Int) {
        let description = descriptions[place]
        places[description.key] = nil
        note(place: Self.unbound, of: description.id)
        isInUse[place] = false
        freePlaces.append(place)
        if !description.isDeclared { discoveredCount -= 1 }
        unbind(place)
    }

    /// The feed's topic binds it no more. A message of one topic binds a feed, so no other is looked
    /// at: a gateway that forgets thousands of feeds has as many topics.
    private mutating func unbind(_ place: Int) {
        let topic = Int(topicsOfPlaces[place])
        guard topic >= 0 else { return }
        topicsOfPlaces[place] = Self.unbound
        if topics[topic].whole == place { setWhole(Self.unbound, topic: topic) }
        for field in topics[topic].fields.indices
        where topics[topic].fields[field].place == place {
            setPlace(Self.unbound, topic: topic, field: field)
        }
    }

    /// A description as it is to be stored now, with what the feed has learned.
    mutating func refreshedDescription(_ place: Int) -> FeedDescription {
        descriptions[place].kind = feeds[place].kind
        descriptions[place].period = feeds[place].period
        descriptions[place].silenceLimit = feeds[place].silenceLimit
        descriptions[place].origin = feeds[place].origin
        descriptions[place].learning = feeds[place].learning
        guard let last = feeds[place].lastArrivalAt else { return descriptions[place] }
        descriptions[place].lastSeenAt = last
        guard feeds[place].lastValue.isFinite else { return descriptions[place] }
        descriptions[place].lastValue = feeds[place].lastValue
        descriptions[place].lastValueAt = feeds[place].lastValueAt
        return descriptions[place]
    }
}
