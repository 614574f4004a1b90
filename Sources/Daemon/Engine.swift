import Alarms
import Delivery
import History
import Logging
import Monitoring
import Mosquitto
import Settings

/// The live driver of the pipeline: takes batches from the poll loop, commits, releases the
/// acknowledgements, hands alarms to the outlet.
///
/// One task, on the poll loop's own thread, owns all of this; nothing here is locked. Each cycle:
/// process → commit when due → `markCommitted` → send alarms → give the batch back.
struct Engine {
    /// A cycle comes at least every 100 ms. Longer than this and the daemon itself stood still: a
    /// slow disk, a stopped process.
    private static let standstill = Nanoseconds.seconds(1)
    /// Time between two looks at what is too old to keep.
    private static let retentionInterval = Nanoseconds.seconds(1)

    private let loop: PollLoop
    private let clock: GatewayClock
    private var pipeline: Pipeline
    private let store: HistoryStore
    private var outlet: AlarmOutlet?
    private var policy: CommitPolicy
    private var watch: ConnectionWatch
    private var recorder: RecordingWriter?
    private var storeKeeper: StoreKeeper
    private let logger: Logger
    private var lastBatchAt: ReceiveTime?
    /// When old rows were deleted last; ahead of now where that has to wait.
    private var retainedAt: MonotonicTime

    init(
        loop: PollLoop,
        clock: GatewayClock,
        pipeline: Pipeline,
        store: HistoryStore,
        outlet: AlarmOutlet?,
        configuration: Configuration,
        recorder: RecordingWriter?,
        logger: Logger,
    ) {
        self.loop = loop
        self.clock = clock
        self.pipeline = pipeline
        self.store = store
        self.outlet = outlet
        self.recorder = recorder
        self.logger = logger
        retainedAt = clock.monotonic()
        policy = CommitPolicy(configuration: configuration)
        watch = ConnectionWatch(names: configuration.brokers.map(\.name), logger: logger)
        storeKeeper = StoreKeeper(logger: logger)
    }

    /// Runs until the poll loop ends the sequence; then everything read is committed.
    mutating func run() async throws {
        for await delivered in loop.messages {
            var batch = delivered
            noteStandstill(&batch)
            record(batch)
            await process(&batch)
            noteConnections(batch)
            if let condition = storeKeeper.takeRecovery(at: batch.closedAt) {
                pipeline.note(condition)
            }
            if policy.isDue(pipeline, now: clock.monotonic()) { await commit(at: batch.closedAt) }
            await tend(at: batch.closedAt)
            loop.messages.recycle(batch)
        }
        pipeline.finish()
        await commit(at: pipeline.commit.at)
        endRecording()
        try store.close()
    }

    /// Where the batch is long in engine time, after a standstill or at a clock step, what has come of
    /// it is committed on the way; its acknowledgements wait for its end. In between the poll loop
    /// looks after its connections.
    private mutating func process(_ batch: inout MessageBatch) async {
        var progress = pipeline.process(&batch)
        while progress != .finished {
            await commit(at: pipeline.commit.at, isWhole: false)
            await Task.yield()
            progress = pipeline.proceed(batch)
        }
    }

    /// Also within the batch: while the engine waits for the store, the batches that wait for the
    /// engine fill up, nothing more is read, and the last of them takes the time over.
    private mutating func noteStandstill(_ batch: inout MessageBatch) {
        defer { lastBatchAt = batch.closedAt }
        guard let last = lastBatchAt,
            let stood = batch.markStandstills(since: last, longerThan: Self.standstill)
        else { return }
        let seconds = Double(stood.count) / 1e9
        logger.warning("the daemon stood still", metadata: ["seconds": "\(seconds)"])
    }

    // MARK: Recording

    /// A recording that cannot be written ends; the plant is watched all the same.
    private mutating func record(_ batch: MessageBatch) {
        do {
            try recorder?.write(batch)
        } catch {
            recorder = nil
            noteRecordingFailure(error)
        }
    }

    private mutating func endRecording() {
        do {
            try recorder?.close()
        } catch {
            noteRecordingFailure(error)
        }
    }

    private func noteRecordingFailure(_ error: any Error) {
        logger.error(
            "the recording cannot be written and is incomplete",
            metadata: ["error": "\(error)"],
        )
    }

    // MARK: Connections

    private mutating func noteConnections(_ batch: MessageBatch) {
        var steps = batch.clockSteps[...]
        for record in batch.records {
            switch record.kind {
            case .clockStepped: if let step = steps.popFirst() { note(step) }
            case .connectionUp:
                watch.noteUp(Int(record.broker), at: record.receivedAt)
                outlet?.note(ingest: Int(record.broker), isUp: true)
            case .connectionDown: outlet?.note(ingest: Int(record.broker), isUp: false)
            case .message, .resumed: break
            }
        }
        for event in loop.takeEvents() {
            guard var condition = watch.take(event) else { continue }
            // The event may be ahead of the batches, and of a clock that was set in them.
            condition.at = batch.closedAt
            pipeline.note(condition)
        }
    }

    /// A slip of years would make all of the history too old to keep: before that a person has as
    /// long as the alarm stands to set the clock right.
    private mutating func note(_ step: ClockStep) {
        watch.setClock(step)
        retainedAt = clock.monotonic().after(Limits.clockAlarm)
        logger.warning(
            "the gateway's clock was set",
            metadata: [
                "seconds": "\(Double(step.length.count) / 1e9)",
                "from": "\(PlainText.instant(step.from))",
                "to": "\(PlainText.instant(step.to))",
            ],
        )
    }

    // MARK: Committing

    /// Makes everything processed so far durable, then lets its acknowledgements go. While the
    /// store cannot be written nothing more is read: the broker holds back, and nothing is lost.
    ///
    /// - Parameter isWhole: false within a batch: then no acknowledgement goes.
    private mutating func commit(at now: ReceiveTime, isWhole: Bool = true) async {
        pipeline.commit.outbox = outlet?.outbox(for: pipeline.commit.transitions) ?? []
        pipeline.commit.delivered = outlet?.takeFinished() ?? []
        // A part may hold messages whose acknowledgements go with a later commit that is empty.
        let mustSurvivePowerCut =
            !isWhole || pipeline.unacknowledgedCount > 0 || !pipeline.commit.transitions.isEmpty
        let synchronous: Synchronous = mustSurvivePowerCut ? .full : .normal
        while true {
            do {
                let outcome = try store.commit(pipeline.commit, synchronous: synchronous)
                storeKeeper.didCommit(outcome)
                break
            } catch {
                for transition in storeKeeper.didFail(error, pipeline: &pipeline, at: now) {
                    outlet?.announceUnstored(transition)
                }
                guard await storeKeeper.mayRetry() else { return }
            }
        }
        if isWhole { loop.markCommitted() }
        let last = pipeline.commit.transitions.last?.sequence ?? 0
        outlet?.committed(pipeline.commit.outbox, lastSequence: last)
        if isWhole { policy.didCommit() }
        pipeline.didCommit(isWhole: isWhole)
    }

    private mutating func tend(at now: ReceiveTime) async {
        do {
            try outlet?.tend(alarms: pipeline.alarms, store: store, now: now)
            let moment = clock.monotonic()
            if moment.since(retainedAt) >= Self.retentionInterval {
                retainedAt = moment
                _ = try store.retain(now: now)
            }
            storeKeeper.didUpkeep()
        } catch {
            storeKeeper.noteUpkeepFailure(error)
        }
    }
}
