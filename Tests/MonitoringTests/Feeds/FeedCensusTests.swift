import Testing

@testable import Monitoring

private let t0 = Double(Plant.start)

@Suite("The count of feeds by state")
struct FeedCensusTests {
    private static func rules() throws -> [FeedRule] {
        [
            FeedRule(filter: try TopicFilter("plant/#")),
            FeedRule(filter: try TopicFilter("plant/never"), period: .seconds(3_600)),
        ]
    }

    @Test("each feed is in one state: waiting, learning, judged, silent")
    func states() throws {
        var plant = Plant(rules: try Self.rules())
        for second in 0..<300 {
            let time = t0 + Double(second)
            plant.send("plant/long", ["v": Double(second % 7)], at: time)
            if second >= 250 { plant.send("plant/young", ["v": Double(second % 7)], at: time) }
            if second < 200 { plant.send("plant/dead", ["v": Double(second % 7)], at: time) }
            plant.send("plant/door", ["v": 1], at: time, kind: .boolean)
        }
        plant.run(to: t0 + 300)
        let census = plant.monitor.census(lookingAt: 256)
        #expect(census.waiting == 1, "plant/never")
        #expect(census.learning == 1, "plant/young")
        #expect(census.silent == 1, "plant/dead")
        #expect(census.judged == 2, "plant/long, and plant/door, which has no baseline")
        #expect(census.known == plant.monitor.feedCount)
        #expect(census.troubled == 1)
        #expect(census.samplesSeen.map { (45...50).contains($0) } == true)
    }

    @Test("a count in small steps is that of one large step, and forgotten feeds are not in it")
    func steps() throws {
        var plant = Plant(rules: try Self.rules(), forgetAfter: .seconds(600))
        for second in 0..<1_500 where second < 100 || second > 1_400 {
            for index in 0..<(second < 100 ? 40 : 25) {
                plant.send("plant/\(index)", ["v": Double(second)], at: t0 + Double(second))
            }
        }
        plant.run(to: t0 + 1_500)
        var other = plant
        let whole = plant.monitor.census(lookingAt: 1)
        #expect(whole.known == 26)
        // Two rounds, so that one begins anew.
        for _ in 0..<100 { _ = other.monitor.census(lookingAt: 3) }
        #expect(other.monitor.census(lookingAt: 3) == whole)
    }

    @Test("message totals go on over minutes, and hold all brokers")
    func totals() throws {
        var plant = Plant(
            rules: [FeedRule(filter: try TopicFilter("plant/#"))],
            brokers: ["one", "two"],
        )
        for second in 0..<150 {
            plant.send("plant/a", ["v": 1], at: t0 + Double(second), broker: UInt8(second % 2))
            plant.send("else", ["v": 1], at: t0 + Double(second))
            if second % 10 == 0 { plant.garble("plant/b", at: t0 + Double(second)) }
        }
        plant.run(to: t0 + 150)
        let totals = plant.monitor.messageTotals
        #expect(totals.received == 315)
        #expect(totals.decoded == 150 && totals.ignored == 150 && totals.undecodable == 15)
    }
}
