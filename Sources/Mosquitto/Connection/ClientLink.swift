internal import Glibc
internal import Monitoring

/// One broker connection on its poll thread: the state machine, the present handle, and what joins
/// them. Used by one thread alone.
///
/// What the owner must know comes as `effects`, in order, to be taken after each call.
final class ClientLink {
    enum Effect {
        /// Messages flow; all filters were answered. The batch holds it already, where there is one.
        case up
        /// They no longer do.
        case down
        /// They no longer do, because our own store cannot commit.
        case closed
        case report(ConnectionEvent.Kind)
        /// A publication was written (QoS 0) or acknowledged (QoS 1).
        case published(message: Int32, ReasonCode)
    }

    /// Its place among the links of the loop.
    let index: Int
    let settings: BrokerSettings
    private let identity: ClientIdentity
    private let slot: BatchSlot?
    private let mailbox: ConnectorMailbox
    private let random: @Sendable () -> UInt64
    /// Outlives the connections: it knows what the next one may bring again.
    private let redelivery: RedeliveryMemory?

    private(set) var machine: ConnectionStateMachine
    private(set) var session: ClientSession?
    private var effects: [Effect] = []
    private var subscriptions: SubscriptionExchange
    private var signs = SignExchange()
    /// The library may hold decrypted bytes that poll does not see: read again without waiting.
    private(set) var mustReadAgain = false
    private var packetsLastVisit = 0
    /// Since when something read has not been committed.
    private var unacknowledgedSince: MonotonicTime?
    /// Acknowledgements queued, committed and not yet given to the socket.
    private var acknowledgementsDue = 0
    private(set) var lastProblem: ConnectionProblem?
    private var patience = Nanoseconds(0)
    private var earlierMessages: UInt64 = 0
    private var earlierBytes: UInt64 = 0
    private var earlierRedelivered: UInt64 = 0

    init(
        index: Int,
        settings: BrokerSettings,
        identity: ClientIdentity,
        plan: SubscriptionPlan,
        slot: BatchSlot?,
        mailbox: ConnectorMailbox,
        random: @escaping @Sendable () -> UInt64,
    ) {
        self.index = index
        self.settings = settings
        self.identity = identity
        subscriptions = SubscriptionExchange(plan)
        self.slot = slot
        self.mailbox = mailbox
        self.random = random
        // The publishing connection, which has no slot, subscribes to nothing.
        redelivery = slot.map { _ in RedeliveryMemory() }
        machine = ConnectionStateMachine(expectsSession: !identity.isClean)
    }

    // MARK: What the owner asks

    /// The socket to watch; negative where there is none.
    var descriptor: Int32 { session?.descriptor ?? -1 }

    var grantedFilters: Int { subscriptions.grantedFilters }

    var messagesReceived: UInt64 { earlierMessages + (session?.messagesReceived ?? 0) }
    var bytesReceived: UInt64 { earlierBytes + (session?.bytesReceived ?? 0) }
    var messagesRedelivered: UInt64 { earlierRedelivered + (session?.messagesRedelivered ?? 0) }

    /// Messages read whose acknowledgement waits for a commit.
    var unacknowledged: Int { session?.unacknowledged ?? 0 }

    func takeEffects() -> [Effect] {
        guard !effects.isEmpty else { return [] }
        let taken = effects
        effects.removeAll()
        return taken
    }

    // MARK: Events

    func start(at now: MonotonicTime) {
        perform(machine.start(at: now), at: now)
    }

    func tick(at now: MonotonicTime) {
        if machine.deadline <= now { perform(machine.tick(at: now, chance: random()), at: now) }
        // A TLS handshake may have bytes to write that poll does not tell of.
        if isHandshaking { read(at: now) }
    }

    /// - Parameter patience: how long the broker may take to read what was written.
    func stop(at now: MonotonicTime, patience: Nanoseconds) {
        self.patience = patience
        perform(machine.stop(), at: now)
    }

    func finish(_ outcome: Connector.Outcome, at now: MonotonicTime) {
        switch outcome.result {
        case .success(let session):
            let action = machine.connected(attempt: outcome.attempt, at: now)
            if action == .adopt { adopt(session, at: now) }
        case .failure(let problem):
            let action = machine.connectFailed(
                attempt: outcome.attempt,
                problem,
                at: now,
                chance: random(),
            )
            perform(action, at: now)
        }
    }

    private func adopt(_ session: ClientSession, at now: MonotonicTime) {
        session.slot = slot
        session.broker = UInt8(index)
        session.redelivery = redelivery
        self.session = session
        flush(at: now)
    }

    // MARK: Reading and writing

