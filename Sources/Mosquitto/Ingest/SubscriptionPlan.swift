public import Monitoring

/// The filters that are really asked of a broker: an MQTT 5 broker sends one copy of a message per
/// matching filter, so a filter that another one covers is left out.
public struct SubscriptionPlan: Sendable, Equatable {
    /// What is subscribed, in the order of the configuration, no filter covering another.
    public private(set) var subscriptions: [Subscription] = []

    /// Merges the filters. A covering filter takes the highest quality of service of those that it
    /// stands for: delivery uses the lower of published and subscribed, so that loses nothing.
    /// Cost: quadratic in the number of filters, once per configuration.
    public init(_ wanted: [Subscription]) {
        for candidate in wanted { add(candidate) }
    }

    private mutating func add(_ candidate: Subscription) {
        let own = candidate.filter.asSubscribed
        if let index = subscriptions.firstIndex(where: { $0.filter.covers(own) }) {
            subscriptions[index].raise(to: candidate.qualityOfService)
            return
        }
        var added = Subscription(filter: own, qualityOfService: candidate.qualityOfService)
        for covered in subscriptions where own.covers(covered.filter) {
            added.raise(to: covered.qualityOfService)
        }
        subscriptions.removeAll { own.covers($0.filter) }
        subscriptions.append(added)
    }

    /// Pairs of filters that share topics although neither covers the other: `a/+` and `+/b`. An
    /// MQTT 5 broker sends such a message twice, so `assay check` warns of them.
    public var partialOverlaps: [(TopicFilter, TopicFilter)] {
        var pairs: [(TopicFilter, TopicFilter)] = []
        for (index, one) in subscriptions.enumerated() {
            for two in subscriptions[(index + 1)...] where one.filter.overlaps(two.filter) {
                pairs.append((one.filter, two.filter))
            }
        }
        return pairs
    }

    /// The filters as the broker knows them.
    var filters: Set<String> { Set(subscriptions.map(\.filter.subscription)) }

    /// The highest quality of service asked for; 0 without subscriptions.
    public var highestQualityOfService: UInt8 {
        subscriptions.map(\.qualityOfService).max() ?? 0
    }
}

extension Subscription {
    fileprivate mutating func raise(to quality: UInt8) {
        qualityOfService = max(qualityOfService, quality)
    }
}

extension TopicFilter {
    /// The filter with its names replaced by `+`: two filters that differ in names alone are one.
    fileprivate var asSubscribed: TopicFilter {
        // A filter's subscription text is a filter by construction; the fallback is never taken.
        (try? TopicFilter(subscription)) ?? self
    }
}
