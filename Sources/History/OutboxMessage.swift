public import Monitoring

/// What one delivery has to send, written in the transaction of the transition that it tells of, so
/// that neither can exist without the other.
public struct OutboxMessage: Sendable, Equatable {
    /// Which delivery is to send it, by its name in the configuration.
    public var delivery: String
    public var topic: String
    public var payload: [UInt8]
    /// Whether the receiver keeps it as the topic's state (MQTT's retain).
    public var isRetained: Bool
    /// `AlarmTransition.sequence` of what it tells of.
    public var sequence: Int64
    /// When that happened.
    public var at: ReceiveTime

    public init(
        delivery: String,
        topic: String,
        payload: [UInt8],
        isRetained: Bool,
        sequence: Int64,
        at: ReceiveTime,
    ) {
        self.delivery = delivery
        self.topic = topic
        self.payload = payload
        self.isRetained = isRetained
        self.sequence = sequence
        self.at = at
    }
}

/// A message that waits in the outbox.
public struct PendingMessage: Sendable, Equatable {
    /// Given in the order of writing; never reused while the daemon runs.
    public var id: Int64
    public var message: OutboxMessage
}
