import Monitoring
import Testing

private let t0 = Double(Plant.start)
private let m0 = Plant.minute(t0)

private func rule(_ text: String, period: Int64? = 1) -> FeedRule {
    do {
        return FeedRule(filter: try TopicFilter(text), period: period.map { .seconds($0) })
    } catch {
        preconditionFailure("\(error)")
    }
}

/// When a sample that does not come is missing: from when it could be known and heard.
@Suite("Expected slots")
struct ExpectedSlotTests {
    private func slots(_ plant: Plant, _ feed: FeedID, _ minutes: Range<Int64>) -> [[Int32]] {
        minutes.map { minute in
            let row = plant.row(feed, minute: m0 + minute)
            return [row.expected, row.filled]
        }
    }

    @Test("a feed that is met within a minute counts from its first sample on")
    func firstMinute() throws {
        var plant = Plant(rules: [rule("plant/#")])
        for second in 30..<150 { plant.send("plant/a", ["v": 1], at: t0 + Double(second)) }
        plant.run(to: t0 + 200)
        let feed = try #require(plant.feed("plant/a")).id
        #expect(slots(plant, feed, 0..<2) == [[30, 30], [60, 60]])
    }

    @Test("a learned period counts from the sample that it was learned with")
    func learned() throws {
        var plant = Plant(rules: [rule("plant/#", period: nil)])
        for second in 0..<50 { plant.send("plant/a", ["v": 1], at: t0 + Double(second)) }
        plant.run(to: t0 + 130)
        let feed = try #require(plant.feed("plant/a")).id
        let learning = 50 - plant.row(feed, minute: m0).filled
        #expect((1...25).contains(learning), "\(learning) samples to learn")
        #expect(slots(plant, feed, 0..<2) == [[60 - learning, 50 - learning], [60, 0]])
        // The quarter hour: a feed that died in its first minute is no total loss.
        let filled = plant.report.rollups.reduce(0) { $0 + $1.filled }
        #expect(filled > 20)
    }

    @Test("nothing is expected before the first connection, everything after it")
    func connection() throws {
        var plant = Plant(rules: [rule("plant/a"), rule("plant/dead")], isConnected: false)
        let declared = plant.monitor.describeFeeds()
        plant.connection(isUp: true, at: t0 + 200.5)
        for second in 201..<330 { plant.send("plant/a", ["v": 1], at: t0 + Double(second)) }
        // A later outage is a loss of what was expected.
        plant.connection(isUp: false, at: t0 + 330)
        plant.connection(isUp: true, at: t0 + 345)
        for second in 345..<400 { plant.send("plant/a", ["v": 1], at: t0 + Double(second)) }
        plant.run(to: t0 + 500)
        let feed = try #require(declared.first { $0.key == "plant/a" }).id
        #expect(slots(plant, feed, 0..<6).prefix(3).allSatisfy { $0 == [-1, 0] })
        let fourth = plant.row(feed, minute: m0 + 3)
        #expect((39...40).contains(fourth.expected) && fourth.expected - fourth.filled <= 1)
        #expect(slots(plant, feed, 4..<6) == [[60, 60], [60, 45]])
        let dead = try #require(declared.first { $0.key == "plant/dead" }).id
        let row = plant.row(dead, minute: m0 + 3)
        #expect((39...40).contains(row.expected) && row.filled == 0)
        #expect(slots(plant, dead, 4..<6) == [[60, 0], [60, 0]])
    }

    @Test("after a hole that a long standstill leaves, slots count where the clock is")
    func hole() throws {
        var plant = Plant(rules: [rule("plant/#")])
        for second in 0..<90 { plant.send("plant/a", ["v": 1], at: t0 + Double(second)) }
        plant.resumed(at: t0 + 36_030)
        for second in 36_030..<36_200 { plant.send("plant/a", ["v": 1], at: t0 + Double(second)) }
        plant.run()
        let feed = try #require(plant.feed("plant/a")).id
        #expect(slots(plant, feed, 600..<602) == [[30, 30], [60, 60]])
        #expect(plant.report.rollups.filter { $0.feed == feed }.count <= 6)
    }
}
