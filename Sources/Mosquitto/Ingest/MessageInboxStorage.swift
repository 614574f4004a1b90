internal import Monitoring
internal import Synchronization

/// The inbox behind its lock: asks the state machine while holding it, acts after letting go.
final class MessageInboxStorage: Sendable {
    private let machine: Mutex<MessageInboxStateMachine>
    private let isTicking = Atomic<Bool>(false)
    /// Called after the consumer took a batch, and when it went away: the producer may go on.
    private let onDemand: @Sendable () -> Void

    init(capacity: Int, onDemand: @escaping @Sendable () -> Void) {
        machine = Mutex(MessageInboxStateMachine(capacity: capacity))
        self.onDemand = onDemand
    }

    // MARK: The producer

    var hasRoom: Bool { machine.withLock { $0.hasRoom } }
    var isEnded: Bool { machine.withLock { $0.isEnded } }
    /// Batches accepted and batches given out, read together.
    var counts: (delivered: UInt64, taken: UInt64) {
        machine.withLock { ($0.delivered, $0.taken) }
    }

    /// Hands a batch over and puts an empty one in its place; false, and nothing happens, where the
    /// inbox is full. For a consumer that has gone the batch is emptied, unacknowledged. The new
    /// batch was closed when the old one was, so `closedAt` never goes back but by a clock step.
    func exchange(_ batch: inout MessageBatch) -> Bool {
        var empty = machine.withLock { $0.takeEmptied() } ?? MessageBatch()
        empty.removeAll()
        empty.closedAt = batch.closedAt
        swap(&batch, &empty)
        switch machine.withLock({ [empty] in $0.deliver(empty) }) {
        case .stored, .finished: return true
        case .resume(let consumer, let delivered):
            consumer.resume(returning: delivered)
            return true
        case .full(let refused):
            machine.withLock { [batch] in $0.recycle(batch) }
            batch = refused
            return false
        }
    }

    /// The producer promises a batch every 100 ms until `finish`. A waiting consumer then needs no
    /// cancellation handler, which costs as much as all else here: it looks whether it was cancelled
    /// when it asks for the next batch.
    func promiseTicks() {
        isTicking.store(true, ordering: .releasing)
    }

    func finish() {
        isTicking.store(false, ordering: .releasing)
        machine.withLock { $0.finish() }?.resume(returning: nil)
    }

    /// The time is over: what waits is given up. Returns all that was.
    func abandon() -> UntakenMessages {
        isTicking.store(false, ordering: .releasing)
        let (consumer, untaken) = machine.withLock { ($0.cancel(), $0.untaken) }
        consumer?.resume(returning: nil)
        return untaken
    }

    // MARK: The consumer

    nonisolated(nonsending) func next() async -> MessageBatch? {
        if !Task.isCancelled, let batch = machine.withLock({ $0.takeWaiting() }) {
            onDemand()
            return batch
        }
        if isTicking.load(ordering: .acquiring), !Task.isCancelled { return await wait() }
        return await withTaskCancellationHandler {
            await wait()
        } onCancel: {
            machine.withLock { $0.cancel() }?.resume(returning: nil)
            onDemand()
        }
    }

    private nonisolated(nonsending) func wait() async -> MessageBatch? {
        // Safety: the state machine holds the continuation and resumes it exactly once: with a batch,
        // at the end, or when the consumer is cancelled.
        unsafe await withUnsafeContinuation { continuation in
            // Safety: as above.
            let consumer = unsafe BatchConsumer(continuation)
            let isCancelled = Task.isCancelled
            switch machine.withLock({ $0.next(consumer, isCancelled: isCancelled) }) {
            case .resume(let batch):
                consumer.resume(returning: batch)
                onDemand()
            case .wait: break
            }
        }
    }

    /// The batch is emptied by the producer, when the consumer's reference is surely gone: emptying
    /// it here could copy the slab.
    func recycle(_ batch: consuming MessageBatch) {
        machine.withLock { [batch] in $0.recycle(batch) }
    }
}
