// How a connection stands, as its state machine says.

extension ClientLink {
    var isOnline: Bool {
        if case .online = machine.state { true } else { false }
    }

    var isStopped: Bool { machine.state == .stopped }

    /// Waiting for CONNACK, with TLS also for the end of the handshake.
    var isHandshaking: Bool {
        if case .awaitingAcknowledgement = machine.state { true } else { false }
    }

    /// Waiting for the answers to the first SUBSCRIBEs.
    var isSubscribing: Bool {
        if case .subscribing = machine.state { true } else { false }
    }
}
