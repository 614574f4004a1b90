import LocalBrokers
import Monitoring
import Mosquitto
import TestSupport
import Testing

/// Against Debian's real mosquitto on the loopback.
@Suite("Connections, real broker", .timeLimit(.minutes(2)))
struct BrokerTests {
    private func publish(_ broker: MosquittoBroker, _ payload: String, more: [String] = []) throws {
        try Command.run(
            "mosquitto_pub",
            ["-p", "\(broker.port)", "-t", "plant/a", "-q", "1", "-m", payload] + more,
        )
    }

    @Test("messages arrive with topic, payload, quality and retain flag; ticks come without any")
    func delivers() async throws {
        let broker = try MosquittoBroker()
        try broker.start()
        try publish(broker, "old", more: ["-r"])
        let engine = try TestEngine([source(broker.port)])
        #expect(await eventually { engine.payloads == ["old"] })
        try publish(broker, "new")
        try Command.run(
            "mosquitto_pub",
            ["-p", "\(broker.port)", "-t", "plant/\u{e9}/", "-n"],
        )
        #expect(await eventually { engine.now.messages.count == 3 })
        #expect(
            engine.now.messages == [
                .init(topic: "plant/a", payload: "old", isRetained: true),
                .init(topic: "plant/a", payload: "new"),
                .init(topic: "plant/\u{e9}/", payload: "", qualityOfService: 0),
            ]
        )
        let batches = engine.now.batches
        #expect(await eventually { engine.now.batches >= batches + 2 })
        await engine.stop()
    }

    @Test("a broker that is absent at the start is found when it comes")
    func absentAtStart() async throws {
        let broker = try MosquittoBroker()
        let engine = try TestEngine([source(broker.port)])
        #expect(
            await eventually {
                engine.hasEvent { if case .couldNotConnect = $0 { true } else { false } }
            }
        )
        let problem = engine.loop.statuses.first?.lastProblem
        #expect(
            problem?.text.contains("Connection refused") == true,
            "\(String(describing: problem))"
        )
        try broker.start()
        #expect(await eventually { engine.now.ups == 1 })
        await engine.stop()
    }

    @Test("a killed broker is found again, and what it kept arrives")
    func killedAndRestarted() async throws {
        var options = MosquittoBroker.Options()
        options.isPersistent = true
        let broker = try MosquittoBroker(options)
        try broker.start()
        let engine = try TestEngine([source(broker.port)])
        #expect(await eventually { engine.now.ups == 1 })
        try publish(broker, "1")
        #expect(await eventually { engine.payloads == ["1"] })
        broker.kill()
        #expect(await eventually { engine.now.downs == 1 })
        try broker.start()
        #expect(await eventually(within: .seconds(40)) { engine.now.ups == 2 })
        try publish(broker, "2")
        #expect(await eventually { engine.payloads == ["1", "2"] })
        #expect(await eventually { engine.loop.statuses.first?.reconnects == 1 })
        await engine.stop()
    }

    @Test("what was read and not committed comes again; what was committed does not")
    func redelivers() async throws {
        let broker = try MosquittoBroker()
        try broker.start()
        let first = try TestEngine([source(broker.port)])
        #expect(await eventually { first.now.ups == 1 })
        try publish(broker, "committed")
        #expect(await eventually { first.payloads == ["committed"] })
        #expect(await eventually { first.loop.statuses.first?.unacknowledged == 0 })
        first.setCommits(false)
        for number in 1...5 { try publish(broker, "\(number)") }
        #expect(await eventually { first.now.messages.count == 6 })
        await first.stop(within: .milliseconds(300))

        try publish(broker, "6")
        let second = try TestEngine([source(broker.port)])
        #expect(await eventually { second.now.messages.count >= 6 })
        #expect(second.payloads == ["1", "2", "3", "4", "5", "6"])
        // The broker sends them before it answers the subscription.
        #expect(
            await eventually {
                second.hasEvent { $0 == .online(version: .v5, sessionPresent: true) }
            }
        )
        await second.stop()
    }

    @Test("user name and password file are used, and read again at each attempt")
    func credentials() async throws {
        var options = MosquittoBroker.Options()
        options.users = ["assay": "right"]
        let broker = try MosquittoBroker(options)
        try broker.start()
        let file = try broker.folder.write("wrong\n", to: "secret")
        let engine = try TestEngine([
            source(broker.port) {
                $0.username = "assay"
                $0.passwordFile = file
            }
        ])
        #expect(
            await eventually {
                engine.hasEvent {
                    if case .couldNotConnect(let problem, _) = $0 {
                        problem.needsPerson
                    } else {
                        false
                    }
                }
            }
        )
        #expect(engine.now.ups == 0)
        try broker.folder.write("right\r\nsecond line", to: "secret")
        #expect(await eventually(within: .seconds(40)) { engine.now.ups == 1 })
        await engine.stop()
    }

    @Test("a password file that is missing is named")
    func missingPasswordFile() async throws {
        let engine = try TestEngine([
            source(try #require(LoopbackPort.findFree())) {
                $0.username = "assay"
                $0.passwordFile = "/nonexistent/password"
            }
        ])
        #expect(
            await eventually {
                engine.hasEvent {
                    guard case .couldNotConnect(let problem, _) = $0 else { return false }
                    return problem.text.contains("/nonexistent/password")
                        && problem.text.contains("No such file")
                }
            }
        )
        await engine.stop()
    }

    @Test("two brokers are read by one loop, each message knows its broker")
    func twoBrokers() async throws {
        let one = try MosquittoBroker()
        let two = try MosquittoBroker()
        try one.start()
        try two.start()
        let engine = try TestEngine([source(one.port), source(two.port)])
        #expect(await eventually { engine.now.ups == 2 })
        try publish(one, "one")
        #expect(await eventually { engine.payloads == ["one"] })
        one.kill()
        try publish(two, "two")
        #expect(await eventually { engine.payloads == ["one", "two"] })
        #expect(await eventually { engine.now.downs == 1 })
        await engine.stop()
    }

    /// A frozen process does not hear SIGTERM, as one that inherited it blocked does not.
    @Test("a broker of a test that does not end by itself is killed, and the test goes on")
    func brokerDoesNotEnd() throws {
        let broker = try MosquittoBroker()
        try broker.start()
        broker.freeze()
        broker.stop()
        try broker.start()
    }
}
