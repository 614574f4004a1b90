internal import Monitoring
internal import Synchronization

/// What the publishing thread and its callers both touch.
final class PublishingShared: Sendable {
    private struct Board {
        var queue = PublishQueue()
        var status: ConnectionStatus?
        var events = EventList()
        var stopPlan: StopPlan?
    }

    let wake: WakeUp
    let connectors: ConnectorMailbox
    let completion = Completion()
    private let board = Mutex(Board())

    init() throws(ConnectionProblem) {
        wake = try WakeUp()
        connectors = ConnectorMailbox(wake: wake)
    }

    func publish(_ publication: Publication) throws(PublishRefusal) -> PublishToken {
        let result = board.withLock { board -> Result<PublishToken, PublishRefusal> in
            if board.stopPlan != nil { return .failure(.stopped) }
            guard let token = board.queue.append(publication) else { return .failure(.full) }
            return .success(token)
        }
        wake.signal()
        return try result.get()
    }

    func requestStop(farewell: Publication?, plan: StopPlan) -> PublishToken? {
        defer { wake.signal() }
        return board.withLock { board in
            guard board.stopPlan == nil else { return nil }
            board.stopPlan = plan
            return farewell.flatMap { board.queue.append($0, isLast: true) }
        }
    }

    var stopPlan: StopPlan? { board.withLock { $0.stopPlan } }

    /// Runs one step on the queue, under the lock.
    func withQueue<Value: Sendable>(_ body: (inout PublishQueue) -> sending Value) -> Value {
        board.withLock { body(&$0.queue) }
    }

    var status: ConnectionStatus? {
        get { board.withLock { $0.status } }
        set { board.withLock { $0.status = newValue } }
    }

    func append(_ event: ConnectionEvent) {
        board.withLock { $0.events.append(event) }
    }

    func takeEvents() -> [ConnectionEvent] {
        board.withLock { $0.events.takeAll() }
    }
}
