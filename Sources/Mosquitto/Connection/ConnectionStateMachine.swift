internal import Monitoring

/// The phases of one broker connection, without a socket, clock or lock: each event is a method,
/// which returns what its owner has to do.
///
/// ```
/// idle → connecting → awaiting CONNACK → subscribing → online
///            ↑               |  any loss     |            |
///        backing off ←———————+———————————————+————————————+→ awaiting the store
/// ```
/// `stop` leads from every state to *stopped*, through *stopping* while there is a connection whose
/// acknowledgements and DISCONNECT must still be written.
struct ConnectionStateMachine: Sendable {
    enum State: Sendable, Equatable {
        case idle
        /// A connector thread looks up the name and waits for TCP.
        case connecting(slowAt: MonotonicTime, isReportedSlow: Bool)
        case awaitingAcknowledgement(deadline: MonotonicTime)
        case subscribing(deadline: MonotonicTime, sessionPresent: Bool)
        case online(since: MonotonicTime)
        case backingOff(until: MonotonicTime)
        /// Closed by us because nothing can be committed.
        case awaitingStore
        case stopping
        case stopped
    }

    enum Action: Sendable, Equatable {
        case none
        /// Start a connector for this attempt.
        case connect(attempt: Int, version: ProtocolVersion)
        /// Take over the connected handle, write CONNECT.
        case adopt
        /// Throw the handle away: it comes too late.
        case discard
        case subscribe(reports: [ConnectionEvent.Kind])
        /// Tell everybody that messages flow.
        case comeOnline(reports: [ConnectionEvent.Kind])
        /// Destroy the handle, without writing anything.
        case close(wasOnline: Bool, reports: [ConnectionEvent.Kind])
        case report([ConnectionEvent.Kind])
        /// Write what is due, then DISCONNECT.
        case disconnect
    }

    /// Longest wait for CONNACK and for SUBACK, and before a slow connect is reported.
    static let answerDeadline = Nanoseconds.seconds(10)
    /// A connection that lasted this long ends a series of failures.
    static let lasting = Nanoseconds.seconds(10)

    private(set) var state = State.idle
    private(set) var version = ProtocolVersion.v5
    /// Attempts made so far; the number of the current one.
    private(set) var attempt = 0
    /// Times that it came online.
    private(set) var timesOnline = 0
    private var backoff = Backoff()
    private var takeovers = TakeoverWatch()
    private let expectsSession: Bool

    /// `expectsSession`: the broker should keep our session, so its absence is reported.
    init(expectsSession: Bool) {
        self.expectsSession = expectsSession
    }

    // MARK: Connecting

    mutating func start(at now: MonotonicTime) -> Action {
        switch state {
        case .idle: connect(at: now)
        case .stopped: .none
        case .connecting, .awaitingAcknowledgement, .subscribing, .online, .backingOff,
            .awaitingStore, .stopping:
            preconditionFailure("a connection was started in state \(state)")
        }
    }

    private mutating func connect(at now: MonotonicTime) -> Action {
        attempt += 1
        state = .connecting(slowAt: now.after(Self.answerDeadline), isReportedSlow: false)
        return .connect(attempt: attempt, version: version)
    }

    /// The connector brought a handle with an open socket.
    mutating func connected(attempt: Int, at now: MonotonicTime) -> Action {
        switch state {
        case .connecting where attempt == self.attempt:
            state = .awaitingAcknowledgement(deadline: now.after(Self.answerDeadline))
            return .adopt
        case .idle, .connecting, .awaitingAcknowledgement, .subscribing, .online, .backingOff,
            .awaitingStore, .stopping, .stopped:
            return .discard
        }
    }

    /// The connector gave up.
    mutating func connectFailed(
        attempt: Int,
        _ problem: ConnectionProblem,
        at now: MonotonicTime,
        chance: UInt64,
    ) -> Action {
        switch state {
        case .connecting where attempt == self.attempt:
            backOff(at: now, chance: chance)
            return .report([.couldNotConnect(problem, attempt: backoff.failures)])
        case .idle, .connecting, .awaitingAcknowledgement, .subscribing, .online, .backingOff,
            .awaitingStore, .stopping, .stopped:
            return .none
        }
    }

    private mutating func backOff(at now: MonotonicTime, chance: UInt64) {
        state = .backingOff(until: now.after(backoff.next(chance: chance)))
    }

    /// CONNACK said yes.
    mutating func acknowledged(sessionPresent: Bool, at now: MonotonicTime) -> Action {
        switch state {
        case .awaitingAcknowledgement:
            let isLost = expectsSession && !sessionPresent && timesOnline > 0
            state = .subscribing(
                deadline: now.after(Self.answerDeadline),
                sessionPresent: sessionPresent,
            )
            return .subscribe(reports: isLost ? [.sessionLost] : [])
        // A second CONNACK is the broker's mistake, and says nothing new.
        case .subscribing, .online, .stopping, .stopped: return .none
        case .idle, .connecting, .backingOff, .awaitingStore:
            preconditionFailure("a CONNACK was noted in state \(state)")
        }
    }

