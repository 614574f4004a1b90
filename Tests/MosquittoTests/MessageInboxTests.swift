import Monitoring
import Synchronization
import TestSupport
import Testing

@testable import Mosquitto

@Suite("Message inbox", .timeLimit(.minutes(1)))
struct MessageInboxTests {
    /// A batch that is told by its time.
    private func batch(_ number: Int64) -> MessageBatch {
        var batch = MessageBatch()
        batch.append(.connectionUp, at: ReceiveTime(nanoseconds: number), broker: 0)
        return batch
    }

    private func deliver(_ number: Int64, to storage: MessageInboxStorage) -> Bool {
        var batch = batch(number)
        let isTaken = storage.exchange(&batch)
        #expect(batch.records.isEmpty == isTaken, "a refused batch stays whole")
        return isTaken
    }

    @Test("batches come out in order, one end after the last")
    func order() async {
        let storage = MessageInboxStorage(capacity: 3) {}
        for number: Int64 in 1...3 { #expect(deliver(number, to: storage)) }
        storage.finish()
        var seen: [Int64] = []
        for await batch in MessageInbox(storage: storage) {
            seen.append(batch.closedAt.nanoseconds)
        }
        #expect(seen == [1, 2, 3])
        var iterator = MessageInbox(storage: storage).makeAsyncIterator()
        #expect(await iterator.next() == nil, "the end lasts")
    }

    @Test("a full inbox refuses, keeps nothing of the refused, and asks again after a batch left")
    func bounded() async {
        let asked = Atomic<Int>(0)
        let storage = MessageInboxStorage(capacity: 2) { asked.add(1, ordering: .relaxed) }
        #expect(deliver(1, to: storage))
        #expect(deliver(2, to: storage))
        #expect(!storage.hasRoom)
        #expect(!deliver(3, to: storage))
        #expect(storage.counts == (2, 0))
        var iterator = MessageInbox(storage: storage).makeAsyncIterator()
        #expect(await iterator.next()?.closedAt.nanoseconds == 1)
        #expect(asked.load(ordering: .relaxed) == 1)
        #expect(storage.hasRoom)
        #expect(deliver(3, to: storage))
        #expect(await iterator.next()?.closedAt.nanoseconds == 2)
        #expect(await iterator.next()?.closedAt.nanoseconds == 3)
        #expect(storage.counts == (3, 3))
    }

    @Test("a tick behind a waiting batch takes no room: the batch takes its time over")
    func coalescesTicks() async {
        let storage = MessageInboxStorage(capacity: 2) {}
        var tick = MessageBatch()
        tick.closedAt = ReceiveTime(nanoseconds: 5)
        #expect(storage.exchange(&tick))
        #expect(deliver(6, to: storage))
        tick.closedAt = ReceiveTime(nanoseconds: 7)
        #expect(storage.exchange(&tick), "the inbox is full, and a tick needs no room")
        #expect(storage.counts.delivered == 2)
        #expect(await storage.next()?.closedAt.nanoseconds == 5)
        #expect(await storage.next()?.closedAt.nanoseconds == 7)
    }

    @Test("a waiting consumer gets the batch; the commit counts what it took, not what waits")
    func consumerWaits() async {
        let storage = MessageInboxStorage(capacity: 2) {}
        async let first = storage.next()
        async let delivered = Task {
            var isTaken = false
            while !isTaken, !Task.isCancelled {
                isTaken = deliver(7, to: storage)
            }
            return isTaken
        }.value
        #expect(await delivered)
        #expect(await first?.closedAt.nanoseconds == 7)
        #expect(deliver(8, to: storage))
        #expect(storage.counts == (2, 1))
    }

    @Test("a cancelled consumer that waits gets the end, and nothing is delivered any more")
    func cancelledWhileWaiting() async {
        let storage = MessageInboxStorage(capacity: 2) {}
        let consumer = Task { await storage.next() }
        consumer.cancel()
        #expect(await consumer.value == nil)
        #expect(storage.isEnded)
        #expect(!storage.hasRoom)
        #expect(deliver(1, to: storage), "dropped, for nobody will take it")
        #expect(storage.counts == (0, 0), "so it can never count as committed")
    }

    @Test("a consumer cancelled before it asks gets the end, also with batches waiting")
    func cancelledBefore() async {
        let storage = MessageInboxStorage(capacity: 2) {}
        #expect(deliver(1, to: storage))
        let consumer = Task {
            // Safety: the task is used within the closure only.
            unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
            return await storage.next()
        }
        #expect(await consumer.value == nil)
        #expect(storage.isEnded)
        #expect(storage.counts.taken == 0)
    }

    @Test("a batch that was given back is used again with its memory")
    func recycles() async throws {
        let storage = MessageInboxStorage(capacity: 1) {}
        let inbox = MessageInbox(storage: storage)
        var large = MessageBatch()
        let payload = [UInt8](repeating: 1, count: 300_000)
        large.append(
            topic: payload.span.extracting(0..<1),
            payload: payload.span,
            receivedAt: ReceiveTime(nanoseconds: 1),
            qualityOfService: 0,
            isRetained: false,
            broker: 0,
        )
        #expect(storage.exchange(&large))
        inbox.recycle(try #require(await storage.next()))
        var next = batch(2)
        #expect(storage.exchange(&next))
        #expect(next.isEmpty)
        #expect(next.bytes.isEmpty)
        #expect(next.bytes.capacity >= 300_000)
    }
}
