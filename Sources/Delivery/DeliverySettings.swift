public import Monitoring

/// One entry of `deliveries:`; more kinds come with their issues.
public struct DeliverySettings: Sendable, Equatable {
    public enum Kind: Sendable, Equatable {
        /// Alarm topics on the first broker, over the publishing connection.
        case mqtt
    }

    public var kind: Kind
    /// Which priorities are sent; empty: all but journal.
    public var priorities: [Priority]

    public init(kind: Kind, priorities: [Priority] = []) {
        self.kind = kind
        self.priorities = priorities
    }
}
