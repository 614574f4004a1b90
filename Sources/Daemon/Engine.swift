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
///
/// While the store cannot be written the cycle goes on without the commit: what is read is judged,
/// alarms are announced as not durable, and nothing is acknowledged.
struct Engine {
    /// A cycle comes at least every 100 ms. Longer than this and the daemon itself stood still: a
    /// slow disk, a stopped process.
    private static let standstill = Nanoseconds.seconds(1)
    /// Between two tries of the last commit.
    private static let lastRetryInterval = Duration.milliseconds(200)

    /// For the last alarms after the last commit: a stop has four seconds, and `offline` one of them.
    private static let lastSendTime = Nanoseconds.milliseconds(500)

    /// After this long the code of the start is not needed any more: connections are made, or wait.
    /// After as long again and more that of making feeds and learning their periods.
    private static let startUpTimes: [Nanoseconds] = [.seconds(2), .seconds(3), .seconds(55)]

    private let loop: PollLoop
    private let clock: GatewayClock
    private var pipeline: Pipeline
    private let store: HistoryStore
    private var outlet: AlarmOutlet?
    private var policy: CommitPolicy
    private var watch: ConnectionWatch
    private var recorder: RecordingWriter?
    private var storeKeeper: StoreKeeper
    private var supervision: Supervision
    private var alarmLog: AlarmLog
    /// Transitions of the batch to be committed that are logged and, while the store fails,
    /// announced.
    private var notedCount = 0
    private var holding: HoldingWatch
    /// When the next part of the start is over; nil after the last.
    private var startUpEndsAt: MonotonicTime?
    private var startUpTimes = Self.startUpTimes[...]
    private let logger: Logger
    private var lastBatchAt: ReceiveTime?
    private var upkeep: StoreUpkeep
    private var selfMonitoring: SelfMonitoring
    private var reload: ConfigurationReload

    init(
        loop: PollLoop,
        clock: GatewayClock,
        pipeline: Pipeline,
        store: HistoryStore,
        outlet: AlarmOutlet?,
        configuration: Configuration,
        recorder: RecordingWriter?,
        supervisor: SystemdNotifier?,
        identity: SelfMonitoring.Identity,
        desk: ReloadDesk,
        logger: Logger,
    ) {
        self.loop = loop
        self.clock = clock
        self.pipeline = pipeline
        if let outlet { self.pipeline.commit.outbox = outlet.outbox }
        self.store = store
        self.outlet = outlet
        self.recorder = recorder
        self.logger = logger
        upkeep = StoreUpkeep(now: clock.monotonic())
        policy = CommitPolicy(configuration: configuration)
        watch = ConnectionWatch(brokers: configuration.brokers, logger: logger)
        holding = HoldingWatch(brokers: configuration.brokers)
        alarmLog = AlarmLog(logger: logger)
        storeKeeper = StoreKeeper(logger: logger)
        supervision = Supervision(supervisor, brokers: configuration.brokers.count, clock: clock)
        startUpEndsAt = startUpTimes.popFirst().map { clock.monotonic().after($0) }
        selfMonitoring = SelfMonitoring(identity, clock: clock)
        reload = ConfigurationReload(
            running: configuration,
            desk: desk,
            supervisor: supervisor,
            logger: logger,
        )
    }

    /// Runs until the poll loop ends the sequence; then everything read is committed. Throws where
    /// the store cannot be written and trying again does not help.
    mutating func run() async throws {
        do {
            for await delivered in loop.messages {
                var batch = delivered
                try await cycle(&batch)
                loop.messages.recycle(batch)
            }
        } catch {
            storeKeeper.giveUp(pipeline.commit, unacknowledged: pipeline.unacknowledgedCount)
            alarmLog.finish()
            endRecording()
            try? store.close()
            throw error
        }
        pipeline.finish()
        if await commitLast() { await sendLast() }
        alarmLog.finish()
        endRecording()
        try store.close()
    }

