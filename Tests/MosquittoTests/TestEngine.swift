import Monitoring
import Mosquitto
import Synchronization
import TestSupport

/// A poll loop with a consumer on its executor that keeps what it got and commits when told to.
final class TestEngine: Sendable {
    struct Received: Equatable, Sendable {
        var topic: String
        var payload: String
        var qualityOfService: UInt8 = 1
        var isRetained = false
    }

    struct Log: Sendable {
        var messages: [Received] = []
        var ups = 0
        var downs = 0
        var redelivered = 0
        var batches = 0
        /// What came, in order; without ticks.
        var order: [MessageBatch.Kind] = []
        var events: [ConnectionEvent.Kind] = []
        var commitsByItself = true
        var isFinished = false
        /// The consumer waits elsewhere after the next batch with a message.
        var suspends = false
    }

    let loop: PollLoop
    let clock = TestClock()
    private let log = Mutex(Log())
    private let task = Mutex<Task<Void, Never>?>(nil)

    init(
        _ sources: [IngestSource],
        commitsByItself: Bool = true,
        lines: LogLines = LogLines(),
    ) throws {
        loop = try PollLoop(
            sources: sources,
            clock: clock.gateway,
            random: { 0 },
            logger: lines.logger,
        )
        log.withLock { $0.commitsByItself = commitsByItself }
        try start()
    }

    private func start() throws {
        let consumer = Task(executorPreference: loop.executor) { [self] in
            for await batch in loop.messages {
                take(batch)
                let hasMessage = batch.records.contains { $0.kind == .message }
                loop.messages.recycle(batch)
                if hasMessage { _ = await eventually(within: .seconds(60)) { !now.suspends } }
                if now.commitsByItself { loop.markCommitted() }
            }
            if now.commitsByItself { loop.markCommitted() }
            log.withLock { $0.isFinished = true }
        }
        task.withLock { $0 = consumer }
        try loop.start()
    }

    private func take(_ batch: MessageBatch) {
        log.withLock { log in
            log.batches += 1
            log.events += loop.takeEvents().map(\.kind)
            for record in batch.records {
                log.order.append(record.kind)
                switch record.kind {
                case .connectionUp: log.ups += 1
                case .resumed, .heldBack, .clockStepped: break
                case .redelivered: log.redelivered += 1
                case .connectionDown, .connectionClosed: log.downs += 1
                case .message:
                    let topic = batch.bytes[record.topicRange]
                    let payload = batch.bytes[record.payloadRange]
                    log.messages.append(
                        Received(
                            topic: String(decoding: topic, as: UTF8.self),
                            payload: String(decoding: payload, as: UTF8.self),
                            qualityOfService: record.qualityOfService,
                            isRetained: record.isRetained,
                        )
                    )
                }
            }
        }
    }

    /// What has happened so far.
    var now: Log { log.withLock { $0 } }
    var payloads: [String] { now.messages.map(\.payload) }

    func setCommits(_ commits: Bool) {
        log.withLock { $0.commitsByItself = commits }
    }

    func suspendAfterMessage() {
        log.withLock { $0.suspends = true }
    }

    func resume() {
        log.withLock { $0.suspends = false }
    }

    func cancelConsumer() {
        task.withLock { $0?.cancel() }
    }

    func hasEvent(_ matches: (ConnectionEvent.Kind) -> Bool) -> Bool {
        now.events.contains(where: matches)
    }

    /// Stops the loop and waits for everything.
    func stop(within length: Nanoseconds = .seconds(4)) async {
        loop.stop(within: length)
        await task.withLock { $0 }?.value
        await loop.finished()
    }
}

/// One broker on the loopback with the filters given.
func source(
    _ port: UInt16,
    _ filters: [String] = ["plant/#"],
    quality: UInt8 = 1,
    edit: (inout BrokerSettings) -> Void = { _ in },
) throws -> IngestSource {
    var broker = BrokerSettings(
        name: "main",
        host: "127.0.0.1",
        port: port,
        clientID: "assay-test",
        keepAlive: 10,
    )
    edit(&broker)
    let subscriptions = try filters.map {
        Subscription(filter: try TopicFilter($0), qualityOfService: quality)
    }
    return IngestSource(broker: broker, subscriptions: subscriptions)
}
