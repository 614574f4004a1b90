/// A message that must reach the broker: written in the transaction of its transition, removed when
/// the broker has confirmed it or a later one has taken its place.
public struct OutboxEntry: Sendable, Equatable {
    /// Unique and rising: twice the transition's sequence, plus 1 for its event.
    public var id: Int64
    /// Messages of the same subject replace each other; nil: each one counts.
    public var replaces: String?
    public var message: OutgoingMessage
    /// Whether the outbox holds it. What was announced without being stored has no row: that it is
    /// confirmed or superseded says nothing of the row that comes later under the same id.
    public var isStored: Bool

    public init(id: Int64, replaces: String?, message: OutgoingMessage, isStored: Bool = true) {
        self.id = id
        self.replaces = replaces
        self.message = message
        self.isStored = isStored
    }
}
