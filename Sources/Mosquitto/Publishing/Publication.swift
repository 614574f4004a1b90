/// A message to publish.
public struct Publication: Sendable, Equatable {
    public var topic: String
    public var payload: [UInt8]
    /// 0 or 1.
    public var qualityOfService: UInt8
    /// The broker keeps it for later subscribers; an empty payload then clears it.
    public var isRetained: Bool

    public init(topic: String, payload: [UInt8], qualityOfService: UInt8, isRetained: Bool) {
        precondition(qualityOfService <= 1, "a publication of QoS 2")
        self.topic = topic
        self.payload = payload
        self.qualityOfService = qualityOfService
        self.isRetained = isRetained
    }
}