    /// Reads until the socket is empty or the batch is full.
    ///
    /// `isQuiet`: nothing had come for a whole cycle. Where the last visit found a single packet too,
    /// only one is read: at low rates the read that finds nothing is a fifth of the system calls.
    /// Poll tells if there is more, and then it was not quiet.
    func read(at now: MonotonicTime, isQuiet: Bool = false) {
        mustReadAgain = false
        let readsOne = isQuiet && packetsLastVisit <= 1
        var packets = 0
        defer { packetsLastVisit = packets }
        while let session {
            if let slot, slot.batch.isFull {
                mustReadAgain = true
                break
            }
            let result = session.read(isHandshaking: isHandshaking)
            if session.hasNotes { handleNotes(of: session, at: now) }
            guard self.session === session else { break }
            if case .failed(let code, let number) = result {
                // Without a note the library closed the socket silently, as after a failed
                // handshake.
                lose(.library(code, errno: code == .systemError ? number : 0), at: now)
                break
            }
            // A step of a handshake may leave nothing to read and not say so.
            if result == .drained || isHandshaking { break }
            packets += 1
            if readsOne { break }
        }
        noteUnacknowledged(at: now)
        // Until CONNACK nothing can be unacknowledged, and TLS has CONNECT ready only now.
        if isHandshaking { flush(at: now) }
    }

    private func noteUnacknowledged(at now: MonotonicTime) {
        if unacknowledgedSince == nil, unacknowledged > 0 { unacknowledgedSince = now }
    }

    /// Everything read is committed: its acknowledgements may be written.
    func markCommitted(at now: MonotonicTime) {
        acknowledgementsDue += unacknowledged
        session?.unacknowledged = 0
        unacknowledgedSince = nil
    }

    /// Something was committed: a connection that was closed because nothing could be is made again.
    func storeRecovered(at now: MonotonicTime) {
        perform(machine.storeRecovered(at: now), at: now)
    }

    /// Writes what is queued, unless an acknowledgement in it has to wait for a commit.
    func flushIfAllowed(at now: MonotonicTime) {
        guard let session, session.unacknowledged == 0, session.wantsWrite else { return }
        // A packet per acknowledgement would cost more than the acknowledgement.
        let isCorked = acknowledgementsDue > 4
        if acknowledgementsDue > 0 { redelivery?.noteAcknowledgementsWritten() }
        acknowledgementsDue = 0
        if isCorked { session.setCork(1) }
        flush(at: now)
        if isCorked { session.setCork(0) }
    }

    private func flush(at now: MonotonicTime) {
        guard let session else { return }
        let code = session.write()
        if session.hasNotes { handleNotes(of: session, at: now) }
        if self.session === session, code != .success { lose(.library(code, errno: 0), at: now) }
    }

    /// Whether poll should tell when the socket takes more.
    var wantsWrite: Bool {
        guard let session, session.unacknowledged == 0 else { return false }
        // In a TLS handshake the library claims to want it all the time.
        if isHandshaking, settings.tls != nil { return false }
        return session.wantsWrite
    }

    /// Once a second: PINGREQ and its answer, and the store that does not commit.
    ///
    /// - Parameter blockedSince: since when nothing may be read, so that the answer to a PINGREQ or
    ///   SUBSCRIBE would not be seen either: better no connection than one that fails again and
    ///   again.
    func maintain(at now: MonotonicTime, blockedSince: MonotonicTime? = nil) {
        if let since = [unacknowledgedSince, blockedSince].compactMap(\.self).min(),
            now.since(since) > .milliseconds(Int64(settings.keepAlive) * 500)
        {
            perform(machine.storeStalled(), at: now)
        }
        guard let session, !isHandshaking else { return }
        endLogIfIdle()
        let code = session.maintain()
        if session.hasNotes { handleNotes(of: session, at: now) }
        if self.session === session, code != .success { lose(.library(code, errno: 0), at: now) }
    }

    /// Publishes now; nil where there is no connection. Throws what would fail again.
    func publish(_ publication: Publication) throws(ConnectionProblem) -> Int32? {
        guard isOnline, let session else { return nil }
        do throws(ConnectionProblem) {
            return try session.publish(publication)
        } catch  where error.cause == .library(.notConnected, errno: 0) {
            return nil
        }
    }

    /// DISCONNECT after everything that was queued; the answer is the end of the socket.
    private func disconnect(at now: MonotonicTime) {
        guard let session else { return }
        // It would take acknowledgements along that no commit stands behind.
        guard session.unacknowledged == 0 else { return abandon(at: now) }
        let close = OrderlyClose(of: session.descriptor)
        session.disconnect()
        flush(at: now)
        close.finish(isClosed: session.descriptor < 0, patience: patience)
    }

    /// The deadline for a clean end has passed, or there is nothing more to write.
    func abandon(at now: MonotonicTime) {
        perform(machine.disconnected(), at: now)
    }

    // MARK: Notes of the callbacks

    private func handleNotes(of session: ClientSession, at now: MonotonicTime) {
        for note in session.takeNotes() {
            guard self.session === session else { return }
            switch note {
            case .connectAnswer(let reason, let present):
                handleAnswer(reason, sessionPresent: present, at: now)
            case .subscribeAnswer(let message, let codes):
                handleGrant(message, codes, at: now)
            case .unsubscribeAnswer(let message): handleSign(message)
            case .published(let message, let reason):
                effects.append(.published(message: message, reason))
            case .disconnected(let cause): lose(cause, at: now)
            }
        }
    }

