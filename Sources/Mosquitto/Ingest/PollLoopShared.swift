internal import Synchronization

/// What the poll thread and everybody else both touch.
final class PollLoopShared: Sendable {
    private struct Board {
        var statuses: [ConnectionStatus] = []
        var events = EventList()
        var stopPlan: StopPlan?
        /// Brokers that are to be asked for a sign of life.
        var questions: Set<Int> = []
        /// What is to be subscribed from now on, by broker.
        var plans: [Int: SubscriptionPlan] = [:]
    }

    let wake: WakeUp
    let inbox: MessageInboxStorage
    let executor: PollExecutor
    let connectors: ConnectorMailbox
    let completion = Completion()
    private let board = Mutex(Board())
    /// Batches that are known to be durable, and how often that was said.
    private let committedBatches = Atomic<UInt64>(0)
    private let commits = Atomic<UInt64>(0)

    init(batchesWaiting: Int) throws(ConnectionProblem) {
        let wake = try WakeUp()
        self.wake = wake
        inbox = MessageInboxStorage(capacity: batchesWaiting) { wake.signal() }
        executor = PollExecutor(wake: wake)
        connectors = ConnectorMailbox(wake: wake)
    }

    /// See `PollLoop.markCommitted`.
    func markCommitted() {
        committedBatches.store(inbox.counts.taken, ordering: .releasing)
        commits.add(1, ordering: .releasing)
        wake.signal()
    }

    /// How often `markCommitted` was called; changes with each call.
    var commitCount: UInt64 { commits.load(ordering: .acquiring) }

    /// How many batches, counted from the first, are durable.
    var committedBatchCount: UInt64 { committedBatches.load(ordering: .acquiring) }

    func requestStop(_ plan: StopPlan) {
        board.withLock { if $0.stopPlan == nil { $0.stopPlan = plan } }
        wake.signal()
    }

    func ask(_ broker: Int) {
        _ = board.withLock { $0.questions.insert(broker) }
        wake.signal()
    }

    func takeQuestions() -> Set<Int> {
        board.withLock { board in
            defer { board.questions.removeAll() }
            return board.questions
        }
    }

    func subscribe(_ broker: Int, to plan: SubscriptionPlan) {
        board.withLock { $0.plans[broker] = plan }
        wake.signal()
    }

    func takePlans() -> [Int: SubscriptionPlan] {
        board.withLock { board in
            guard !board.plans.isEmpty else { return [:] }
            defer { board.plans = [:] }
            return board.plans
        }
    }

    var stopPlan: StopPlan? { board.withLock { $0.stopPlan } }

    var statuses: [ConnectionStatus] {
        get { board.withLock { $0.statuses } }
        set { board.withLock { $0.statuses = newValue } }
    }

    func append(_ event: ConnectionEvent) {
        board.withLock { $0.events.append(event) }
    }

    func takeEvents() -> [ConnectionEvent] {
        board.withLock { $0.events.takeAll() }
    }
}
