import Monitoring
import Mosquitto
import TestSupport
import Testing

/// Goal: acknowledged means committed. Method: a scripted broker sends QoS 1 messages and notes
/// which PUBACKs come, and when.
@Suite("Acknowledgements", .timeLimit(.minutes(1)))
struct AcknowledgementTests {
    @Test("no message is acknowledged before its commit, all are after it")
    func heldUntilCommit() async throws {
        let broker = try ScriptedBroker()
        let engine = try TestEngine([source(broker.port)], commitsByItself: false)
        #expect(await eventually { engine.now.ups == 1 })
        for number: UInt16 in 1...50 { broker.publish("plant/a", "\(number)", message: number) }
        #expect(await eventually { engine.now.messages.count == 50 })

        // Many cycles pass: ticks come every 100 ms.
        let batches = engine.now.batches
        #expect(await eventually { engine.now.batches >= batches + 3 })
        #expect(broker.acknowledged.isEmpty)

        engine.loop.markCommitted()
        #expect(await eventually { broker.acknowledged.count == 50 })
        #expect(broker.acknowledged == Array(1...50))
        engine.setCommits(true)
        await engine.stop()
    }

    @Test("a message that came after the commit began stays unacknowledged")
    func laterMessageWaits() async throws {
        let broker = try ScriptedBroker()
        let engine = try TestEngine([source(broker.port)], commitsByItself: false)
        #expect(await eventually { engine.now.ups == 1 })
        broker.publish("plant/a", "1", message: 1)
        #expect(await eventually { engine.now.messages.count == 1 })
        engine.loop.markCommitted()
        #expect(await eventually { broker.acknowledged == [1] })
        broker.publish("plant/a", "2", message: 2)
        #expect(await eventually { engine.now.messages.count == 2 })
        let batches = engine.now.batches
        #expect(await eventually { engine.now.batches >= batches + 2 })
        #expect(broker.acknowledged == [1])
        await engine.stop(within: .milliseconds(200))
        #expect(broker.acknowledged == [1], "an uncommitted message was acknowledged at the end")
    }

    @Test("a commit from another task acknowledges what was taken, though a tick waits behind it")
    func tickDoesNotHoldBack() async throws {
        let broker = try ScriptedBroker()
        let engine = try TestEngine([source(broker.port)], commitsByItself: false)
        #expect(await eventually { engine.now.ups == 1 })
        engine.suspendAfterMessage()
        broker.publish("plant/a", "1", message: 1)
        #expect(await eventually { engine.now.messages.count == 1 })
        let batches = engine.now.batches
        // The clock's tick comes while the engine does something else.
        engine.clock.advance(by: .milliseconds(300))
        #expect(await eventually { engine.loop.statuses.first?.unacknowledged == 1 })
        engine.loop.markCommitted()
        #expect(await eventually { broker.acknowledged == [1] })
        #expect(engine.now.batches == batches, "the engine did not go on meanwhile")
        engine.resume()
        engine.setCommits(true)
        await engine.stop()
    }

    @Test("stopping hands over what was read, acknowledges it after the commit, says goodbye")
    func stopDrains() async throws {
        let broker = try ScriptedBroker()
        let engine = try TestEngine([source(broker.port)])
        #expect(await eventually { engine.now.ups == 1 })
        for number: UInt16 in 1...20 { broker.publish("plant/a", "\(number)", message: number) }
        #expect(await eventually { !engine.now.messages.isEmpty })
        await engine.stop()
        #expect(engine.now.isFinished)
        #expect(await eventually { broker.packets.last == .disconnect })
        #expect(broker.acknowledged.count == engine.now.messages.count)
    }

    @Test("a store that cannot commit makes us leave without acknowledging, and come back")
    func stalledStore() async throws {
        let broker = try ScriptedBroker()
        let engine = try TestEngine([source(broker.port)], commitsByItself: false)
        #expect(await eventually { engine.now.ups == 1 })
        broker.publish("plant/a", "1", message: 1)
        #expect(await eventually { engine.now.messages.count == 1 })
        // Half of the keep-alive of 10 s, and well before the broker would give up, at 15 s. The
        // engine's clock runs on meanwhile.
        engine.clock.advance(by: .seconds(6))
        #expect(await eventually(within: .seconds(5)) { engine.now.downs == 1 })
        #expect(engine.hasEvent { $0 == .closedForStore })
        #expect(broker.acknowledged.isEmpty)
        #expect(broker.connects == 1)
        engine.loop.markCommitted()
        #expect(await eventually { engine.now.ups == 2 })
        #expect(broker.acknowledged.isEmpty)
        engine.setCommits(true)
        await engine.stop()
    }

    /// Nothing can be read, so the answer to a PINGREQ would not be seen, nor one to SUBSCRIBE on a
    /// new connection.
    @Test("an engine that takes nothing makes us leave also at QoS 0, once, and come back")
    func blockedEngine() async throws {
        let broker = try ScriptedBroker()
        let engine = try TestEngine([source(broker.port, quality: 0)], commitsByItself: false)
        #expect(await eventually { engine.now.ups == 1 })
        engine.suspendAfterMessage()
        let count = (Limits.batchesWaiting + 2) * Limits.messagesPerBatch
        broker.publishInBackground("plant/a", String(repeating: "x", count: 1_000), count: count)
        // Half of the keep-alive of 10 s, counted from when the inbox is full.
        #expect(
            await eventually {
                engine.clock.advance(by: .seconds(1))
                return engine.loop.statuses.first?.phase == .awaitingStore
            }
        )
        engine.clock.advance(by: .seconds(60))
        #expect(broker.connects == 1)
        engine.resume()
        #expect(await eventually { engine.now.downs == 1 })
        #expect(engine.hasEvent { $0 == .closedForStore })
        engine.setCommits(true)
        #expect(await eventually { engine.now.ups == 2 })
        await engine.stop()
    }
}
