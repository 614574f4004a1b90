import Alarms
import Delivery
import Foundation
import History
public import Logging
import Monitoring
public import Mosquitto
public import Settings
import Synchronization

/// The daemon: put together from a configuration, run until it is told to stop.
///
/// ```swift
/// let daemon = try DaemonService(configuration: configuration, logger: logger)
/// try await daemon.run()      // returns after stop()
/// ```
public final class DaemonService: Sendable {
    /// Why the daemon cannot start: what was tried, why it failed, what to do.
    public struct Problem: Error, CustomStringConvertible, Sendable {
        public var description: String
    }

    /// What a run may be asked for besides its configuration.
    public struct Options: Sendable {
        /// Writes everything that is received to this file, for a replay.
        public var recording: String?
        /// Is told that the daemon is ready, goes on, and ends.
        public var supervisor: SystemdNotifier?
        /// What the daemon says it is, on `<root>/self`.
        public var version: String

        public init(
            recording: String? = nil,
            supervisor: SystemdNotifier? = nil,
            version: String = "",
        ) {
            self.recording = recording
            self.supervisor = supervisor
            self.version = version
        }
    }

    /// From the signal to the end of the process it may take 5 s. That leaves one for a commit that
    /// is under way and for closing the database.
    private static let stopTime = Nanoseconds.seconds(4)
    /// Of it, what publishing needs at the end.
    private static let farewellTime = Nanoseconds.seconds(1)

    private let configuration: Configuration
    private let options: Options
    private let clock: GatewayClock
    private let logger: Logger
    private let loop: PollLoop
    private let stopDeadline = Mutex<MonotonicTime?>(nil)
    private let desk = ReloadDesk()

    /// Nothing runs, and nothing is opened, before `run`.
    public init(
        configuration: Configuration,
        options: Options = Options(),
        clock: GatewayClock = .system,
        logger: Logger,
    ) throws(Problem) {
        self.configuration = configuration
        self.options = options
        self.clock = clock
        self.logger = logger
        do {
            loop = try PollLoop(
                sources: try Self.sources(configuration),
                clock: clock,
                random: { UInt64.random(in: .min ... .max) },
                logger: logger,
            )
        } catch {
            throw Problem(description: "the daemon cannot be set up: \(error)")
        }
    }

    /// Asks the daemon to drain, commit, say `offline` and end. Returns at once; may be called from
    /// any thread, also more than once.
    public func stop() {
        stopDeadline.withLock { deadline in
            if deadline == nil { options.supervisor?.stopping() }
            deadline = deadline ?? clock.monotonic().after(Self.stopTime)
        }
        loop.stop(within: Nanoseconds(Self.stopTime.count - Self.farewellTime.count))
    }

    /// What reading the configuration again gave.
    public enum Reading: Sendable {
        case valid(Configuration)
        /// Wrong, with every problem, one a line.
        case refused(String)
    }

    /// Reads the configuration again, in the caller's thread, and has it taken over between two batches:
    /// whole or not at all. What became of it is logged, and is the alarm `system/configuration` where
    /// it is refused. Before `run` it waits for that. May be called from any thread; of several that
    /// wait the newest counts.
    public func reload(_ read: () -> Reading) {
        guard stopDeadline.withLock({ $0 }) == nil else { return }
        options.supervisor?.reloading()
        desk.post(read())
    }

    /// What is left of the time to stop. Publishing has the least of it also where the engine took
    /// longer than it should.
    private var timeLeft: Nanoseconds {
        let now = clock.monotonic()
        let deadline = stopDeadline.withLock { $0 } ?? now.after(Self.farewellTime)
        return min(max(deadline.since(now), .milliseconds(500)), Self.farewellTime)
    }

    /// Runs until `stop`. Throws where it cannot start; a broker that is absent is no reason.
    public func run() async throws(Problem) {
        do {
            try await operate()
        } catch {
            throw Problem(description: "\(error)")
        }
    }