    private mutating func cycle(_ batch: inout MessageBatch) async throws {
        noteStandstill(&batch)
        noteHolding(&batch)
        record(batch)
        pipeline.quarantineRoom = store.quarantineRoom
        try await process(&batch)
        for broker in pipeline.takeQuestions() { loop.ask(broker) }
        let targets = ConfigurationReload.Targets(store: store, loop: loop)
        reload.takeUp(&pipeline, &policy, targets, at: batch.closedAt)
        noteConnections(batch)
        if let condition = storeKeeper.takeCondition(at: batch.closedAt) {
            pipeline.note(condition)
        }
        if let condition = storeKeeper.takeQuarantine(at: batch.closedAt) {
            pipeline.note(condition)
        }
        let now = clock.monotonic()
        if let part = policy.due(pipeline, now: now) {
            try await commit(part, at: batch.closedAt, isWhole: part == .everything)
        }
        tend(at: batch.closedAt)
    }

    /// Where the batch is long in engine time, after a standstill or at a clock step, what has come of
    /// it is committed on the way; its acknowledgements wait for its end. In between the poll loop
    /// looks after its connections.
    private mutating func process(_ batch: inout MessageBatch) async throws {
        var progress = pipeline.process(&batch)
        while progress != .finished {
            try await commit(.everything, at: pipeline.commit.at, isWhole: false)
            await Task.yield()
            progress = pipeline.proceed(batch)
        }
    }

    /// (When a connection is closed for the store, that is told by its own record.)
    private mutating func noteHolding(_ batch: inout MessageBatch) {
        holding.mark(
            &batch,
            isFailing: storeKeeper.isFailing,
            unacknowledged: pipeline.unacknowledged,
            now: clock.monotonic(),
        )
    }

