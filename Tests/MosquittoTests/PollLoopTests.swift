import Glibc
import Logging
import Monitoring
import Mosquitto
import Synchronization
import TestSupport
import Testing

/// The loop and its executor, apart from brokers' whims.
@Suite("Poll loop", .timeLimit(.minutes(1)))
struct PollLoopTests {
    private func makeLoop(_ sources: [IngestSource]) throws -> PollLoop {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return try PollLoop(
            sources: sources,
            clock: TestClock().gateway,
            random: { 0 },
            logger: logger,
        )
    }

    @Test("the engine's task runs on one thread, also after it waited for something else")
    func runsOnPollThread() async throws {
        let loop = try makeLoop([])
        let task = Task(executorPreference: loop.executor) {
            var threads: Set<UInt> = [pthread_self()]
            for await batch in loop.messages.prefix(3) {
                threads.insert(pthread_self())
                loop.messages.recycle(batch)
                // Elsewhere, and back.
                await goElsewhere()
                threads.insert(pthread_self())
            }
            return threads.count
        }
        try loop.start()
        #expect(await task.value == 1)
        loop.stop(within: .milliseconds(100))
        await loop.finished()
    }

    @Test("a task on the executor ends also when the loop has ended before")
    func outlivesLoop() async throws {
        let loop = try makeLoop([])
        try loop.start()
        loop.stop(within: .milliseconds(50))
        await loop.finished()
        let task = Task(executorPreference: loop.executor) {
            var count = 0
            for await _ in loop.messages { count += 1 }
            await Task.yield()
            return count >= 0
        }
        #expect(await task.value)
    }

    @Test(
        "a suspended engine stops the reading: the broker keeps what does not fit, nothing is lost"
    )
    func backPressure() async throws {
        let broker = try ScriptedBroker()
        let loop = try makeLoop([source(broker.port, quality: 0)])
        let gate = Completed()
        let received = Atomic<Int>(0)
        let consumer = Task(executorPreference: loop.executor) {
            for await batch in loop.messages {
                let isUp = batch.records.contains { $0.kind == .connectionUp }
                received.add(
                    batch.records.count { $0.kind == .message },
                    ordering: .relaxed,
                )
                loop.messages.recycle(batch)
                loop.markCommitted()
                if isUp { await gate.wait() }
            }
        }
        try loop.start()
        #expect(await eventually { loop.statuses.first?.phase == .online })
        // 40,000 messages of 1 KB are ten times what the waiting batches and the sockets hold.
        let payload = String(repeating: "x", count: 1_000)
        let total = 40_000
        broker.publishInBackground("plant/a", payload, count: total)
        let mostHeld = (Limits.batchesWaiting + 1) * (Limits.messagesPerBatch + 1)
        #expect(
            await eventually {
                Int(loop.statuses.first?.messagesReceived ?? 0) >= 1
            }
        )
        #expect(Int(loop.statuses.first?.messagesReceived ?? 0) <= mostHeld)
        #expect(received.load(ordering: .relaxed) <= mostHeld)
        gate.complete()
        #expect(
            await eventually(within: .seconds(30)) { received.load(ordering: .relaxed) == total }
        )
        loop.stop()
        await consumer.value
        await loop.finished()
    }

    @Test("a cancelled engine ends the stream, and nothing is acknowledged any more")
    func cancelledEngine() async throws {
        let broker = try ScriptedBroker()
        let engine = try TestEngine([source(broker.port)], commitsByItself: false)
        #expect(await eventually { engine.now.ups == 1 })
        engine.cancelConsumer()
        #expect(await eventually { engine.now.isFinished })
        broker.publish("plant/a", "1", message: 1)
        await engine.stop(within: .milliseconds(200))
        #expect(broker.acknowledged.isEmpty)
        #expect(engine.now.messages.isEmpty)
    }

    @Test("ticks come on the grid of 100 ms of the wall clock, and time never goes back")
    func ticks() async throws {
        let loop = try makeLoop([])
        let task = Task(executorPreference: loop.executor) {
            var times: [Int64] = []
            for await batch in loop.messages.prefix(6) { times.append(batch.closedAt.nanoseconds) }
            return times
        }
        try loop.start()
        let times = await task.value
        loop.stop(within: .milliseconds(50))
        await loop.finished()
        let grid = times.map { $0 / 100_000_000 }
        #expect(grid == grid.sorted())
        #expect(Set(grid).count == grid.count, "two ticks of one grid point: \(times)")
    }
}

/// A gate that opens once.
final class Completed: Sendable {
    private let isOpen = Atomic<Bool>(false)

    func complete() { isOpen.store(true, ordering: .releasing) }

    func wait() async {
        _ = await eventually(within: .seconds(60)) { self.isOpen.load(ordering: .acquiring) }
    }
}

/// Something short on the global pool.
@concurrent private func goElsewhere() async {
    await Task.yield()
}
