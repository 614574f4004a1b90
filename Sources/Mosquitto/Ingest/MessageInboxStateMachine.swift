internal import Monitoring

/// The inbox without its lock: batches that wait, a consumer that waits, or the end.
struct MessageInboxStateMachine {
    typealias Consumer = BatchConsumer

    enum Delivery {
        /// Taken; it waits for the consumer.
        case stored
        /// Taken; resume the consumer with it.
        case resume(Consumer, MessageBatch)
        /// Full: keep the batch and come again after the consumer has taken one.
        case full(MessageBatch)
        /// Nobody will ever take it.
        case finished
    }

    enum Next {
        /// Resume the consumer that asks, with a batch or with the end.
        case resume(MessageBatch?)
        /// The consumer's continuation is kept.
        case wait
    }

    private enum State {
        case open(consumer: Consumer?)
        /// No more batches come; those that wait are still given out.
        case ending
        /// The end was given out, or the consumer was cancelled.
        case ended
    }

    private var state = State.open(consumer: nil)
    private var waiting: [MessageBatch] = []
    private var emptied: [MessageBatch] = []
    private let capacity: Int

    /// Batches accepted so far.
    private(set) var delivered: UInt64 = 0
    /// Batches given to the consumer so far.
    private(set) var taken: UInt64 = 0
    /// What nobody will ever take.
    private(set) var untaken = UntakenMessages()

    init(capacity: Int) {
        precondition(capacity > 0, "an inbox holds at least one batch")
        self.capacity = capacity
        waiting.reserveCapacity(capacity)
        emptied.reserveCapacity(capacity + 2)
    }

    /// Whether `deliver` would accept a batch.
    var hasRoom: Bool {
        switch state {
        case .open: waiting.count < capacity
        case .ending, .ended: false
        }
    }

    /// Whether the consumer is gone.
    var isEnded: Bool {
        switch state {
        case .open, .ending: false
        case .ended: true
        }
    }

    mutating func deliver(_ batch: consuming MessageBatch) -> Delivery {
        switch state {
        case .open(let consumer?):
            state = .open(consumer: nil)
            delivered += 1
            taken += 1
            return .resume(consumer, batch)
        case .open(nil):
            if batch.isEmpty, let last = waiting.indices.last {
                // Ticks must not fill the inbox while the consumer is busy: the batch before takes
                // this one's time over.
                waiting[last].closedAt = max(waiting[last].closedAt, batch.closedAt)
                recycle(batch)
                return .stored
            }
            guard waiting.count < capacity else { return .full(batch) }
            delivered += 1
            waiting.append(batch)
            return .stored
        case .ending:
            preconditionFailure("a batch was delivered after the end of the inbox")
        case .ended:
            untaken.add(batch)
            return .finished
        }
    }

    /// A batch that can be had without waiting.
    mutating func takeWaiting() -> MessageBatch? {
        guard !waiting.isEmpty else { return nil }
        taken += 1
        return waiting.removeFirst()
    }

    mutating func next(_ consumer: Consumer, isCancelled: Bool) -> Next {
        switch state {
        case .open(nil):
            if isCancelled {
                end()
                return .resume(nil)
            }
            if let batch = takeWaiting() { return .resume(batch) }
            state = .open(consumer: consumer)
            return .wait
        case .open:
            preconditionFailure("two tasks wait for the same inbox")
        case .ending:
            if !isCancelled, let batch = takeWaiting() { return .resume(batch) }
            end()
            return .resume(nil)
        case .ended: return .resume(nil)
        }
    }

    /// No more batches come. Returns the consumer to resume with the end.
    mutating func finish() -> Consumer? {
        switch state {
        case .open(let consumer?):
            end()
            return consumer
        case .open(nil):
            state = .ending
            return nil
        case .ending, .ended: return nil
        }
    }

    /// The consumer's task was cancelled: what waits is dropped, unacknowledged.
    mutating func cancel() -> Consumer? {
        switch state {
        case .open(let consumer):
            end()
            return consumer
        case .ending:
            end()
            return nil
        case .ended: return nil
        }
    }

    private mutating func end() {
        state = .ended
        for batch in waiting { untaken.add(batch) }
        waiting.removeAll()
    }

    /// Keeps an emptied batch for reuse; beyond what can be under way it is let go.
    mutating func recycle(_ batch: consuming MessageBatch) {
        if emptied.count < capacity + 2 { emptied.append(batch) }
    }

    mutating func takeEmptied() -> MessageBatch? {
        emptied.popLast()
    }
}