    /// Also within the batch: while the engine waits, the batches that wait for it fill up, nothing
    /// more is read, and the last of them takes the time over.
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
        var steps = batch.clockSteps[...]
        for record in batch.records {
            switch record.kind {
            case .clockStepped: if let step = steps.popFirst() { note(step) }
            case .connectionUp:
                watch.noteUp(Int(record.broker), at: record.receivedAt)
                holding.note(Int(record.broker), isUp: true)
                outlet?.note(ingest: Int(record.broker), isUp: true)
            case .connectionDown, .connectionClosed:
                holding.note(Int(record.broker), isUp: false)
                outlet?.note(ingest: Int(record.broker), isUp: false)
            case .message, .resumed, .heldBack, .answered, .redelivered: break
            }
        }
        for event in loop.takeEvents() {
            guard var condition = watch.take(event) else { continue }
            // The event may be ahead of the batches, and of a clock that was set in them.
            condition.at = batch.closedAt
            pipeline.note(condition)
        }
        for event in outlet?.takeEvents() ?? [] { watch.takePublishing(event) }
    }

    /// A slip of years would make all of the history too old to keep: before that a person has as
    /// long as the alarm stands to set the clock right.
    private mutating func note(_ step: ClockStep) {
        watch.setClock(step)
        upkeep.holdRetention(until: clock.monotonic().after(Limits.clockAlarm))
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

    /// Makes everything processed so far durable, then lets its acknowledgements go.
    ///
    /// Where that fails the engine goes on, and this is tried again; only when more rows wait than
    /// memory is for (`Limits.uncommittedRows`) it waits here. Then nothing more is read.
    ///
    /// - Parameter isWhole: false within a burst, or where rows are left: no acknowledgement goes.
    private mutating func commit(
        _ part: CommitBatch.Part,
        at now: ReceiveTime,
        isWhole: Bool,
    ) async throws(HistoryError) {
        noteTransitions()
        while true {
            if storeKeeper.mayTry(at: clock.monotonic()),
                try attemptCommit(part, at: now, isWhole: isWhole)
            {
                return
            }
            guard pipeline.commit.count >= Limits.uncommittedRows,
                (try? await Task.sleep(for: .milliseconds(100))) != nil
            else { return }
        }
    }

    /// Before the end: until it succeeds or the poll loop's time is over.
    /// - Returns: whether it succeeded.
    private mutating func commitLast() async -> Bool {
        noteTransitions()
        do {
            while try !attemptCommit(.everything, at: pipeline.commit.at, isWhole: true) {
                try await Task.sleep(for: Self.lastRetryInterval)
            }
            return true
        } catch {
            storeKeeper.giveUp(pipeline.commit, unacknowledged: pipeline.unacknowledgedCount)
            tendOutlet()
            return false
        }
    }

    /// What the last commit has stored of alarms goes out before `offline`, and what the broker
    /// confirms in time need not be sent again by the next run. The rest waits in the outbox.
    private mutating func sendLast() async {
        let end = clock.monotonic().after(Self.lastSendTime)
        tendOutlet()
        while outlet?.isSending == true, clock.monotonic() < end {
            // The poll loop has ended, and with it this task is cancelled: another one waits.
            await Task { try? await Task.sleep(for: .milliseconds(10)) }.value
            tendOutlet()
        }
        pipeline.commit.delivered += outlet?.takeFinished() ?? []
        // A row that stays is sent once more.
        _ = try? store.commit(pipeline.commit, synchronous: .normal)
    }

    private mutating func tendOutlet() {
        outlet?.tend(
            alarms: pipeline.alarms,
            store: store,
            now: pipeline.commit.at,
            moment: clock.monotonic(),
        )
    }

    /// New transitions are logged, and while the store fails announced at once as not durable; they
    /// are sent again when they are stored.
    private mutating func noteTransitions() {
        let transitions = pipeline.commit.transitions[notedCount...]
        guard !transitions.isEmpty else { return }
        notedCount = pipeline.commit.transitions.count
        alarmLog.note(Array(transitions))
        if storeKeeper.isFailing { outlet?.announceUnstored(transitions) }
    }

    /// - Returns: whether it succeeded.
    private mutating func attemptCommit(
        _ part: CommitBatch.Part,
        at now: ReceiveTime,
        isWhole: Bool,
    ) throws(HistoryError) -> Bool {
        pipeline.commit.delivered += outlet?.takeFinished() ?? []
        // A part may hold messages whose acknowledgements go with a later commit that is empty.
        let mustSurvivePowerCut =
            !isWhole || pipeline.unacknowledgedCount > 0 || !pipeline.commit.transitions.isEmpty
        let begin = clock.monotonic()
        do {
            let outcome = try store.commit(
                pipeline.commit,
                part,
                synchronous: mustSurvivePowerCut ? .full : .normal,
            )
            selfMonitoring.didCommit(outcome, since: begin)
            storeKeeper.didCommit(outcome)
            supervision.storeTook(upTo: now)
        } catch {
            selfMonitoring.didFailToCommit()
            try noteFailure(error, at: now)
            return false
        }
        if isWhole { loop.markCommitted() }
        outlet?.committed(pipeline.commit.transitions)
        if isWhole { policy.didCommit() }
        pipeline.didCommit(part, isWhole: isWhole)
        notedCount = 0
        return true
    }

    private mutating func noteFailure(
        _ error: HistoryError,
        at now: ReceiveTime,
    ) throws(HistoryError) {
        let wasFailing = storeKeeper.isFailing
        let condition = try storeKeeper.didFail(error, now: clock.monotonic(), at: now)
        supervision.storeRefused()
        if !wasFailing { outlet?.announceUnstored(pipeline.commit.transitions[...]) }
        guard let condition else { return }
        pipeline.note(condition)
        noteTransitions()
    }

    private mutating func tend(at now: ReceiveTime) {
        let moment = clock.monotonic()
        alarmLog.tend(at: now)
        supervision.didCycle(
            at: now,
            hasNothingToCommit: pipeline.commit.isEmpty && pipeline.unacknowledgedCount == 0,
            isStoreFailing: storeKeeper.isFailing,
            brokersUp: holding.upCount,
        )
        if let due = startUpEndsAt, moment >= due {
            startUpEndsAt = startUpTimes.popFirst().map { moment.after($0) }
            StartUpCode.release()
        }
        outlet?.tend(alarms: pipeline.alarms, store: store, now: now, moment: moment)
        upkeep.tend(store, keeper: &storeKeeper, at: now, moment: moment)
        pipeline.release(upkeep.takeReleasedFeeds())
        tellFigures(at: now, moment: moment)
    }

    /// How the daemon itself is, where there is somebody to tell.
    private mutating func tellFigures(at now: ReceiveTime, moment: MonotonicTime) {
        let sources = SelfMonitoring.Sources(
            store: store,
            loop: loop,
            isStoreFailing: storeKeeper.isFailing,
            closedAt: now,
        )
        selfMonitoring.tend(&pipeline, &outlet, sources, reload.figures, moment: moment)
    }
}
