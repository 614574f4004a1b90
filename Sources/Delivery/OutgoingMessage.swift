/// A message that a delivery wants published on MQTT.
public struct OutgoingMessage: Sendable, Equatable {
    public var topic: String
    /// Empty with `isRetained`: the broker forgets what it kept.
    public var payload: [UInt8]
    public var isRetained: Bool
    /// 1 for everything that is sent now: state messages are idempotent and numbered, so a
    /// duplicate is harmless, and QoS 2 loses messages (mqtt.md fact 3).
    public var qualityOfService: UInt8

    public init(
        topic: String,
        payload: [UInt8],
        isRetained: Bool,
        qualityOfService: UInt8 = 1,
    ) {
        self.topic = topic
        self.payload = payload
        self.isRetained = isRetained
        self.qualityOfService = qualityOfService
    }
}
