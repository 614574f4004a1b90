import Monitoring
import Testing

private let t0 = Double(Plant.start)

private func filter(_ text: String) -> TopicFilter {
    do { return try TopicFilter(text) } catch { preconditionFailure("\(error)") }
}

/// When `silence` speaks: `after: 5s` is exact, and a tick is 100 ms.
@Suite("Silence in time")
struct SilenceTimingTests {
    private let after5s = ["silence": CheckParameters(values: ["after": .duration(.seconds(5))])]

    private func silences(_ plant: Plant, of key: String? = nil) -> [String] {
        let feed = key.flatMap { plant.feed($0)?.id }
        return plant.report.findings
            .filter { $0.finding.check.name == "silence" && $0.change != .updated }
            .filter { feed == nil || $0.finding.feed == feed }
            .map { event in
                let after = Double(event.at.nanoseconds - Plant.start * 1_000_000_000) / 1e9
                return "\(event.change) \(after)"
            }
    }

    @Test("found once, by the first tick not before the deadline, and ended by the next message")
    func punctual() {
        var plant = Plant(rules: [FeedRule(filter: filter("plant/#"), checks: after5s)])
        plant.send("plant/a", ["v": 1], at: t0 + 0.25)
        plant.run(to: t0 + 400)
        #expect(silences(plant) == ["began 5.3", "confirmed 5.3"])
        plant.send("plant/a", ["v": 1], at: t0 + 400.07)
        plant.run(to: t0 + 405)
        #expect(silences(plant).suffix(1) == ["ended 400.07"])
        plant.run(to: t0 + 500)
        #expect(silences(plant).suffix(2) == ["began 405.1", "confirmed 405.1"])
    }

    @Test("a message on the grid is timed to the tick itself")
    func onTheGrid() {
        var plant = Plant(rules: [FeedRule(filter: filter("plant/#"), checks: after5s)])
        plant.send("plant/a", ["v": 1], at: t0 + 0.3)
        plant.run(to: t0 + 100)
        #expect(silences(plant) == ["began 5.3", "confirmed 5.3"])
    }

    @Test("nothing while the connection is down, and one deadline after it is up, to the tick")
    func disconnected() {
        var plant = Plant(rules: [FeedRule(filter: filter("plant/#"), checks: after5s)])
        plant.send("plant/a", ["v": 1], at: t0)
        plant.connection(isUp: false, at: t0 + 3)
        plant.connection(isUp: true, at: t0 + 100.05)
        plant.run(to: t0 + 200)
        #expect(silences(plant) == ["began 105.1", "confirmed 105.1"])
    }

    @Test("a connection that the daemon closed is nobody's silence, and no fault of the broker")
    func closedByUs() {
        var plant = Plant(rules: [FeedRule(filter: filter("plant/#"), checks: after5s)])
        plant.send("plant/a", ["v": 1], at: t0)
        plant.event(.connectionClosed, at: t0 + 3)
        plant.connection(isUp: true, at: t0 + 100.05)
        plant.run(to: t0 + 200)
        #expect(silences(plant) == ["began 105.1", "confirmed 105.1"])
        #expect(plant.report.conditions.map(\.isAbnormal) == [false], "only the coming up is said")
    }