    /// All subscriptions were answered, or there were none.
    mutating func granted(at now: MonotonicTime) -> Action {
        switch state {
        case .subscribing(_, let present):
            state = .online(since: now)
            timesOnline += 1
            return .comeOnline(reports: [.online(version: version, sessionPresent: present)])
        case .idle, .connecting, .awaitingAcknowledgement, .online, .backingOff, .awaitingStore,
            .stopping, .stopped:
            return .none
        }
    }

    // MARK: Losing

    /// The connection is gone, or CONNACK said no.
    mutating func lost(
        _ problem: ConnectionProblem,
        at now: MonotonicTime,
        chance: UInt64,
    ) -> Action {
        switch state {
        case .awaitingAcknowledgement
        where version == .v5 && problem.cause == .broker(.unsupportedProtocolVersion):
            version = .v311
            state = .backingOff(until: now)
            return .close(wasOnline: false, reports: [.fellBackTo311])
        case .awaitingAcknowledgement, .subscribing:
            backOff(at: now, chance: chance)
            let report = ConnectionEvent.Kind.couldNotConnect(problem, attempt: backoff.failures)
            return .close(wasOnline: false, reports: [report])
        case .online(let since):
            if now.since(since) >= Self.lasting { backoff.reset() }
            var reports = [ConnectionEvent.Kind.lost(problem)]
            if let losses = takeovers.lost(problem, at: now) {
                reports.append(.clientIDContested(lossesPerMinute: losses))
            }
            backOff(at: now, chance: chance)
            return .close(wasOnline: true, reports: reports)
        case .stopping:
            state = .stopped
            return .close(wasOnline: false, reports: [])
        case .idle, .connecting, .backingOff, .awaitingStore, .stopped:
            return .none
        }
    }

    // MARK: Time

    /// When `tick` has something to do; `.never` where only an event leads on.
    var deadline: MonotonicTime {
        switch state {
        case .connecting(let slowAt, isReportedSlow: false): slowAt
        case .awaitingAcknowledgement(let deadline): deadline
        case .subscribing(let deadline, _): deadline
        case .backingOff(let until): until
        case .idle, .connecting, .online, .awaitingStore, .stopping, .stopped: .never
        }
    }

    /// Time has passed.
    mutating func tick(at now: MonotonicTime, chance: UInt64) -> Action {
        guard deadline <= now else { return .none }
        switch state {
        case .connecting(let slowAt, _):
            state = .connecting(slowAt: slowAt, isReportedSlow: true)
            return .report([.stillConnecting])
        case .awaitingAcknowledgement:
            return lost(ConnectionProblem(.noConnectAnswer), at: now, chance: chance)
        case .subscribing:
            return lost(ConnectionProblem(.noSubscribeAnswer), at: now, chance: chance)
        case .backingOff: return connect(at: now)
        case .idle, .online, .awaitingStore, .stopping, .stopped: return .none
        }
    }

    // MARK: The store

    /// Nothing could be committed, or taken from us, for half the keep-alive time.
    mutating func storeStalled() -> Action {
        switch state {
        case .connecting, .awaitingAcknowledgement, .subscribing, .backingOff:
            state = .awaitingStore
            return .close(wasOnline: false, reports: [.closedForStore])
        case .online:
            state = .awaitingStore
            return .close(wasOnline: true, reports: [.closedForStore])
        case .idle, .awaitingStore, .stopping, .stopped: return .none
        }
    }

    /// Something was committed again.
    mutating func storeRecovered(at now: MonotonicTime) -> Action {
        switch state {
        case .awaitingStore: connect(at: now)
        case .idle, .connecting, .awaitingAcknowledgement, .subscribing, .online, .backingOff,
            .stopping, .stopped:
            .none
        }
    }

    // MARK: Stopping

    mutating func stop() -> Action {
        switch state {
        case .awaitingAcknowledgement, .subscribing, .online:
            state = .stopping
            return .disconnect
        case .stopping, .stopped: return .none
        case .idle, .connecting, .backingOff, .awaitingStore:
            state = .stopped
            return .none
        }
    }

    /// DISCONNECT was written, or its deadline has passed.
    mutating func disconnected() -> Action {
        switch state {
        case .stopping:
            state = .stopped
            return .close(wasOnline: false, reports: [])
        case .idle, .connecting, .awaitingAcknowledgement, .subscribing, .online, .backingOff,
            .awaitingStore, .stopped:
            return .none
        }
    }
}
