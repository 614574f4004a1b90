import Testing

@testable import Monitoring

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
        #expect(plant.report.conditions.last?.detail.contains("of plant/x (") == true)
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
        #expect(detail.contains("retention has deleted"))
        #expect(!detail.contains("the limit is"))
        let feed = try #require(plant.feed("plant/x")).id
        #expect(plant.row(feed, minute: Plant.minute(t0)).counts.samples == 2)
        plant.monitor.release([FeedID(index: 9), FeedID(index: 7)])
        plant.send("plant/y", ["a": 1], at: t0 + 140)
        plant.send("plant/z", ["a": 1], at: t0 + 141)
        plant.run(to: t0 + 190)
        #expect(plant.report.newFeeds.map(\.id.index).suffix(2) == [7, 9], "the lowest first")
        #expect(plant.report.newFeeds.last?.key == "plant/z")
    }

    @Test("numbers that are free at the start are given first, the lowest before the others")
    func freeNumbers() {
        var numbers = FeedNumbers(after: 12, free: [3, 5])
        #expect((0..<3).map { _ in numbers.take().index } == [3, 5, 13])
        numbers.note(FeedID(index: 20))
        #expect(numbers.take().index == 21)
    }

    @Test("the alarm of the feeds' limit is over when a tenth is free, not one place")
    func hysteresis() throws {
        let rules = [FeedRule(filter: try TopicFilter("plant/#"))]
        var plant = Plant(rules: rules, limit: 20, forgetAfter: .seconds(3_600))
        for hour in 0..<10 {
            for feed in 0..<21 where feed % 20 != 19 || hour == 0 {
                // One feed an hour goes and another comes.
                let name = feed < 19 ? "plant/\(feed)" : "plant/job/\(hour)-\(feed)"
                for minute in 0..<50 {
                    let at = t0 + Double(hour) * 3_600 + Double(minute) * 60 + Double(feed)
                    if feed < 19 || minute == 0 { plant.send(name, ["a": Double(minute)], at: at) }
                }
            }
            plant.run()
        }
        #expect(Self.cardinality(plant) == [true])
        let jobs = plant.report.newFeeds.filter { $0.key.hasPrefix("plant/job/") }
        #expect(jobs.count > 3, "a place that is free is given, also under the alarm")
        plant.run(to: t0 + 36_000 + 7_300)
        #expect(Self.cardinality(plant) == [true, false])
    }

    @Test("a topic that was refused has its feed as soon as there is room")
    func refusedTopic() throws {
        let rules = [FeedRule(filter: try TopicFilter("plant/#"))]
        var plant = Plant(rules: rules, limit: 1, forgetAfter: .seconds(3_600))
        plant.send("plant/x", ["a": 1], at: t0)
        for minute in 0..<70 { plant.send("plant/y", ["a": 1], at: t0 + 1 + Double(minute) * 60) }
        plant.run()
        #expect(plant.report.forgottenFeeds.count == 1)
        #expect(plant.feed("plant/y") != nil)
    }

    @Test("refused fields are named with each topic and cause, so many of them")
    func refusals() throws {
        var plant = try Self.plant()
        for topic in 0..<20 {
            for time in 0..<3 {
                let at = t0 + Double(topic * 3 + time)
                plant.send("plant/\(topic)", ["a": 1], at: at, beyondLimit: 1)
            }
        }
        plant.run()
        let details = plant.report.conditions.map(\.detail)
        #expect(details.count == Limits.refusalsNamed)
        #expect(details.last?.contains("plant/0 (more than 1024 fields), plant/1") == true)
    }

    @Test("topics with feeds that displace each other are an alarm of their own")
    func displaced() throws {
        let rules = [FeedRule(filter: try TopicFilter("plant/#"))]
        for topics in [100, 120] {
            var plant = Plant(rules: rules, topicsKept: 100)
            for second in 0..<120 {
                for topic in 0..<topics {
                    let at = t0 + Double(second) + Double(topic) / 1_000
                    plant.send("plant/\(topic)", ["a": 1], at: at)
                    // A number that is given again belongs to a later burst.
                    plant.run()
                }
            }
            plant.run(to: t0 + 130)
            #expect(Self.cardinality(plant) == (topics > 100 ? [true] : []))
            let detail = plant.report.conditions.first?.detail ?? ""
            #expect(detail.contains("displaced it") == (topics > 100))
            #expect(plant.monitor.feedCount == topics)
            plant.run(to: t0 + 4_000)
            #expect(Self.cardinality(plant) == (topics > 100 ? [true, false] : []))
        }
    }
}
