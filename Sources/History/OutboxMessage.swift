public import Monitoring

/// What one delivery has to send, written in the transaction of the transition that it tells of, so
/// that neither can exist without the other.
public struct OutboxMessage: Sendable, Equatable {
    /// Unique and rising, given by the delivery: 1 or above.
    public var id: Int64
    /// What a later message of the same subject makes superfluous; nil: each one counts.
    public var replaces: String?
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
        id: Int64,
        replaces: String?,
        delivery: String,
        topic: String,
        payload: [UInt8],
        isRetained: Bool,
        sequence: Int64,
        at: ReceiveTime,
    ) {
        self.id = id
        self.replaces = replaces
        self.delivery = delivery
        self.topic = topic
        self.payload = payload
        self.isRetained = isRetained
        self.sequence = sequence
        self.at = at
    }
}
