public import Delivery
public import History
public import Monitoring
public import Mosquitto

/// A valid configuration: the settings of every part, each already of its own type.
///
/// `Configuration.load` is the only way to one from files. What it returns holds no contradiction
/// that `assay check` knows of; what is merely doubtful stands in `warnings`.
public struct Configuration: Sendable {
    /// Names this gateway in topics (`assay/<gateway>/…`); the host's name where none is given.
    public var gateway: String
    /// At least one. Feeds refer to them by index.
    public var brokers: [BrokerSettings]
    public var store: StoreSettings
    public var discovery: DiscoverySettings
    /// At least one, in the order of the files.
    public var feeds: [FeedConfiguration]
    public var deliveries: [DeliverySettings]
    /// Names of classes, in the order of the files.
    public var classNames: [String]
    /// Doubtful and accepted, in the order of places.
    public var warnings: [Problem]
    /// The files it was read from, in the order of reading.
    public var files: [String]

    /// Topics at or below it are ours: `assay/<gateway>`.
    public var ownTopicRoot: String { Self.ownTopicRoot(of: gateway) }

    static func ownTopicRoot(of gateway: String) -> String { "assay/\(gateway)" }

    /// The settings of the feed monitor. `hashSeed` has no effect on results.
    public func monitorSettings(hashSeed: UInt64 = 0) -> MonitorSettings {
        MonitorSettings(
            ownTopicRoot: ownTopicRoot,
            brokerNames: brokers.map(\.name),
            rules: feeds.map(\.rule),
            discoveredFeedLimit: discovery.limit,
            forgetAfter: discovery.forgetAfter,
            hashSeed: hashSeed,
        )
    }

    /// What to subscribe to at a broker: the filters of its feeds as the broker knows them, without
    /// those that another one covers, because a broker sends one copy per matching filter. Sorted.
    /// Cost: quadratic in the filters with wildcards.
    public func subscriptions(ofBroker index: Int) -> [String] {
        let mine = feeds.map(\.rule).filter { $0.broker.map(Int.init) ?? index == index }
        var wide: [TopicFilter] = []
        var texts: Set<String> = []
        for rule in mine where !rule.isDeclared && texts.insert(rule.filter.subscription).inserted {
            wide.append(rule.filter)
        }
        let widest = wide.filter { filter in
            !wide.contains { $0.subscription != filter.subscription && $0.covers(filter) }
        }
        let exact = mine.filter { rule in
            rule.isDeclared && !widest.contains { $0.covers(rule.filter) }
        }
        return Set(widest.map(\.subscription) + exact.map(\.filter.subscription)).sorted()
    }
}
