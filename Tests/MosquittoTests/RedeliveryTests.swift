import Monitoring
import Mosquitto
import TestSupport
import Testing

/// Goal: a message that the broker sends again on the next connection is acknowledged and not handed
/// over a second time. Method: a real mosquitto behind a relay that is cut.
@Suite("Messages sent again", .timeLimit(.minutes(2)))
struct RedeliveryTests {
    /// Publishes bare values, many of them equal, so that only the number tells them apart.
    private func publish(_ range: ClosedRange<Int>, to broker: MosquittoBroker) throws {
        for number in range {
            try Command.run(
                "mosquitto_pub",
                ["-p", "\(broker.port)", "-t", "plant/a", "-q", "1", "-m", "\(number % 3)"],
            )
        }
    }

    private func hasLost(_ engine: TestEngine, _ times: Int) async -> Bool {
        await eventually { engine.now.downs == times }
    }

    private func isBack(_ engine: TestEngine, _ times: Int) async -> Bool {
        await eventually(within: .seconds(40)) { engine.now.ups == times }
    }

    @Test("what was read and not committed when the cable was cut is handed over exactly once")
    func uncommitted() async throws {
        let broker = try MosquittoBroker()
        try broker.start()
        let relay = try Relay(to: broker.port)
        let engine = try TestEngine([source(relay.port)], commitsByItself: false)
        #expect(await eventually { engine.now.ups == 1 })
        try publish(1...9, to: broker)
        #expect(await eventually { engine.now.messages.count == 9 })
        for round in 1...2 {
            relay.cut()
            #expect(await hasLost(engine, round))
            #expect(await isBack(engine, round + 1))
            #expect(await eventually { engine.now.redelivered == 9 * round })
        }
        #expect(relay.acknowledgements == 0, "nothing was committed")
        engine.loop.markCommitted()
        #expect(await eventually { relay.acknowledgements == 9 })
        engine.setCommits(true)
        try publish(10...12, to: broker)
        #expect(await eventually { engine.now.messages.count == 12 })
        #expect(engine.payloads == (1...12).map { "\($0 % 3)" })
        #expect(engine.now.redelivered == 18)
        #expect(engine.loop.statuses.first?.messagesRedelivered == 18)
        await engine.stop()
    }

    @Test("acknowledgements that were written and never arrived count nothing twice")
    func acknowledgementsLost() async throws {
        let broker = try MosquittoBroker()
        try broker.start()
        let relay = try Relay(to: broker.port)
        let engine = try TestEngine([source(relay.port)])
        #expect(await eventually { engine.now.ups == 1 })
        try publish(1...4, to: broker)
        #expect(await eventually { relay.acknowledgements == 4 })
        relay.loseWhatClientsSend()
        try publish(5...9, to: broker)
        #expect(await eventually { engine.now.messages.count == 9 })
        #expect(await eventually { engine.loop.statuses.first?.unacknowledged == 0 })
        relay.cut()
        #expect(await hasLost(engine, 1))
        #expect(await isBack(engine, 2))
        // They are acknowledged as any other, or the broker would never go on.
        #expect(await eventually { relay.acknowledgements == 9 })
        #expect(engine.now.redelivered == 5)
        #expect(engine.now.messages.count == 9)
        await engine.stop()
    }

    @Test("what came to the broker while the cable was cut is no copy, though it looks like one")
    func newMeanwhile() async throws {
        let broker = try MosquittoBroker()
        try broker.start()
        let relay = try Relay(to: broker.port)
        let engine = try TestEngine([source(relay.port)], commitsByItself: false)
        #expect(await eventually { engine.now.ups == 1 })
        try publish(1...6, to: broker)
        #expect(await eventually { engine.now.messages.count == 6 })
        relay.cut()
        try publish(7...9, to: broker)
        #expect(await hasLost(engine, 1))
        #expect(await isBack(engine, 2))
        #expect(await eventually { engine.now.messages.count == 9 })
        #expect(engine.now.redelivered == 6)
        engine.setCommits(true)
        await engine.stop()
    }

    /// A broker without persistence, killed: the session is new, its numbers begin with 1 again.
    @Test(
        "a broker that has forgotten the session sends nothing again, and nothing is held for that"
    )
    func sessionLost() async throws {
        let broker = try MosquittoBroker()
        try broker.start()
        let engine = try TestEngine([source(broker.port)])
        #expect(await eventually { engine.now.ups == 1 })
        try publish(1...5, to: broker)
        #expect(await eventually { engine.now.messages.count == 5 })
        broker.kill()
        #expect(await hasLost(engine, 1))
        try broker.start()
        #expect(await isBack(engine, 2))
        try publish(1...5, to: broker)
        #expect(await eventually { engine.now.messages.count == 10 })
        #expect(engine.now.redelivered == 0)
        await engine.stop()
    }

    /// A store that does not commit makes us leave by ourselves; what is behind the engine stays.
    @Test("what is still with the engine after a stalled store comes again as copies only")
    func stalledStore() async throws {
        let broker = try MosquittoBroker()
        try broker.start()
        let engine = try TestEngine([source(broker.port)], commitsByItself: false)
        #expect(await eventually { engine.now.ups == 1 })
        try publish(1...5, to: broker)
        #expect(await eventually { engine.now.messages.count == 5 })
        engine.clock.advance(by: .seconds(6))
        #expect(await hasLost(engine, 1))
        engine.setCommits(true)
        #expect(await isBack(engine, 2))
        #expect(await eventually { engine.now.redelivered == 5 })
        #expect(engine.now.messages.count == 5)
        await engine.stop()
    }

    /// Goal: an equal value under an equal number. Method: a scripted broker, which gives the lowest
    /// free number; between the two runs only our acknowledgement differs.
    @Test(
        "a value that repeats itself under the lowest number is a copy only where it must be one",
        arguments: [true, false],
    )
    func lowestNumber(isAcknowledged: Bool) async throws {
        var script = ScriptedBroker.Script()
        script.connect = { _, earlier in .accept(sessionPresent: earlier > 0) }
        let broker = try ScriptedBroker(script)
        let engine = try TestEngine([source(broker.port)], commitsByItself: isAcknowledged)
        #expect(await eventually { engine.now.ups == 1 })
        broker.publish("plant/a", "21.5", message: 1)
        #expect(await eventually { engine.now.messages.count == 1 })
        if isAcknowledged { #expect(await eventually { broker.acknowledged == [1] }) }
        broker.drop()
        #expect(await hasLost(engine, 1))
        #expect(await isBack(engine, 2))
        broker.publish("plant/a", "21.5", message: 1, isAgain: true)
        broker.publish("plant/a", "21.6", message: 2)
        let count = isAcknowledged ? 3 : 2
        #expect(await eventually { engine.payloads.last == "21.6" })
        #expect(engine.now.messages.count == count)
        #expect(engine.now.redelivered == 3 - count)
        await engine.stop()
    }
}