    private func operate() async throws {
        let reading = clock.read()
        let started = reading.wall
        let store = try HistoryStore(settings: configuration.store, now: started) {
            UUID().uuidString.lowercased()
        }
        let claims = try configuration.brokers.compactMap { try ClientIDClaim($0) }
        defer { withExtendedLifetime(claims) {} }
        let memory = try Memory(restoringFrom: store)
        let (outlet, connection) = try makeOutlet(memory, started: started)
        var engine = Engine(
            loop: loop,
            clock: clock,
            pipeline: Pipeline(
                configuration: configuration,
                memory: memory,
                start: started,
                isConnected: false,
                hashSeed: UInt64.random(in: .min ... .max),
            ),
            store: store,
            outlet: outlet,
            configuration: configuration,
            recorder: try options.recording.map {
                try RecordingWriter(path: $0, brokers: configuration.brokers.map(\.name))
            },
            supervisor: options.supervisor,
            identity: identity(epoch: memory.epoch, start: reading),
            desk: desk,
            logger: logger,
        )
        let running = Task(executorPreference: loop.executor) { [loop] in
            // An engine that gave up takes nothing more; after a stop this says nothing new.
            defer { loop.stop(within: Nanoseconds(0)) }
            try await engine.run()
        }
        try connection?.start()
        try loop.start(since: reading)
        options.supervisor?.ready()
        logger.info(
            "started",
            metadata: [
                "gateway": "\(configuration.gateway)",
                "brokers": "\(configuration.brokers.map(\.name).joined(separator: " "))",
                "store": "\(configuration.store.path)",
                "feeds_known": "\(memory.feeds.count)",
                "alarms_active": "\(memory.alarms.count { $0.state.isActive })",
            ],
        )
        await loop.finished()
        running.cancel()
        let result = await running.result
        await sayGoodbye(on: connection, epoch: memory.epoch)
        try result.get()
        logger.info("stopped")
    }

    private func identity(epoch: String, start: ClockReading) -> SelfMonitoring.Identity {
        SelfMonitoring.Identity(
            version: options.version,
            gateway: configuration.gateway,
            epoch: epoch,
            start: start,
        )
    }

    /// Publishes what waits, then `offline`.
    private func sayGoodbye(on connection: PublishingConnection?, epoch: String) async {
        guard let connection else { return }
        let topics = AlarmTopics(root: configuration.ownTopicRoot)
        let farewell = StatusMessage.offline(epoch: epoch, on: topics)
        connection.stop(farewell: Publication(farewell), within: timeLeft)
        await connection.finished()
        let count = connection.unconfirmed
        guard count > 0 else { return }
        logger.warning(
            "stopped without the broker's confirmation; alarms wait in the outbox for the next run",
            metadata: ["messages": "\(count)"],
        )
    }

    private static func sources(_ configuration: Configuration) throws -> [IngestSource] {
        try configuration.brokers.enumerated().map { index, broker in
            IngestSource(broker: broker, subscriptions: try configuration.filters(ofBroker: index))
        }
    }

    /// The MQTT delivery over a connection of its own, where the configuration asks for one.
    private func makeOutlet(
        _ memory: Memory,
        started: ReceiveTime,
    ) throws -> (AlarmOutlet?, PublishingConnection?) {
        let epoch = memory.epoch
        guard let settings = configuration.deliveries.first(where: { $0.kind == .mqtt }) else {
            return (nil, nil)
        }
        let topics = AlarmTopics(root: configuration.ownTopicRoot)
        let mailbox = AlarmOutlet.Mailbox()
        let connection = try PublishingConnection(
            broker: configuration.brokers[0],
            will: Publication(StatusMessage.offline(epoch: epoch, on: topics)),
            clock: clock,
            random: { UInt64.random(in: .min ... .max) },
            logger: logger,
            onConnected: { mailbox.connected() },
            onDisconnected: { mailbox.disconnected() },
            onConfirmed: { mailbox.confirmed($0) },
        )
        let outlet = AlarmOutlet(
            delivery: AlarmDelivery(
                topics: topics,
                gateway: configuration.gateway,
                epoch: epoch,
                settings: settings,
            ),
            connection: connection,
            mailbox: mailbox,
            status: StatusMessage(
                epoch: epoch,
                since: started,
                lastSequence: 0,
                isClockSynchronised: true,
                ingest: configuration.brokers.map {
                    StatusMessage.Ingest(broker: $0.name, isUp: false)
                },
            ),
            storedSequence: memory.lastTransition,
            logger: logger,
        )
        return (outlet, connection)
    }
}
