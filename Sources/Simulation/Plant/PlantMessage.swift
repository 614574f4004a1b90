public import Monitoring

/// What a simulated device puts on the wire, and when.
public struct PlantMessage: Sendable, Equatable {
    public var topic: String
    public var payload: [UInt8]
    /// When it must be published, on the gateway's wall clock.
    public var dueAt: ReceiveTime

    public init(topic: String, payload: [UInt8], dueAt: ReceiveTime) {
        self.topic = topic
        self.payload = payload
        self.dueAt = dueAt
    }
}
