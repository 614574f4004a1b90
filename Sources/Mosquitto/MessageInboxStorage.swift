internal import Monitoring
internal import Synchronization

/// The inbox behind its lock: asks the state machine while holding it, acts after letting go.
final class MessageInboxStorage: Sendable {
    private let machine: Mutex<MessageInboxStateMachine>
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

    /// Hands a batch over; gives it back where the inbox is full. A batch for a consumer that has
    /// gone is dropped, unacknowledged.
    func deliver(_ batch: consuming MessageBatch) -> MessageBatch? {
        switch machine.withLock({ [batch] in $0.deliver(batch) }) {
        case .stored, .finished: return nil
        case .full(let refused): return refused
        case .resume(let consumer, let batch):
            consumer.resume(returning: batch)
            return nil
        }
    }

    func finish() {
        machine.withLock { $0.finish() }?.resume(returning: nil)
    }

    /// An empty batch: one that came back, else a new one.
    func emptyBatch() -> MessageBatch {
        guard var batch = machine.withLock({ $0.takeEmptied() }) else { return MessageBatch() }
        batch.removeAll()
        return batch
    }

    // MARK: The consumer

    nonisolated(nonsending) func next() async -> MessageBatch? {
        if !Task.isCancelled, let batch = machine.withLock({ $0.takeWaiting() }) {
            onDemand()
            return batch
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { consumer in
                let isCancelled = Task.isCancelled
                switch machine.withLock({ $0.next(consumer, isCancelled: isCancelled) }) {
                case .resume(let batch):
                    consumer.resume(returning: batch)
                    onDemand()
                case .wait: break
                }
            }
        } onCancel: {
            machine.withLock { $0.cancel() }?.resume(returning: nil)
            onDemand()
        }
    }

    /// The batch is emptied by the producer, when the consumer's reference is surely gone: emptying
    /// it here could copy the slab.
    func recycle(_ batch: consuming MessageBatch) {
        machine.withLock { [batch] in $0.recycle(batch) }
    }
}
