public import Monitoring

/// One topic filter asked of a broker.
public struct Subscription: Sendable, Equatable {
    public var filter: TopicFilter
    /// Delivery quality asked for: 0 or 1. QoS 2 loses messages in libmosquitto.
    public var qualityOfService: UInt8

    public init(filter: TopicFilter, qualityOfService: UInt8) {
        precondition(qualityOfService <= 1, "a subscription of QoS 2 got past the settings")
        self.filter = filter
        self.qualityOfService = qualityOfService
    }
}
