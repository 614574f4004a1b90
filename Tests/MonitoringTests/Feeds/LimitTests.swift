import Monitoring
import Testing

private let t0 = Double(Plant.start)

/// What happens where a limit on feeds, topics or fields is reached: counted, and said.
@Suite("Limits on feeds, topics and fields")
struct LimitTests {
    private static func plant(limit: Int = Limits.discoveredFeeds) throws -> Plant {
        Plant(rules: [FeedRule(filter: try TopicFilter("plant/#"))], limit: limit)
    }

    private static func cardinality(_ plant: Plant) -> [Bool] {
        plant.report.conditions.filter { $0.name == "cardinality" }.map(\.isAbnormal)
    }

    @Test("samples of refused feeds and fields are in the minute's ledger, apart from messages")
    func refusedSamples() throws {
        var plant = try Self.plant(limit: 2)
        for second in 0..<3 {
            plant.send("plant/x", ["a": 1, "b": 2, "c": 3], at: t0 + Double(second))
        }
        plant.send("plant/x", ["a": 1], at: t0 + 3, beyondLimit: 5)
        plant.send("plant/x", [:], at: t0 + 4)
        plant.send("plant/x", ["a": 1], at: t0 + 61)
        plant.run(to: t0 + 130)
        let rows = plant.report.messageCounts
        #expect(rows.map(\.decoded) == [5, 1])
        #expect(rows.map(\.refusedSamples) == [8, 0])
        #expect(rows.map(\.withoutSamples) == [1, 0])
        #expect(plant.monitor.refusedSampleCount == 8)
        let counted = try ["a", "b"].map { name in
            plant.row(try #require(plant.feed("plant/x:\(name)")).id, minute: Plant.minute(t0))
                .counts.samples
        }
        #expect(counted == [4, 3], "what is refused is in no feed's minute")
    }

    @Test("refused fields are an alarm that is over when none was refused for an hour")
    func fields() throws {
        var plant = try Self.plant()
        plant.send("plant/x", ["a": 1], at: t0)
        plant.send("plant/x", ["a": 1], at: t0 + 1, beyondLimit: 2)
        plant.run(to: t0 + 2)
        #expect(Self.cardinality(plant) == [true])
        #expect(plant.report.conditions.last?.detail.contains("fields of plant/x") == true)
        plant.send("plant/x", ["a": 1], at: t0 + 1_801, beyondLimit: 2)
        plant.run(to: t0 + 5_400)
        #expect(Self.cardinality(plant) == [true], "an hour since the last")
        plant.run(to: t0 + 5_470)
        #expect(Self.cardinality(plant) == [true, false])
    }

    @Test("refused topics are counted as ignored and are the same alarm")
    func topics() throws {
        var plant = try Self.plant()
        plant.send("plant/x", ["a": 1], at: t0)
        let long = "plant/" + String(repeating: "x", count: Limits.topicBytes)
        plant.send(long, ["a": 1], at: t0 + 1)
        plant.send("plant/x", ["a": 1], at: t0 + 2, beyondLimit: 1)
        plant.send("other/x", ["a": 1], at: t0 + 3)
        plant.run(to: t0 + 61)
        #expect(Self.cardinality(plant) == [true, true], "another limit says so too")
        let row = try #require(plant.report.messageCounts.first)
        #expect([row.received, row.decoded, row.ignored] == [4, 2, 2])
        plant.run(to: t0 + 3_660)
        #expect(Self.cardinality(plant) == [true, true, false], "both are over")
    }

    @Test("while the feeds are at their limit the alarm stays, whatever else is over")
    func several() throws {
        var plant = try Self.plant(limit: 1)
        plant.send("plant/x", ["a": 1], at: t0, beyondLimit: 1)
        plant.send("plant/y", ["a": 1], at: t0)
        plant.run(to: t0 + 7_200)
        #expect(Self.cardinality(plant) == [true, true])
    }
}
