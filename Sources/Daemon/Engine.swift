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
    /// slow disk, a stopped process, a clock that was set.
    private static let standstill = Nanoseconds.seconds(1)
    /// Time between two looks at what is too old to keep.
    private static let retentionInterval: Int64 = 1_000_000_000

    private let loop: PollLoop
    private let clock: GatewayClock
    private var pipeline: Pipeline
    private let store: HistoryStore
    private var outlet: AlarmOutlet?
    private var policy: CommitPolicy
    private var watch: ConnectionWatch
    private var recorder: RecordingWriter?
    private var storeKeeper: StoreKeeper
    private var alarmLog: AlarmLog
    private let logger: Logger
    private var lastBatchAt: ReceiveTime?
    private var retainedAt = ReceiveTime(nanoseconds: 0)

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
        policy = CommitPolicy(configuration: configuration)
        watch = ConnectionWatch(brokers: configuration.brokers, logger: logger)
        alarmLog = AlarmLog(logger: logger)
        storeKeeper = StoreKeeper(logger: logger)
    }

    /// Runs until the poll loop ends the sequence; then everything read is committed.
    mutating func run() async throws {
        for await delivered in loop.messages {
            var batch = delivered
            noteStandstill(&batch)
            record(batch)
            pipeline.process(&batch)
            noteConnections(batch)
            if let condition = storeKeeper.takeRecovery(at: batch.closedAt) {
                pipeline.note(condition)
            }
            if let condition = storeKeeper.takeQuarantine(at: batch.closedAt) {
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

    /// Also within the batch: while the engine waits for the store, the batches that wait for the
    /// engine fill up, nothing more is read, and the last of them takes the time over.
    private mutating func noteStandstill(_ batch: inout MessageBatch) {
        defer { lastBatchAt = batch.closedAt }
        guard let last = lastBatchAt,
            let stood = batch.markStandstills(since: last, longerThan: Self.standstill)
        else { return }
        let seconds = Double(stood.count) / 1e9
        logger.warning(
            "the daemon stood still",
            metadata: [
                "seconds": "\(seconds)",
                "action": "check the gateway's load, its disk, and who sets its clock",
            ],
        )
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
        for record in batch.records {
            switch record.kind {
            case .connectionUp:
                watch.noteUp(Int(record.broker), at: record.receivedAt)
                outlet?.note(ingest: Int(record.broker), isUp: true)
            case .connectionDown, .connectionClosed:
                outlet?.note(ingest: Int(record.broker), isUp: false)
            case .message, .resumed, .redelivered: break
            }
        }
        for event in loop.takeEvents() {
            if let condition = watch.take(event) { pipeline.note(condition) }
        }
        for event in outlet?.takeEvents() ?? [] { watch.takePublishing(event) }
    }

    // MARK: Committing

    /// Makes everything processed so far durable, then lets its acknowledgements go. While the
    /// store cannot be written nothing more is read: the broker holds back, and nothing is lost.
    private mutating func commit(at now: ReceiveTime) async {
        pipeline.commit.outbox = outlet?.outbox(for: pipeline.commit.transitions) ?? []
        pipeline.commit.delivered = outlet?.takeFinished() ?? []
        let mustSurvivePowerCut =
            pipeline.unacknowledgedCount > 0 || !pipeline.commit.transitions.isEmpty
        let synchronous: Synchronous = mustSurvivePowerCut ? .full : .normal
        alarmLog.note(pipeline.commit.transitions)
        while true {
            do {
                let outcome = try store.commit(pipeline.commit, synchronous: synchronous)
                storeKeeper.didCommit(outcome)
                break
            } catch {
                for transition in storeKeeper.didFail(error, pipeline: &pipeline, at: now) {
                    outlet?.announceUnstored(transition)
                    alarmLog.note([transition])
                }
                guard await storeKeeper.mayRetry() else { return }
            }
        }
        loop.markCommitted()
        let last = pipeline.commit.transitions.last?.sequence ?? 0
        outlet?.committed(pipeline.commit.outbox, lastSequence: last)
        policy.didCommit()
        pipeline.didCommit()
    }

    private mutating func tend(at now: ReceiveTime) async {
        alarmLog.tend(at: now)
        do {
            try outlet?.tend(alarms: pipeline.alarms, store: store, now: now)
            if now.nanoseconds - retainedAt.nanoseconds >= Self.retentionInterval {
                retainedAt = now
                _ = try store.retain(now: now)
            }
            storeKeeper.didUpkeep()
        } catch {
            storeKeeper.noteUpkeepFailure(error)
        }
    }
}