    private func handleAnswer(_ reason: ReasonCode, sessionPresent: Bool, at now: MonotonicTime) {
        if reason == .success {
            let action = machine.acknowledged(sessionPresent: sessionPresent, at: now)
            if case .none = action { return }
            redelivery?.begin(isResumed: sessionPresent)
            endLogIfIdle()
            perform(action, at: now)
        } else {
            lose(.broker(reason), at: now)
        }
    }

    /// Until what may come again has come, the log is needed for its DUP flags.
    private func endLogIfIdle() {
        guard let session, session.isLogging, redelivery?.expectsCopies != true else { return }
        session.endLog()
    }

    private func handleGrant(_ message: Int32, _ codes: [UInt8], at now: MonotonicTime) {
        guard let reports = subscriptions.take(message, codes) else { return }
        effects.append(contentsOf: reports.map { .report($0) })
        noteGrants(at: now)
    }

    private func noteGrants(at now: MonotonicTime) {
        guard subscriptions.isComplete else { return }
        if isOnline { report([.resubscribed]) } else { perform(machine.granted(at: now), at: now) }
    }

    /// Other filters are wanted. Without a connection the next one asks for them.
    func subscribe(to plan: SubscriptionPlan, at now: MonotonicTime) {
        subscriptions.change(to: plan)
        guard isOnline || isSubscribing else { return }
        subscribe(at: now)
    }

    /// Asks the broker for a sign of life, which comes as `answered`: at once behind what is still to be
    /// acknowledged. One question at a time.
    func ask() {
        if let session, slot != nil, isOnline { signs.ask(on: session) }
    }

    private func handleSign(_ message: Int32) {
        guard let slot, signs.take(message) else { return subscriptions.takeBack(message) }
        slot.batch.append(.answered, at: slot.receivedAt, broker: UInt8(index))
    }

    private func lose(_ cause: ConnectionProblem.Cause, at now: MonotonicTime) {
        let detail = session?.errorLog ?? ""
        var problem = ConnectionProblem(cause, detail: detail)
        // An alert is what the other side says; what TLS says otherwise is our own refusal.
        let isOwnRefusal = !detail.isEmpty && !detail.contains(" alert ")
        if let tls = settings.tls, isHandshaking, !isOwnRefusal, case .library = cause {
            problem.cause = .endedInHandshake(hasCertificate: tls.certificate != nil)
        }
        perform(machine.lost(problem, at: now, chance: random()), at: now)
    }

    // MARK: Actions of the state machine

    private func perform(_ action: ConnectionStateMachine.Action, at now: MonotonicTime) {
        switch action {
        case .none, .adopt, .discard: break
        case .connect(let attempt, let version):
            Connector(settings: settings, identity: identity, version: version)
                .start(link: index, attempt: attempt, mailbox: mailbox)
        case .subscribe(let reports):
            report(reports)
            subscribe(at: now)
        case .comeOnline(let reports):
            session?.announce()
            effects.append(.up)
            ask()
            report(reports)
        case .close(let wasOnline, let reports):
            let isForStore = reports.contains {
                if case .closedForStore = $0 { true } else { false }
            }
            let wasUp = wasOnline || session?.isAnnounced == true
            close(wasUp ? (isForStore ? .closed : .down) : nil)
            report(reports)
        case .report(let reports): report(reports)
        case .disconnect: disconnect(at: now)
        }
    }

    private func report(_ reports: [ConnectionEvent.Kind]) {
        for kind in reports {
            switch kind {
            case .lost(let problem), .couldNotConnect(let problem, _): lastProblem = problem
            default: break
            }
            effects.append(.report(kind))
        }
    }

    private func subscribe(at now: MonotonicTime) {
        guard let session else { return }
        do throws(ConnectionProblem) {
            try subscriptions.ask(on: session)
        } catch {
            return lose(error.cause, at: now)
        }
        // At once: behind CONNACK may come messages that a commit has to follow before anything can
        // be written. Where such have come already, behind that commit.
        if session.unacknowledged == 0 { flush(at: now) }
        noteGrants(at: now)
    }

    /// - Parameter effect: what this means to the owner; nil where no message could have come.
    private func close(_ effect: Effect?) {
        earlierMessages = messagesReceived
        earlierBytes = bytesReceived
        earlierRedelivered = messagesRedelivered
        // The handle goes with its last reference, here or when the call that noticed returns;
        // its socket is closed with it, and nothing is written.
        session = nil
        subscriptions.noteClosed()
        signs.noteClosed()
        unacknowledgedSince = nil
        acknowledgementsDue = 0
        mustReadAgain = false
        if let effect { effects.append(effect) }
    }
}
