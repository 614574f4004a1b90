/// One broker that messages are read from.
public struct IngestSource: Sendable, Equatable {
    public var broker: BrokerSettings
    /// What is asked of it, merged.
    public var plan: SubscriptionPlan

    public init(broker: BrokerSettings, subscriptions: [Subscription]) {
        self.broker = broker
        plan = SubscriptionPlan(subscriptions)
    }
}
