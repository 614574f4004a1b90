import LocalBrokers
import Logging
import Monitoring
import Mosquitto
import Synchronization
import TestSupport
import Testing

/// The publishing connection against the real mosquitto and a scripted broker. What arrives is read
/// by a poll loop of our own.
@Suite("Publishing connection", .timeLimit(.minutes(2)))
struct PublishingTests {
    final class Publisher: Sendable {
        let connection: PublishingConnection

        init(_ broker: BrokerSettings, will: Publication? = nil) throws {
            let confirmed = Box()
            var logger = Logger(label: "test")
            logger.logLevel = .critical
            box = confirmed
            connection = try PublishingConnection(
                broker: broker,
                will: will,
                clock: TestClock().gateway,
                random: { 0 },
                logger: logger,
                onConnected: { confirmed.state.withLock { $0.connects += 1 } },
                onConfirmed: { confirmation in
                    confirmed.state.withLock { $0.confirmations.append(confirmation) }
                },
            )
            try connection.start()
        }

        final class Box: Sendable {
            struct State: Sendable {
                var confirmations: [PublishConfirmation] = []
                var connects = 0
            }
            let state = Mutex(State())
        }

        private let box: Box
        var now: Box.State { box.state.withLock { $0 } }
    }

    private func publication(
        _ topic: String,
        _ text: String,
        quality: UInt8 = 1,
        retained: Bool = false,
    ) -> Publication {
        Publication(
            topic: topic,
            payload: Array(text.utf8),
            qualityOfService: quality,
            isRetained: retained,
        )
    }

    @Test(
        "publications arrive in order and are confirmed, QoS 0 and 1, before and after connecting"
    )
    func confirms() async throws {
        let broker = try MosquittoBroker()
        let publisher = try Publisher(source(broker.port).broker)
        var tokens = [try publisher.connection.publish(publication("plant/a", "early"))]
        try broker.start()
        let engine = try TestEngine([source(broker.port)])
        #expect(await eventually { engine.now.ups == 1 })
        #expect(await eventually { publisher.now.connects == 1 })
        for number in 1...100 {
            let one = publication("plant/a", "\(number)", quality: UInt8(number % 2))
            tokens.append(try publisher.connection.publish(one))
        }
        #expect(await eventually { publisher.now.confirmations.count == 101 })
        #expect(publisher.now.confirmations.allSatisfy { $0.problem == nil })
        #expect(Set(publisher.now.confirmations.map(\.token)) == Set(tokens))
        #expect(publisher.connection.unconfirmed == 0)
        #expect(await eventually { engine.payloads.suffix(100) == (1...100).map(String.init) })
        publisher.connection.stop(farewell: nil)
        await publisher.connection.finished()
        await engine.stop()
    }

    @Test("what a lost connection had not confirmed is sent again, and retained state is asked for")
    func resends() async throws {
        var script = ScriptedBroker.Script()
        script.acknowledges = false
        let broker = try ScriptedBroker(script)
        let publisher = try Publisher(source(broker.port).broker)
        #expect(await eventually { publisher.now.connects == 1 })
        for number in 1...3 {
            _ = try publisher.connection.publish(publication("t", "\(number)"))
        }
        let published = { (packets: [ScriptedPacket]) in
            packets.compactMap { packet -> String? in
                guard case .publish(_, let payload, _) = packet else { return nil }
                return String(decoding: payload, as: UTF8.self)
            }
        }
        #expect(await eventually { published(broker.packets) == ["1", "2", "3"] })
        #expect(publisher.now.confirmations.isEmpty)
        broker.drop()
        #expect(await eventually { published(broker.packets) == ["1", "2", "3", "1", "2", "3"] })
        #expect(publisher.now.connects == 2)
        #expect(
            broker.packets.first
                == .connect(version: 5, clientID: "assay-test-out", isClean: true)
        )
        publisher.connection.stop(farewell: nil, within: .milliseconds(100))
        await publisher.connection.finished()
    }

    @Test("at the limit publish refuses, and after stop as well")
    func refuses() async throws {
        let publisher = try Publisher(source(try #require(LoopbackPort.findFree())).broker)
        for number in 0..<Limits.publishesWaiting {
            _ = try publisher.connection.publish(publication("t", "\(number)"))
        }
        #expect(throws: PublishRefusal.full) {
            try publisher.connection.publish(publication("t", "one too many"))
        }
        publisher.connection.stop(farewell: nil, within: .milliseconds(50))
        #expect(throws: PublishRefusal.stopped) {
            try publisher.connection.publish(publication("t", "too late"))
        }
        await publisher.connection.finished()
    }

    @Test("a topic that cannot be published is confirmed with a problem, the next one goes through")
    func badTopic() async throws {
        let broker = try MosquittoBroker()
        try broker.start()
        let publisher = try Publisher(source(broker.port).broker)
        let bad = try publisher.connection.publish(publication("a/#", "x"))
        let good = try publisher.connection.publish(publication("a/b", "x"))
        #expect(await eventually { publisher.now.confirmations.count == 2 })
        let problems = publisher.now.confirmations.reduce(into: [:]) { $0[$1.token] = $1.problem }
        #expect(problems[bad] != nil)
        #expect(problems[good] == nil)
        publisher.connection.stop(farewell: nil)
        await publisher.connection.finished()
    }

    /// The cable is cut, and no second client takes our id: that one would be thrown out in turn by
    /// our return, before or after it has done its work.
    @Test("the will is published when the connection is cut, the farewell and no will on a stop")
    func will() async throws {
        let broker = try MosquittoBroker()
        try broker.start()
        let engine = try TestEngine([source(broker.port, ["status/#"])])
        #expect(await eventually { engine.now.ups == 1 })
        let relay = try Relay(to: broker.port)
        let settings = try source(relay.port).broker
        let will = publication("status/gw", "gone", retained: true)
        let publisher = try Publisher(settings, will: will)
        #expect(await eventually { publisher.now.connects == 1 })
        relay.cut()
        #expect(await eventually { engine.payloads.contains("gone") })
        #expect(await eventually { publisher.now.connects == 2 })
        let before = engine.payloads.count { $0 == "gone" }

        publisher.connection.stop(farewell: publication("status/gw", "offline", retained: true))
        await publisher.connection.finished()
        #expect(await eventually { engine.payloads.last == "offline" })
        // A will would come at once after the end of the connection; this message comes after it.
        try Command.run(
            "mosquitto_pub",
            ["-p", "\(broker.port)", "-t", "status/end", "-q", "1", "-m", "end"],
        )
        #expect(await eventually { engine.payloads.last == "end" })
        #expect(engine.payloads.count { $0 == "gone" } == before)
        await engine.stop()
    }
}
