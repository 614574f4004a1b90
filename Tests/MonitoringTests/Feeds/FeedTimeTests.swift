import TestSupport
import Testing

@testable import Monitoring

private let t0 = Double(Plant.start)
private let m0 = Plant.minute(t0)

private func filter(_ text: String) -> TopicFilter {
    do { return try TopicFilter(text) } catch { preconditionFailure("\(error)") }
}

private let anything = [FeedRule(filter: filter("plant/#"))]

@Suite("Times that cannot be")
struct FeedTimeTests {
    @Test("a finding about a future sample stands in the present, and ends when the clock is right")
    func futureFindingEnds() {
        var plant = Plant(rules: anything)
        for second in 0..<60 {
            let at = t0 + Double(second)
            let isFuture = second == 20 || second == 21
            plant.send("plant/a", ["v": 1], at: at, source: isFuture ? at + 86_400 : at)
        }
        plant.run()
        let events = plant.report.findings.filter { $0.finding.check.name == "clockSkew" }
        #expect(events.map(\.change) == [.began, .confirmed, .ended])
        #expect(events.last?.finding.end.nanoseconds == Plant.nanoseconds(t0 + 21))
    }

    @Test(
        "source times of the first and last instant, mixed with good ones, trap nothing",
        arguments: [1, 2, 3] as [UInt64],
    )
    func extremeSourceTimes(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var plant = Plant(rules: [wildRule])
        let extremes: [Int64] = [.min, .min + 1, -1, 0, .max - 1, .max]
        for second in 0..<900 {
            let at = t0 + Double(second)
            if random.unit() < 0.5 {
                let source = extremes[Int.random(in: 0..<extremes.count, using: &random)]
                plant.send("plant/a", ["v": random.unit()], at: at, exactly: source)
            } else {
                plant.send("plant/a", ["v": random.unit()], at: at, source: at)
            }
        }
        plant.run(to: t0 + 2_000)
        let feed = try #require(plant.feed("plant/a"))
        let rows = plant.report.rollups.filter { $0.feed == feed.id }
        #expect(rows.reduce(0) { $0 + Int($1.counts.samples) } == 900, "seed \(seed)")
    }

    @Test("a gateway that starts in 1970 and is set right writes no row for the years between")
    func leap() throws {
        let rule = FeedRule(filter: filter("plant/a"), period: .seconds(1))
        var plant = Plant(rules: [rule], start: 60)
        for second in 0..<90 { plant.send("plant/a", ["v": 1], at: 60 + Double(second)) }
        plant.resumed(at: t0)
        for second in 0..<90 { plant.send("plant/a", ["v": 1], at: t0 + Double(second)) }
        plant.run(to: t0 + 200)
        let closed = plant.report.rollups.filter { !$0.isRevision }
        #expect(closed.map(\.minute) == [1, 2, m0, m0 + 1, m0 + 2])
        #expect(closed.map(\.counts.samples) == [60, 30, 60, 30, 0])
        #expect(!plant.story.contains { $0.hasPrefix("silence") && $0.hasSuffix("ended") })
    }

    @Test("a jump of some hours gives a row for each minute, and silence is found once")
    func hours() {
        var plant = Plant(rules: anything)
        for second in 0..<30 { plant.send("plant/a", ["v": 1], at: t0 + Double(second)) }
        plant.send("plant/a", ["v": 1], at: t0 + 36_000)
        plant.run()
        #expect(plant.report.rollups.map(\.minute) == (0..<599).map { m0 + $0 })
        #expect(plant.story.filter { $0 == "silence:began" }.count == 1)
    }

    @Test("an origin far from the values, or a wild first value, costs the sums no digit")
    func exactSums() {
        var random = SeededGenerator(seed: 4)
        for origin in [0.0, 65_535.25, 1e9 + 0.125, -3e11] {
            var rollup = Rollup(feed: FeedID(index: 1), minute: 0, origin: origin)
            var exact: Int128 = 0
            for _ in 0..<1_000 {
                let value = Double(Int64.random(in: 0..<1 << 50, using: &random)) * 0x1p-40
                rollup.add(value)
                exact += scaled(value) - scaled(origin)
            }
            let sum = scaled(rollup.sum.high) + scaled(rollup.sum.low)
            #expect(sum == exact, "origin \(origin)")
        }
        var plant = Plant(rules: anything)
        for second in 0..<3 {
            let value = [9.969e36, 20.125, 20.25][second]
            plant.send("plant/a", ["v": value], at: t0 + Double(second))
        }
        plant.run()
        #expect(plant.feed("plant/a")?.origin == 20.125)
    }

