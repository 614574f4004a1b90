public import Logging
public import Monitoring

/// The connection that publishes: alarms, `status`, quality topics. It has a client id of its own
/// (the ingest id and `-out`), so it never waits for the ingest cycle and its commits, and it holds
/// the last will.
///
/// Publications are kept until the broker has confirmed them, in memory and in order; after a lost
/// connection the unconfirmed ones are sent again (so: at least once). What must survive a restart
/// belongs into the caller's outbox. Latency from `publish` to the socket is one thread wake.
///
/// The closures are called on the connection's own thread and must not block: put what they
/// bring into a bounded mailbox. They may call `publish`.
public final class PublishingConnection: Sendable {
    static let clientIDSuffix = "-out"

    let broker: BrokerSettings
    let will: Publication?
    let clock: GatewayClock
    let random: @Sendable () -> UInt64
    let logger: Logger
    let onConnected: @Sendable () -> Void
    let onDisconnected: @Sendable () -> Void
    let onConfirmed: @Sendable (PublishConfirmation) -> Void
    private let shared: PublishingShared

    /// Nothing runs before `start`. Throws where the process has no file descriptors left.
    /// - Parameters:
    ///   - broker: as for the ingest connection; its client id gets the suffix.
    ///   - will: what the broker publishes when we are gone without a word.
    ///   - onConnected: each time that the connection is up: publish retained state again, for the
    ///     broker may have lost it. What was published before and is unconfirmed goes first.
    ///   - onDisconnected: each time that the connection is lost. What is unconfirmed stays here and is
    ///     sent again: the caller must not.
    ///   - onConfirmed: once for each accepted publication, unless the connection is stopped first.
    public init(
        broker: BrokerSettings,
        will: Publication?,
        clock: GatewayClock,
        random: @escaping @Sendable () -> UInt64,
        logger: Logger,
        onConnected: @escaping @Sendable () -> Void,
        onDisconnected: @escaping @Sendable () -> Void = {},
        onConfirmed: @escaping @Sendable (PublishConfirmation) -> Void,
    ) throws(ConnectionProblem) {
        self.broker = broker
        self.will = will
        self.clock = clock
        self.random = random
        self.logger = logger
        self.onConnected = onConnected
        self.onDisconnected = onDisconnected
        self.onConfirmed = onConfirmed
        shared = try PublishingShared()
    }

    /// Starts the thread, once. It runs until `stop` and connects again for ever.
    public func start() throws(ConnectionProblem) {
        precondition(Library.isReady, "libmosquitto cannot be initialised")
        try DedicatedThread.start(name: "mqtt publish") { [self] in
            PublishingThread(self, shared: shared).run()
        }
    }

    /// Accepts a publication, connected or not. At `Limits.publishesWaiting` unconfirmed ones it
    /// refuses, and the caller keeps the message.
    public func publish(_ publication: Publication) throws(PublishRefusal) -> PublishToken {
        try shared.publish(publication)
    }

    /// Publishes `farewell` last, waits for all confirmations, and disconnects cleanly, so that the
    /// broker does not publish the will. After the given time it disconnects all the same. Returns
    /// the farewell's token at once; see `finished`.
    @discardableResult
    public func stop(
        farewell: Publication?,
        within length: Nanoseconds = .seconds(3),
    ) -> PublishToken? {
        shared.requestStop(
            farewell: farewell,
            plan: StopPlan(at: clock.monotonic(), within: length),
        )
    }

    /// Returns when the thread has ended: within the time given to `stop`.
    public func finished() async {
        await shared.completion.wait()
    }

    /// How the connection stands; nil before its first event.
    public var status: ConnectionStatus? { shared.status }

    /// Publications accepted and not confirmed.
    public var unconfirmed: Int { shared.withQueue { $0.count } }

    /// The events since the last call, oldest first; their broker index is 0.
    public func takeEvents() -> [ConnectionEvent] {
        shared.takeEvents()
    }
}
