public import Monitoring

/// An undecodable message as the quarantine keeps it.
public struct QuarantinedMessage: Sendable, Equatable {
    public var feed: FeedID
    public var at: ReceiveTime
    public var problem: DecodeProblem
    /// Byte of the payload at which reading stopped.
    public var offset: Int32
    /// Bytes of the whole payload.
    public var payloadLength: Int
    /// Its first bytes, at most `Limits.quarantinedBytes`.
    public private(set) var payload: [UInt8]

    /// Keeps the beginning of the payload.
    public init(
        feed: FeedID,
        at: ReceiveTime,
        problem: DecodeProblem,
        offset: Int32,
        payload: some Collection<UInt8>,
    ) {
        self.feed = feed
        self.at = at
        self.problem = problem
        self.offset = offset
        payloadLength = payload.count
        self.payload = Array(payload.prefix(Limits.quarantinedBytes))
    }
}
