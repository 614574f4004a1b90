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

    @Test("topics that come once lock nobody out, and whom they displace keeps its feeds")
    func serialNumbers() throws {
        let rules = [FeedRule(filter: try TopicFilter("plant/#"))]
        var plant = Plant(rules: rules, topicsKept: 20)
        plant.send("plant/quiet", ["a": 1, "b": 2], at: t0)
        for serial in 0..<200 {
            let time = t0 + Double(serial) / 10
            plant.send("other/\(serial)", ["a": 1], at: time)
            plant.garble("plant/job/\(serial)", at: time)
            plant.run()
        }
        plant.send("plant/new", ["a": 1], at: t0 + 30)
        plant.run()
        #expect(plant.feed("plant/new") != nil)
        #expect(Self.cardinality(plant).isEmpty)
        // Alone in its message, the field is the one that it was beside the other.
        plant.send("plant/quiet", ["b": 3], at: t0 + 31)
        plant.send("plant/quiet", ["b": 4, "a": 5], at: t0 + 32)
        plant.run(to: t0 + 130)
        let keys = plant.report.newFeeds.map(\.key).filter { $0.hasPrefix("plant/quiet") }
        #expect(keys == ["plant/quiet:a", "plant/quiet:b"])
        let counts = try ["a", "b"].map { name in
            plant.row(try #require(plant.feed("plant/quiet:\(name)")).id, minute: Plant.minute(t0))
                .counts.samples
        }
        #expect(counts == [2, 3])
    }

    @Test("when the numbers of feeds are used up the alarm says so, and what helps")
    func numbersUsedUp() throws {
        let rules = [FeedRule(filter: try TopicFilter("plant/#"))]
        var plant = Plant(rules: rules, lastFeed: Int32(Limits.feeds) - 2)
        plant.send("plant/x", ["a": 1], at: t0)
        plant.send("plant/y", ["a": 1], at: t0 + 1)
        plant.send("plant/x", ["a": 2], at: t0 + 2)
        plant.run(to: t0 + 130)
        #expect(plant.report.newFeeds.map(\.id.index) == [Int32(Limits.feeds) - 1])
        #expect(Self.cardinality(plant) == [true])
        let detail = try #require(plant.report.conditions.first).detail
        #expect(detail.contains("numbers of feeds are used up"))
        #expect(detail.contains("a new database"))
        #expect(!detail.contains("the limit is"))
        let feed = try #require(plant.feed("plant/x")).id
        #expect(plant.row(feed, minute: Plant.minute(t0)).counts.samples == 2)
    }
}