    /// In units of 2⁻⁴⁰, exactly.
    private func scaled(_ value: Double) -> Int128 { Int128(value * 0x1p40) }
}

@Suite("Places of feeds")
struct FeedPlaceTests {
    @Test("a forgotten feed's place is used again, its number never; who was refused may come in")
    func reuse() {
        var plant = Plant(rules: anything, limit: 2, forgetAfter: .seconds(600))
        for topic in ["plant/a", "plant/b", "plant/c"] { plant.send(topic, ["v": 1], at: t0) }
        for minute in 1..<20 { plant.send("plant/b", ["v": 1], at: t0 + Double(minute) * 60) }
        plant.send("plant/c", ["v": 3], at: t0 + 1_200)
        plant.run(to: t0 + 1_210)
        #expect(plant.report.newFeeds.map(\.key) == ["plant/a", "plant/b", "plant/c"])
        #expect(plant.report.newFeeds.map(\.id.index) == [1, 2, 3])
        #expect(plant.report.forgottenFeeds.map(\.index) == [1])
        #expect(plant.report.conditions.map(\.isAbnormal) == [true, false])
        #expect(plant.monitor.feedCount == 2)
    }

    @Test(
        "a forgotten feed is bound to nothing; its topic on another broker, and its siblings, stay"
    )
    func unbound() {
        var plant = Plant(
            rules: anything,
            brokers: ["main", "second"],
            forgetAfter: .seconds(600),
        )
        plant.send("plant/a", ["x": 1, "y": 2], at: t0)
        plant.send("plant/b", ["v": 1], at: t0)
        for minute in 0..<20 {
            let at = t0 + Double(minute) * 60 + 1
            plant.send("plant/a", ["y": 2], at: at)
            plant.send("plant/b", ["v": 1], at: at, broker: 1)
        }
        plant.run()
        #expect(plant.report.forgottenFeeds.count == 2)
        let forgotten = Set(plant.report.forgottenFeeds)
        plant.send("plant/a", ["x": 1, "y": 2], at: t0 + 1_200)
        plant.send("plant/b", ["v": 1], at: t0 + 1_200)
        plant.send("plant/b", ["v": 1], at: t0 + 1_200, broker: 1)
        plant.run(to: t0 + 1_260)
        let keys = plant.report.newFeeds.map(\.key)
        #expect(
            keys == [
                "plant/a:x", "plant/a:y", "plant/b", "second!plant/b", "plant/a:x", "plant/b",
            ]
        )
        #expect(Set(plant.report.newFeeds.map(\.id)).count == 6)
        #expect(Set(plant.report.newFeeds.suffix(2).map(\.id)).isDisjoint(with: forgotten))
        #expect(plant.monitor.feedCount == 4)
    }

    @Test("a feed forgotten within its minute takes none of its samples along")
    func forgottenEarly() {
        var plant = Plant(rules: anything, forgetAfter: .seconds(10))
        plant.send("plant/a", ["v": 1], at: t0)
        plant.run(to: t0 + 300)
        #expect(plant.report.forgottenFeeds.count == 1)
        #expect(plant.report.rollups.reduce(0) { $0 + $1.counts.samples } == 1)
    }

    @Test("a topic's only field stays the same feed after a restart, in a message of several")
    func bareKeyIsStable() throws {
        var first = Plant(rules: anything)
        first.send("plant/a", ["x": 1], at: t0)
        first.run()
        first.finish()
        let feed = try #require(first.feed("plant/a"))
        var second = Plant(rules: anything, remembered: [feed], start: t0 + 60)
        second.send("plant/a", ["x": 1, "y": 2], at: t0 + 61)
        second.run(to: t0 + 200)
        #expect(second.report.newFeeds.map(\.key) == ["plant/a:y"])
        #expect(second.row(feed.id, minute: m0 + 1).counts.samples == 1)
    }

    @Test("a remembered feed that stays silent keeps the time when it was last seen")
    func lastSeenIsKept() throws {
        var first = Plant(rules: anything)
        first.send("plant/a", ["x": 1], at: t0)
        first.run()
        first.finish()
        let feed = try #require(first.feed("plant/a"))
        var second = Plant(rules: anything, remembered: [feed], start: t0 + 60)
        second.run(to: t0 + 200)
        second.finish()
        #expect(second.feed("plant/a")?.lastSeenAt == feed.lastSeenAt)
        #expect(feed.lastSeenAt != nil)
    }
}
