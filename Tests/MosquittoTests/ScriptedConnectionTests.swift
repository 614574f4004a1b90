import Monitoring
import Mosquitto
import Synchronization
import TestSupport
import Testing

/// What brokers do on a bad day, played by a scripted one.
@Suite("Connections, scripted", .timeLimit(.minutes(1)))
struct ScriptedConnectionTests {
    @Test(
        "a broker without MQTT 5 is spoken to in 3.1.1",
        arguments: [true, false],
    )
    func fallsBack(answersInOldFormat: Bool) async throws {
        var script = ScriptedBroker.Script()
        script.connect = { version, _ in
            if version == 4 { return .accept(sessionPresent: true) }
            return answersInOldFormat ? .refuseAsOldBroker(0x01) : .refuse(0x84)
        }
        let broker = try ScriptedBroker(script)
        let engine = try TestEngine([source(broker.port)])
        #expect(await eventually { engine.now.ups == 1 })
        #expect(engine.hasEvent { $0 == .fellBackTo311 })
        let connects = broker.packets.filter(\.isConnect)
        #expect(
            connects == [
                .connect(version: 5, clientID: "assay-test", isClean: false),
                .connect(version: 4, clientID: "assay-test", isClean: false),
            ]
        )
        #expect(await eventually { engine.loop.statuses.first?.phase == .online })
        #expect(engine.loop.statuses.first?.inFlightLimit == 20)
        broker.publish("plant/a", "1", message: 9)
        #expect(await eventually { broker.acknowledged == [9] })
        await engine.stop()
    }

    @Test("a refused and a downgraded subscription are told, the rest works")
    func subscriptionRefused() async throws {
        var script = ScriptedBroker.Script()
        script.subscribe = { $0 == "secret/#" ? 0x87 : $0 == "low/#" ? 0 : 1 }
        let broker = try ScriptedBroker(script)
        let engine = try TestEngine([source(broker.port, ["plant/#", "secret/#", "low/#"])])
        #expect(await eventually { engine.now.ups == 1 })
        #expect(
            await eventually {
                engine.hasEvent {
                    $0 == .subscriptionRefused(filter: "secret/#", .notAuthorized)
                }
            }
        )
        #expect(engine.hasEvent { $0 == .grantedLower(filter: "low/#", qualityOfService: 0) })
        broker.publish("plant/a", "1")
        #expect(await eventually { engine.payloads == ["1"] })
        #expect(await eventually { engine.loop.statuses.first?.grantedFilters == 2 })
        await engine.stop()
    }

    @Test("a server DISCONNECT is told with its reason, and we come back")
    func serverDisconnects() async throws {
        let broker = try ScriptedBroker()
        let engine = try TestEngine([source(broker.port)])
        #expect(await eventually { engine.now.ups == 1 })
        broker.disconnect(reason: 0x8B)
        #expect(await eventually { engine.now.ups == 2 })
        #expect(engine.now.downs == 1)
        #expect(
            engine.hasEvent { $0 == .lost(ConnectionProblem(.broker(.serverShuttingDown))) }
        )
        await engine.stop()
    }

    @Test("wrong credentials are told with the broker's reason, and tried again")
    func refusedConnect() async throws {
        var script = ScriptedBroker.Script()
        script.connect = { _, earlier in
            earlier < 2 ? .refuse(0x86) : .accept(sessionPresent: false)
        }
        let broker = try ScriptedBroker(script)
        let engine = try TestEngine([source(broker.port)])
        #expect(await eventually { engine.now.ups == 1 })
        let problem = ConnectionProblem(.broker(.badUserNameOrPassword))
        #expect(engine.hasEvent { $0 == .couldNotConnect(problem, attempt: 1) })
        #expect(engine.hasEvent { $0 == .couldNotConnect(problem, attempt: 2) })
        #expect(problem.needsPerson)
        await engine.stop()
    }

    @Test("a broker that never answers CONNECT is given up after ten seconds, then tried again")
    func noConnectAnswer() async throws {
        var script = ScriptedBroker.Script()
        script.connect = { _, earlier in
            earlier == 0 ? .ignore : .accept(sessionPresent: false)
        }
        let broker = try ScriptedBroker(script)
        let engine = try TestEngine([source(broker.port)])
        #expect(await eventually { broker.connects == 1 })
        engine.clock.advance(by: .seconds(11))
        #expect(await eventually { engine.now.ups == 1 })
        #expect(
            engine.hasEvent {
                $0 == .couldNotConnect(ConnectionProblem(.noConnectAnswer), attempt: 1)
            }
        )
        await engine.stop()
    }

    @Test("a broker that never answers SUBSCRIBE is given up after ten seconds")
    func noSubscribeAnswer() async throws {
        var script = ScriptedBroker.Script()
        script.subscribe = { _ in nil }
        let broker = try ScriptedBroker(script)
        let engine = try TestEngine([source(broker.port)])
        #expect(
            await eventually { broker.packets.contains(.subscribe(filters: ["plant/#"])) }
        )
        engine.clock.advance(by: .seconds(11))
        #expect(
            await eventually {
                engine.hasEvent {
                    $0 == .couldNotConnect(ConnectionProblem(.noSubscribeAnswer), attempt: 1)
                }
            }
        )
        #expect(engine.now.ups == 0)
        await engine.stop()
    }

    @Test("a session that the broker lost is told")
    func sessionLost() async throws {
        let broker = try ScriptedBroker()
        let engine = try TestEngine([source(broker.port)])
        #expect(await eventually { engine.now.ups == 1 })
        #expect(!engine.hasEvent { $0 == .sessionLost }, "at the first connect none is expected")
        broker.drop()
        #expect(await eventually { engine.now.ups == 2 })
        #expect(engine.hasEvent { $0 == .sessionLost })
        await engine.stop()
    }

    @Test("a client id used twice is suspected after the fourth loss within a minute")
    func contestedClientID() async throws {
        let broker = try ScriptedBroker()
        let engine = try TestEngine([source(broker.port)])
        for round in 1...4 {
            #expect(await eventually { engine.now.ups == round })
            #expect(!engine.hasEvent { if case .clientIDContested = $0 { true } else { false } })
            broker.disconnect(reason: 0x8E)
        }
        #expect(
            await eventually { engine.hasEvent { $0 == .clientIDContested(lossesPerMinute: 4) } }
        )
        await engine.stop()
    }

    @Test("a payload beyond the limit is cut just above it, and the stream goes on")
    func oversizePayload() async throws {
        let broker = try ScriptedBroker()
        let engine = try TestEngine([source(broker.port)])
        #expect(await eventually { engine.now.ups == 1 })
        let large = String(repeating: "x", count: Limits.payloadBytes + 5_000)
        broker.publish("plant/a", large, message: 1)
        broker.publish("plant/a", "2", message: 2)
        #expect(await eventually { engine.payloads.last == "2" })
        #expect(engine.payloads.first?.utf8.count == Limits.payloadBytes + 1)
        await engine.stop()
    }

    private final class Later: Sendable {
        let broker = Mutex<ScriptedBroker?>(nil)
    }

    /// A broker that resumes a session may send what waits before it answers our SUBSCRIBE.
    @Test("that messages flow stands before the first message, also before the SUBACK")
    func upBeforeMessages() async throws {
        let later = Later()
        var script = ScriptedBroker.Script()
        script.connect = { _, _ in .accept(sessionPresent: true) }
        script.subscribe = { _ in
            later.broker.withLock { $0 }?.publish("plant/a", "1", message: 1)
            return 1
        }
        let broker = try ScriptedBroker(script)
        later.broker.withLock { $0 = broker }
        let engine = try TestEngine([source(broker.port)])
        #expect(await eventually { engine.loop.statuses.first?.phase == .online })
        broker.publish("plant/a", "2", message: 2)
        #expect(await eventually { engine.now.messages.count == 2 })
        broker.drop()
        #expect(await eventually { engine.now.ups == 2 && engine.now.messages.count >= 3 })
        let first: [MessageBatch.Kind] = [
            .connectionUp, .message, .message, .connectionDown, .connectionUp, .message,
        ]
        #expect(Array(engine.now.order.prefix(6)) == first)
        later.broker.withLock { $0 = nil }
        await engine.stop()
    }

    @Test("what the engine has not taken by the deadline of a stop is counted and said")
    func untaken() async throws {
        let broker = try ScriptedBroker()
        let lines = LogLines()
        let engine = try TestEngine([source(broker.port)], lines: lines)
        #expect(await eventually { engine.now.ups == 1 })
        engine.suspendAfterMessage()
        broker.publish("plant/a", "taken")
        #expect(await eventually { engine.now.messages.count == 1 })
        for number in 1...2 { broker.publish("plant/a", "again", message: UInt16(number)) }
        for _ in 1...3 { broker.publish("plant/a", "lost") }
        #expect(await eventually { engine.loop.statuses.first?.messagesReceived == 6 })
        engine.loop.stop(within: .milliseconds(200))
        await engine.loop.finished()
        #expect(lines.contains("error stopped before all messages were taken"))
        #expect(lines.contains("qos0=3 qos1=2"))
        engine.resume()
        await engine.stop()
        #expect(engine.now.messages.count == 1, "what was said to be lost is not taken later")
    }

    @Test("a stop in good order says nothing of messages")
    func allTaken() async throws {
        let broker = try ScriptedBroker()
        let lines = LogLines()
        let engine = try TestEngine([source(broker.port)], lines: lines)
        #expect(await eventually { engine.now.ups == 1 })
        for number in 1...5 { broker.publish("plant/a", "x", message: UInt16(number)) }
        #expect(await eventually { engine.now.messages.count == 5 })
        await engine.stop()
        #expect(!lines.contains("stopped before"))
    }
}
