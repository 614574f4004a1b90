public import Monitoring

/// Something a person may have to know of a broker connection, in the order in which it happened.
public struct ConnectionEvent: Sendable, Equatable {
    public enum Kind: Sendable, Equatable {
        /// Connected, subscriptions answered. `sessionPresent`: the broker kept our queue.
        case online(version: ProtocolVersion, sessionPresent: Bool)
        /// The connection was lost after it had been online.
        case lost(ConnectionProblem)
        /// An attempt failed; `attempt` counts those since the last success.
        case couldNotConnect(ConnectionProblem, attempt: Int)
        /// An attempt has been waiting for name lookup or TCP for ten seconds and goes on waiting.
        case stillConnecting
        /// The broker does not speak MQTT 5; 3.1.1 is used from now on, where the broker's own
        /// `max_inflight_messages` limits the rate.
        case fellBackTo311
        /// The broker had kept no session although one existed: messages may be missing.
        case sessionLost
        /// Subscriptions were changed, and all of them answered anew.
        case resubscribed
        /// A filter was refused: its feeds get no messages.
        case subscriptionRefused(filter: String, ReasonCode)
        /// A filter was granted with a lower quality of service than asked for.
        case grantedLower(filter: String, qualityOfService: UInt8)
        /// The connection is lost again and again right after it was made, as it happens when two
        /// clients share a client id; the number of losses within the last minute.
        case clientIDContested(lossesPerMinute: Int)
        /// Closed by us without acknowledging, because the store could not commit for half the
        /// keep-alive time. The broker sends all of it again.
        case closedForStore
        /// The events before this one did not fit the list: how many were dropped.
        case eventsDropped(Int)
    }

    /// Index of the broker in the configuration.
    public var broker: Int
    public var at: ReceiveTime
    public var kind: Kind

    public init(broker: Int, at: ReceiveTime, kind: Kind) {
        self.broker = broker
        self.at = at
        self.kind = kind
    }

    /// What happened, as a clause that follows the broker's name.
    public var text: String { kind.text }
}

extension ConnectionEvent.Kind {
    /// What happened, as a clause that follows the broker's name.
    public var text: String {
        switch self {
        case .online(let version, let present):
            "is connected with MQTT \(version.text), \(present ? "the session was kept" : "a new session")"
        case .lost(let problem): "was lost: \(problem.text)"
        case .couldNotConnect(let problem, _): "cannot be reached: \(problem.text)"
        case .stillConnecting: "has not answered for ten seconds; still trying to connect"
        case .fellBackTo311: "does not speak MQTT 5; MQTT 3.1.1 is used"
        case .sessionLost: "has lost our session; messages from the time away may be missing"
        case .resubscribed: "has answered the changed subscriptions"
        case .subscriptionRefused(let filter, let reason):
            "refused the subscription \(filter): \(reason.text)"
        case .grantedLower(let filter, let quality):
            "granted only QoS \(quality) for the subscription \(filter)"
        case .clientIDContested(let losses):
            "dropped the connection \(losses) times within a minute; "
                + "look for a second client with the same client id"
        case .closedForStore:
            "was disconnected because the store cannot commit; nothing was acknowledged"
        case .eventsDropped(let count): "had \(count) more events than the list holds"
        }
    }
}
