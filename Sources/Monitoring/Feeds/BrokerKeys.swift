/// Which broker of the configuration a remembered feed belongs to, and which prefix the keys of a
/// broker's feeds bear.
///
/// Brokers are known by their names, so that one may be added before another, or two change places,
/// and every feed goes on. A name that is new in the place of one that is gone is taken for the same
/// broker, renamed; so is the place of a feed that was written down before names were.
///
/// Keys never change: a broker whose feeds bear no prefix keeps it so, wherever it stands, and one
/// whose feeds bear its name does. Where nothing is remembered of any, the first one bears none.
struct BrokerKeys: Sendable {
    private var placesByName: [String: UInt8] = [:]
    private var prefixes: [String?]
    /// By place: whether the history knows the broker that stands there by that name.
    private var isKnown: [Bool]

    init(_ names: [String], remembered: [FeedDescription]) {
        for (place, name) in names.enumerated() { placesByName[name] = UInt8(place) }
        let known = Set(remembered.compactMap(\.brokerName))
        isKnown = names.map { known.contains($0) }
        prefixes = names.map { $0 }
        var isUsed = names.map { _ in false }
        var bare: Int?
        for feed in remembered {
            guard let broker = place(of: feed).map(Int.init), !isUsed[broker] else { continue }
            isUsed[broker] = true
            let prefix = Self.prefix(of: feed)
            if prefix == nil { bare = bare ?? broker }
            // A renamed broker's feeds keep their keys, and its new ones are like them.
            if let prefix { prefixes[broker] = prefix }
        }
        if bare == nil, isUsed.first == false { bare = 0 }
        if let bare { prefixes[bare] = nil }
    }

    /// Where a feed's broker stands now; nil where it is gone.
    func place(of feed: FeedDescription) -> UInt8? {
        if let name = feed.brokerName, let place = placesByName[name] { return place }
        guard isKnown.indices.contains(Int(feed.broker)) else { return nil }
        return feed.brokerName == nil || !isKnown[Int(feed.broker)] ? feed.broker : nil
    }

    /// What stands before the `!` in a key; nil: nothing.
    func prefix(of broker: UInt8) -> String? { prefixes[Int(broker)] }

    /// A key with a prefix has the topic's own key behind a `!`; a broker's name needs no escape.
    private static func prefix(of feed: FeedDescription) -> String? {
        let bare = FeedKey.make(broker: nil, topic: feed.topic, field: nil)
        guard !feed.key.hasPrefix(bare), let end = feed.key.firstIndex(of: "!") else { return nil }
        return String(feed.key[..<end])
    }
}
