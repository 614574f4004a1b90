import Monitoring
import Mosquitto
import Synchronization
import TestSupport
import Testing

/// Other filters while a connection stands, or does not.
@Suite("Changed subscriptions", .timeLimit(.minutes(1)))
struct ResubscriptionTests {
    private func filters(_ texts: [String]) throws -> [Subscription] {
        try texts.map { Subscription(filter: try TopicFilter($0), qualityOfService: 1) }
    }

    /// SUBSCRIBEs and UNSUBSCRIBEs in order, as a person would write them; not the question for a sign
    /// of life.
    private func orders(_ broker: ScriptedBroker) -> [String] {
        broker.packets.compactMap { packet in
            switch packet {
            case .subscribe(let filters): "+ " + filters.sorted().joined(separator: " ")
            case .unsubscribe(_, ["assay/are-you-there"]): nil
            case .unsubscribe(_, let filters): "- " + filters.joined(separator: " ")
            default: nil
            }
        }
    }

    @Test("all filters are asked for before those that are not wanted any more are taken back")
    func order() async throws {
        let broker = try ScriptedBroker()
        let engine = try TestEngine([source(broker.port, ["a/#", "b/#", "c/#"])])
        #expect(await eventually { engine.now.ups == 1 })
        engine.loop.subscribe(0, to: try filters(["b/#", "c/+", "d/#"]))
        let wanted = ["+ a/# b/# c/#", "+ b/# c/+ d/#", "- a/# c/#"]
        #expect(await eventually { orders(broker) == wanted }, "\(orders(broker))")
        #expect(await eventually { engine.hasEvent { $0 == .resubscribed } })
        #expect(await eventually { engine.loop.statuses.first?.grantedFilters == 3 })
        broker.publish("d/x", "1", message: 4)
        #expect(await eventually { engine.payloads == ["1"] })
        #expect(await eventually { broker.acknowledged == [4] })
        #expect(engine.now.ups == 1 && engine.now.downs == 0, "the connection stood all the time")
        await engine.stop()
    }

    @Test("nothing of it is written before the commit that an acknowledgement waits for")
    func waitsForCommit() async throws {
        let broker = try ScriptedBroker()
        let engine = try TestEngine([source(broker.port, ["a/#"])], commitsByItself: false)
        #expect(await eventually { engine.now.ups == 1 })
        broker.publish("a/x", "1", message: 4)
        #expect(await eventually { engine.payloads == ["1"] })
        engine.loop.subscribe(0, to: try filters(["b/#"]))
        let before = engine.now.batches
        #expect(await eventually { engine.now.batches > before + 3 })
        #expect(broker.acknowledged == [] && orders(broker) == ["+ a/#"])
        engine.loop.markCommitted()
        #expect(await eventually { orders(broker) == ["+ a/#", "+ b/#", "- a/#"] })
        #expect(broker.acknowledged == [4])
        await engine.stop()
    }

    @Test(
        "what changed while the broker was away is asked for, and taken back, by the next connection"
    )
    func offline() async throws {
        let isAway = Mutex(false)
        var script = ScriptedBroker.Script()
        script.connect = { _, _ in
            isAway.withLock { $0 } ? .close : .accept(sessionPresent: true)
        }
        let broker = try ScriptedBroker(script)
        let engine = try TestEngine([source(broker.port, ["a/#"])])
        #expect(await eventually { engine.now.ups == 1 })
        isAway.withLock { $0 = true }
        broker.drop()
        #expect(await eventually { engine.now.downs == 1 })
        engine.loop.subscribe(0, to: try filters(["b/#"]))
        isAway.withLock { $0 = false }
        #expect(await eventually(within: .seconds(20)) { engine.now.ups == 2 })
        #expect(await eventually { orders(broker) == ["+ a/#", "+ b/#", "- a/#"] })
        await engine.stop()
    }

    @Test(
        "a taking back that the broker never answered is said again to the next connection, one that it answered is not"
    )
    func unanswered() async throws {
        var script = ScriptedBroker.Script()
        script.answersUnsubscribe = false
        let silent = try ScriptedBroker(script)
        let engine = try TestEngine([source(silent.port, ["a/#"])])
        #expect(await eventually { engine.now.ups == 1 })
        engine.loop.subscribe(0, to: try filters(["b/#"]))
        #expect(await eventually { orders(silent).last == "- a/#" })
        silent.drop()
        #expect(await eventually(within: .seconds(20)) { engine.now.ups == 2 })
        #expect(await eventually { orders(silent).count { $0 == "- a/#" } == 2 })
        await engine.stop()

        let broker = try ScriptedBroker()
        let other = try TestEngine([source(broker.port, ["a/#"])])
        #expect(await eventually { other.now.ups == 1 })
        other.loop.subscribe(0, to: try filters(["b/#"]))
        // The answer to a question that was put behind it.
        #expect(await eventually { orders(broker).last == "- a/#" })
        let answers = other.now.answers
        #expect(
            await eventually {
                other.loop.ask(0); return other.now.answers > answers
            }
        )
        broker.drop()
        #expect(await eventually(within: .seconds(20)) { other.now.ups == 2 })
        #expect(orders(broker) == ["+ a/#", "+ b/#", "- a/#", "+ b/#"])
        await other.stop()
    }

    @Test("a filter that is wanted again is not taken back")
    func wantedAgain() async throws {
        var script = ScriptedBroker.Script()
        script.answersUnsubscribe = false
        let broker = try ScriptedBroker(script)
        let engine = try TestEngine([source(broker.port, ["a/#"])])
        #expect(await eventually { engine.now.ups == 1 })
        engine.loop.subscribe(0, to: try filters(["b/#"]))
        #expect(await eventually { orders(broker).last == "- a/#" })
        engine.loop.subscribe(0, to: try filters(["a/#", "b/#"]))
        #expect(await eventually { orders(broker).last == "+ a/# b/#" })
        broker.drop()
        #expect(await eventually(within: .seconds(20)) { engine.now.ups == 2 })
        #expect(orders(broker).last == "+ a/# b/#")
        await engine.stop()
    }

    @Test("a filter that the broker refuses is told, before it is said that all are answered")
    func refused() async throws {
        var script = ScriptedBroker.Script()
        script.subscribe = { $0 == "secret/#" ? 0x87 : 1 }
        let broker = try ScriptedBroker(script)
        let engine = try TestEngine([source(broker.port, ["a/#"])])
        #expect(await eventually { engine.now.ups == 1 })
        engine.loop.subscribe(0, to: try filters(["a/#", "secret/#"]))
        #expect(await eventually { engine.hasEvent { $0 == .resubscribed } })
        let events = engine.now.events
        let refusal = ConnectionEvent.Kind.subscriptionRefused(filter: "secret/#", .notAuthorized)
        let told = try #require(events.firstIndex(of: refusal))
        #expect(told < (events.firstIndex(of: .resubscribed) ?? 0))
        await engine.stop()
    }

    @Test("a broker that loses its last filter keeps its connection")
    func none() async throws {
        let broker = try ScriptedBroker()
        let engine = try TestEngine([source(broker.port, ["a/#"])])
        #expect(await eventually { engine.now.ups == 1 })
        engine.loop.subscribe(0, to: [])
        #expect(await eventually { orders(broker) == ["+ a/#", "- a/#"] })
        #expect(await eventually { engine.hasEvent { $0 == .resubscribed } })
        engine.loop.subscribe(0, to: try filters(["b/#"]))
        #expect(await eventually { orders(broker).last == "+ b/#" })
        #expect(engine.now.downs == 0)
        await engine.stop()
    }
}
