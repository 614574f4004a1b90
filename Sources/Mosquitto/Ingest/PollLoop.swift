public import Logging
public import Monitoring

/// Reads messages from all brokers on one dedicated thread, and runs the engine on it.
///
/// Why one thread for both: acknowledged means durable. libmosquitto queues the acknowledgement of
/// a message when it reads it, and writes all that is queued at once; so nothing may be read between
/// the begin of a commit and the write that follows it. The engine's task prefers `executor`, runs
/// between two reads, commits, says `markCommitted()`, and only then acknowledgements leave.
///
/// ```swift
/// let loop = try PollLoop(sources: [source], clock: clock, random: random, logger: logger)
/// let engine = Task(executorPreference: loop.executor) {
///     for await batch in loop.messages {      // an empty batch is a tick, every 100 ms
///         pipeline.process(batch)
///         loop.messages.recycle(batch)
///         if pipeline.commitIsDue { try store.commit(); loop.markCommitted() }
///     }
///     try store.commit(); loop.markCommitted()
/// }
/// try loop.start()
/// …
/// loop.stop(within: .seconds(4))
/// await engine.value
/// await loop.finished()
/// ```
///
/// Cost, libmosquitto's own work included: see `Benchmarks/bare`. Memory: `Limits.batchesWaiting`
/// batches and a few in reserve.
public final class PollLoop: Sendable {
    /// What is read, in order, with connections coming and going between the messages.
    public let messages: MessageInbox
    private let shared: PollLoopShared
    private let sources: [IngestSource]
    private let clock: GatewayClock
    private let random: @Sendable () -> UInt64
    private let cycle: Nanoseconds
    private let logger: Logger

    /// The shortest time between two wakes. 500 µs halves the CPU time from 20,000 msg/s up and
    /// costs nothing at 1,000 msg/s.
    public static let defaultCycle = Nanoseconds(500_000)

    /// Nothing runs before `start`. Throws where the process has no file descriptors left.
    /// - Parameters:
    ///   - sources: the brokers; at most 256, numbered in this order in batches and events.
    ///   - random: even draws from all 64-bit numbers, for the jitter of the back-off.
    ///   - cycle: below one second.
    public init(
        sources: [IngestSource],
        clock: GatewayClock,
        random: @escaping @Sendable () -> UInt64,
        cycle: Nanoseconds = PollLoop.defaultCycle,
        batchesWaiting: Int = Limits.batchesWaiting,
        logger: Logger,
    ) throws(ConnectionProblem) {
        precondition(sources.count <= 256, "more brokers than a record's index can name")
        precondition(cycle >= Nanoseconds(0) && cycle < .seconds(1), "a cycle out of range")
        shared = try PollLoopShared(batchesWaiting: batchesWaiting)
        messages = MessageInbox(storage: shared.inbox)
        self.sources = sources
        self.clock = clock
        self.random = random
        self.cycle = cycle
        self.logger = logger
    }

    /// Where the engine's task belongs. It may be used before `start` and after the end.
    public var executor: PollExecutor { shared.executor }

    /// Starts the thread, once. It runs until `stop`. The loop never gives up a broker.
    ///
    /// - Parameter since: the clocks when the consumer's time began; that the wall clock was set
    ///   between then and now is the first record. Default: now.
    public func start(since reading: ClockReading? = nil) throws(ConnectionProblem) {
        precondition(Library.isReady, "libmosquitto cannot be initialised")
        let reading = reading ?? clock.read()
        try DedicatedThread.start(name: "mqtt poll") { [self] in
            PollThread(
                sources: sources,
                shared: shared,
                clock: clock,
                since: reading,
                random: random,
                cycle: cycle,
                logger: logger,
            ).run()
        }
    }

    /// Says that everything in the batches taken from `messages` so far is durable: acknowledgements
    /// may be written. Call it after a commit that covers the batch in hand. A batch that was
    /// delivered but not taken is not covered. Cheap: two atomic stores.
    public func markCommitted() {
        shared.markCommitted()
    }

    /// Asks a broker for a sign of life. Its answer comes as `answered` between the messages: what it
    /// had for us before has come then. Nothing comes where it is not connected. Cheap: a lock.
    public func ask(_ broker: Int) { shared.ask(broker) }

    /// Subscribes a broker to these filters from now on, and takes back those that it had: at once, or
    /// where it is not connected with the next connection. All of them are asked for again, so that one
    /// that was refused before gets another chance. When they are answered `resubscribed` is reported,
    /// behind what was refused or limited.
    public func subscribe(_ broker: Int, to subscriptions: [Subscription]) {
        precondition(sources.indices.contains(broker), "there is no broker \(broker)")
        shared.subscribe(broker, to: SubscriptionPlan(subscriptions))
    }

    /// Stops reading, hands over what was read, ends `messages`; when the engine has committed that,
    /// writes the acknowledgements and disconnects cleanly. What is not committed within the time is
    /// left unacknowledged, so the broker sends it again. Returns at once; see `finished`.
    public func stop(within length: Nanoseconds = .seconds(4)) {
        shared.requestStop(StopPlan(at: clock.monotonic(), within: length))
    }

    /// Returns when the thread has ended: within the time given to `stop`, unless the engine holds
    /// the thread.
    public func finished() async {
        await shared.completion.wait()
    }

    /// How each connection stands, in the order of the sources; empty before the start.
    public var statuses: [ConnectionStatus] { shared.statuses }

    /// The events since the last call, oldest first: at most `Limits.connectionEventsWaiting`.
    public func takeEvents() -> [ConnectionEvent] {
        shared.takeEvents()
    }
}
