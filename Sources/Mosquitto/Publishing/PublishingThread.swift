internal import Glibc
internal import Logging
internal import Monitoring

/// The body of the publishing connection's thread. No minimum cycle: an alarm leaves at once.
final class PublishingThread {
    private enum Phase {
        case running
        /// Waits for the confirmations of what was accepted.
        case draining(StopPlan)
        case closing(deadline: MonotonicTime)
        case ended
    }

    private let shared: PublishingShared
    private let clock: GatewayClock
    private let logger: Logger
    private let link: ClientLink
    private let onConnected: @Sendable () -> Void
    private let onDisconnected: @Sendable () -> Void
    private let onConfirmed: @Sendable (PublishConfirmation) -> Void

    private var phase = Phase.running
    private var descriptors = [pollfd(), pollfd()]
    private var lastMaintenance: MonotonicTime

    init(_ connection: PublishingConnection, shared: PublishingShared) {
        self.shared = shared
        clock = connection.clock
        logger = connection.logger
        onConnected = connection.onConnected
        onDisconnected = connection.onDisconnected
        onConfirmed = connection.onConfirmed
        lastMaintenance = clock.monotonic()
        let identity = ClientIdentity(
            clientID: connection.broker.clientID + PublishingConnection.clientIDSuffix,
            isClean: true,
            sessionExpiry: 0,
            will: connection.will,
        )
        link = ClientLink(
            index: 0,
            settings: connection.broker,
            identity: identity,
            plan: SubscriptionPlan([]),
            slot: nil,
            mailbox: shared.connectors,
            random: connection.random,
        )
    }

    func run() {
        shared.wake.adopt()
        link.start(at: clock.monotonic())
        while true {
            wait()
            runCycle()
            if case .ended = phase { break }
        }
        shared.status = ConnectionStatus(link)
        shared.connectors.close()
        shared.wake.abandon()
        shared.completion.complete()
    }

    private func wait() {
        let events = POLLIN | (link.wantsWrite ? POLLOUT : 0)
        descriptors[0] = pollfd(fd: shared.wake.descriptor, events: Int16(POLLIN), revents: 0)
        descriptors[1] = pollfd(fd: link.descriptor, events: Int16(events), revents: 0)
        // Safety: the pointer lives for the call. On an error `revents` stay 0.
        unsafe poll(&descriptors, 2, timeout())
    }

    /// Milliseconds until something is due, rounded up; a second at most.
    private func timeout() -> Int32 {
        if shared.wake.isSignalled { return 0 }
        var wait = Nanoseconds.seconds(1).count
        var deadlines = [link.machine.deadline]
        switch phase {
        case .running, .ended: break
        case .draining(let plan): deadlines.append(plan.drained)
        case .closing(let deadline): deadlines.append(deadline)
        }
        for deadline in deadlines where deadline != .never {
            wait = min(wait, max(0, deadline.since(clock.monotonic()).count))
        }
        return Int32((wait + 999_999) / 1_000_000)
    }

    private func runCycle() {
        let now = clock.monotonic()
        if descriptors[1].revents != 0 { link.read(at: now) }
        link.tick(at: now)
        if now.since(lastMaintenance) >= .seconds(1) {
            lastMaintenance = now
            link.maintain(at: now)
        }
        if shared.wake.takeSignal(isReadable: descriptors[0].revents != 0) { attend(at: now) }
        takeEffects()
        send()
        link.flushIfAllowed(at: now)
        takeEffects()
        proceed(at: now)
    }

    private func attend(at now: MonotonicTime) {
        for outcome in shared.connectors.takeAll() { link.finish(outcome, at: now) }
        if case .running = phase, let plan = shared.stopPlan { phase = .draining(plan) }
    }

    private func send() {
        while link.isOnline, let entry = shared.withQueue({ $0.next() }) {
            do throws(ConnectionProblem) {
                if let message = try link.publish(entry.publication) {
                    shared.withQueue { $0.sent(entry, as: message) }
                } else {
                    shared.withQueue { $0.putBack(entry) }
                }
            } catch {
                // What the library refuses now it would refuse again: a topic with a wildcard, a
                // payload beyond the broker's limit.
                onConfirmed(PublishConfirmation(token: entry.token, problem: error))
            }
        }
    }

    private func takeEffects() {
        for effect in link.takeEffects() {
            switch effect {
            case .up: onConnected()
            case .down, .closed:
                shared.withQueue { $0.connectionLost() }
                onDisconnected()
            case .report(let kind): report(kind)
            case .published(let message, let reason):
                guard let token = shared.withQueue({ $0.confirmed(message) }) else { continue }
                let problem = reason.isRefusal ? ConnectionProblem(.broker(reason)) : nil
                onConfirmed(PublishConfirmation(token: token, problem: problem))
                // One more may go; the flag makes the loop look again before it waits.
                shared.wake.signal()
            }
        }
    }

    private func report(_ kind: ConnectionEvent.Kind) {
        shared.append(ConnectionEvent(broker: 0, at: clock.wall(), kind: kind))
        shared.status = ConnectionStatus(link)
        kind.log(to: logger, broker: link.settings)
    }

    private func proceed(at now: MonotonicTime) {
        switch phase {
        case .running, .ended: break
        case .draining(let plan):
            guard shared.withQueue({ $0.isEmpty }) || now >= plan.drained else { return }
            phase = .closing(deadline: plan.closed)
            link.stop(at: now, patience: plan.patience(at: now, connections: 1))
            proceed(at: now)
        case .closing(let deadline):
            if now >= deadline { link.abandon(at: now) }
            if link.isStopped { phase = .ended }
        }
    }
}
