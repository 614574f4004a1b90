public import Monitoring

/// The stream of message batches from the poll loop to the engine: bounded, nothing dropped.
///
/// At most `Limits.batchesWaiting` batches wait. When they do, the poll loop stops reading, TCP
/// pushes back, and the broker keeps the messages. (An `AsyncStream` would either grow without end
/// or drop silently.) An empty batch is a tick. There is one consumer; when its task is cancelled,
/// the stream ends for good, at the next tick at the latest, and what was not taken is never
/// acknowledged.
///
/// ```swift
/// for await batch in loop.messages {
///     engine.process(batch)
///     loop.messages.recycle(batch)
/// }
/// ```
public struct MessageInbox: AsyncSequence, Sendable {
    public typealias Element = MessageBatch
    public typealias Failure = Never

    let storage: MessageInboxStorage

    init(storage: MessageInboxStorage) {
        self.storage = storage
    }

    /// Gives a batch back, so that a steady stream allocates nothing. The batch must not be used
    /// afterwards; a batch that is not given back is only a lost reuse.
    public func recycle(_ batch: consuming MessageBatch) {
        storage.recycle(batch)
    }

    public func makeAsyncIterator() -> Iterator {
        Iterator(storage: storage)
    }

    /// The consumer's end. Two iterators must not wait at the same time.
    public struct Iterator: AsyncIteratorProtocol {
        let storage: MessageInboxStorage

        public mutating func next() async -> MessageBatch? {
            await next(isolation: #isolation)
        }

        /// The next batch; nil after the poll loop has stopped or the task was cancelled.
        public mutating func next(isolation actor: isolated (any Actor)?) async -> MessageBatch? {
            await storage.next()
        }
    }
}