    @Test("a silence that a lost connection suspended is confirmed anew after one deadline")
    func suspended() {
        var plant = Plant(rules: [FeedRule(filter: filter("plant/#"), checks: after5s)])
        plant.send("plant/a", ["v": 1], at: t0)
        plant.connection(isUp: false, at: t0 + 30)
        plant.connection(isUp: true, at: t0 + 62)
        plant.run(to: t0 + 90)
        #expect(
            silences(plant)
                == ["began 5.0", "confirmed 5.0", "suspended 30.0", "confirmed 67.0"]
        )
    }

    @Test("after standing still, a feed has one whole deadline again")
    func resumed() {
        var plant = Plant(rules: [FeedRule(filter: filter("plant/#"), checks: after5s)])
        plant.send("plant/a", ["v": 1], at: t0)
        plant.resumed(at: t0 + 3_600)
        plant.run(to: t0 + 3_700)
        #expect(silences(plant) == ["began 3605.0", "confirmed 3605.0"])
    }

    @Test("where one broker may have held its messages back, a feed of another is silent in time")
    func heldBack() {
        let rule = FeedRule(filter: filter("plant/#"), checks: after5s)
        var plant = Plant(rules: [rule], brokers: ["held", "other"])
        plant.send("plant/a", ["v": 1], at: t0)
        plant.send("plant/b", ["v": 1], at: t0, broker: 1)
        for half in 1...20 { plant.event(.heldBack, at: t0 + Double(half) / 2, broker: 0) }
        plant.run(to: t0 + 30)
        #expect(silences(plant, of: "plant/a") == ["began 15.0", "confirmed 15.0"])
        #expect(silences(plant, of: "other!plant/b") == ["began 5.0", "confirmed 5.0"])
    }

    @Test("a dead field of a living device is found; the device's other fields are not silent")
    func deadField() {
        var plant = Plant(rules: [FeedRule(filter: filter("plant/#"), checks: after5s)])
        for second in 0..<60 {
            if second < 20 {
                plant.send("plant/a", ["x": 1, "y": 2], at: t0 + Double(second))
            } else {
                plant.send("plant/a", ["x": 1], at: t0 + Double(second))
            }
        }
        plant.run()
        #expect(silences(plant, of: "plant/a:x").isEmpty)
        #expect(silences(plant, of: "plant/a:y") == ["began 24.0", "confirmed 24.0"])
    }

    @Test("a retained copy does not end a silence, an unreadable message does, for every field")
    func endings() {
        var plant = Plant(rules: [FeedRule(filter: filter("plant/#"), checks: after5s)])
        plant.send("plant/a", ["x": 1, "y": 2], at: t0)
        plant.send("plant/a", ["x": 1, "y": 2], at: t0 + 20, isRetained: true)
        plant.run(to: t0 + 30)
        #expect(silences(plant).count == 4)
        plant.garble("plant/a", at: t0 + 31)
        plant.run(to: t0 + 32)
        #expect(silences(plant, of: "plant/a:x").suffix(1) == ["ended 31.0"])
        #expect(silences(plant, of: "plant/a:y").suffix(1) == ["ended 31.0"])
        plant.run(to: t0 + 40)
        #expect(silences(plant, of: "plant/a:x").suffix(2) == ["began 36.0", "confirmed 36.0"])
    }

    @Test("a declared topic of several fields speaks for itself, and goes silent on time")
    func declaredWhole() {
        var plant = Plant(rules: [FeedRule(filter: filter("plant/a"), checks: after5s)])
        plant.run(to: t0 + 10)
        #expect(silences(plant) == ["began 5.0", "confirmed 5.0"])
        plant.send("plant/a", ["x": 1, "y": 2], at: t0 + 20)
        plant.run(to: t0 + 24.9)
        #expect(silences(plant).suffix(1) == ["ended 20.0"])
        plant.run(to: t0 + 26)
        #expect(silences(plant, of: "plant/a").suffix(2) == ["began 25.0", "confirmed 25.0"])
    }

    @Test("a feed that became faster is missed by its new cadence, not by its old one")
    func fasterCadence() throws {
        var plant = Plant(rules: [FeedRule(filter: filter("plant/#"))])
        for index in 0..<25 { plant.send("plant/a", ["v": 1], at: t0 + Double(index) * 50) }
        let fast = t0 + 1_200
        for index in 1...60 { plant.send("plant/a", ["v": 1], at: fast + Double(index)) }
        plant.run(to: fast + 100)
        let found = try #require(plant.report.findings.first { $0.finding.check.name == "silence" })
        #expect(found.at.nanoseconds == Plant.nanoseconds(fast + 63.5))
    }
}
