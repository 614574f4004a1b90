/// A publication on its way: given by `publish`, named by its confirmation. Never reused.
public struct PublishToken: Hashable, Comparable, Sendable {
    public let number: UInt64

    init(number: UInt64) {
        self.number = number
    }

    public static func < (left: PublishToken, right: PublishToken) -> Bool {
        left.number < right.number
    }
}

/// What became of a publication.
public struct PublishConfirmation: Sendable, Equatable {
    public var token: PublishToken
    /// nil: acknowledged by the broker (QoS 1) or written to the socket (QoS 0). Otherwise it will
    /// not be tried again by the connection.
    public var problem: ConnectionProblem?
}

/// Why `publish` took nothing.
public enum PublishRefusal: Error, Sendable, Equatable {
    /// `Limits.publishesWaiting` publications are unconfirmed; try again after a confirmation.
    case full
    /// The connection is being stopped.
    case stopped
}
