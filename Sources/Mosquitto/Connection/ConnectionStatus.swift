/// How one broker connection stands: a snapshot for metrics and `status` messages, at most 100 ms
/// old.
public struct ConnectionStatus: Sendable, Equatable {
    public enum Phase: String, Sendable, CaseIterable {
        case idle
        case connecting
        case subscribing
        case online
        case backingOff = "backing_off"
        case awaitingStore = "awaiting_store"
        case stopping
        case stopped
    }

    /// The broker's name.
    public var name: String
    public var phase: Phase
    public var version: ProtocolVersion
    /// Times that the connection was made again after the first time.
    public var reconnects: Int
    /// Attempts to connect so far.
    public var attempts: Int
    /// Filters that the broker granted.
    public var grantedFilters: Int
    /// Messages that the broker sends before it waits for acknowledgements: our receive maximum
    /// with MQTT 5; with 3.1.1 the broker decides, and the usual default of 20 is assumed.
    public var inFlightLimit: Int
    /// Messages read and not yet committed.
    public var unacknowledged: Int
    /// Since the start of the loop.
    public var messagesReceived: UInt64
    /// Of these, copies of messages that had been received before; since the start of the loop.
    public var messagesRedelivered: UInt64
    /// Topics and payloads, since the start of the loop.
    public var bytesReceived: UInt64
    /// Why the last attempt or connection failed.
    public var lastProblem: ConnectionProblem?
}

extension ConnectionStatus {
    /// What mosquitto and others allow an MQTT 3.1.1 client unless configured otherwise.
    static let inFlightLimitOf311 = 20

    init(_ link: ClientLink) {
        let machine = link.machine
        name = link.settings.name
        phase = Phase(machine.state)
        version = machine.version
        reconnects = max(0, machine.timesOnline - 1)
        attempts = machine.attempt
        grantedFilters = link.grantedFilters
        inFlightLimit =
            machine.version == .v5 ? Int(link.settings.receiveMaximum) : Self.inFlightLimitOf311
        unacknowledged = link.unacknowledged
        messagesReceived = link.messagesReceived
        messagesRedelivered = link.messagesRedelivered
        bytesReceived = link.bytesReceived
        lastProblem = link.lastProblem
    }
}

extension ConnectionStatus.Phase {
    init(_ state: ConnectionStateMachine.State) {
        self =
            switch state {
            case .idle: .idle
            case .connecting, .awaitingAcknowledgement: .connecting
            case .subscribing: .subscribing
            case .online: .online
            case .backingOff: .backingOff
            case .awaitingStore: .awaitingStore
            case .stopping: .stopping
            case .stopped: .stopped
            }
    }
}
