import Monitoring
import Testing

private let t0 = Double(Plant.start)

/// Brokers that change places in the configuration, are added, renamed or removed.
@Suite("Remembered feeds and their brokers")
struct BrokerKeysTests {
    private static func rules() throws -> [FeedRule] {
        [FeedRule(filter: try TopicFilter("plant/#"))]
    }

    /// What a run on these brokers leaves behind: five feeds of each.
    private func run(
        on brokers: [String],
        _ remembered: [FeedDescription] = [],
        at start: Double = t0,
    ) throws -> Plant {
        let last = remembered.map(\.id.index).max() ?? 0
        var plant = Plant(
            rules: try Self.rules(),
            brokers: brokers,
            remembered: remembered,
            stoppedAt: remembered.isEmpty ? nil : start - 10,
            start: start,
            lastFeed: last,
        )
        for second in 1...60 {
            for broker in brokers.indices {
                for feed in 0..<5 {
                    let at = start + Double(second)
                    plant.send("plant/\(feed)", ["a": 1], at: at, broker: UInt8(broker))
                }
            }
        }
        plant.run()
        plant.finish()
        return plant
    }

    private func remembered(_ plant: Plant) -> [FeedDescription] {
        var feeds: [FeedID: FeedDescription] = [:]
        for feed in plant.report.newFeeds + plant.report.changedFeeds { feeds[feed.id] = feed }
        return feeds.values.sorted { $0.id < $1.id }
    }

    @Test(
        "one that moves keeps its feeds and their keys, and nobody is silent",
        arguments: [["b", "a"], ["b", "c", "a"], ["a", "b"]],
    )
    func moved(brokers: [String]) throws {
        let first = try run(on: ["a"])
        let second = try run(on: brokers, remembered(first), at: t0 + 100)
        #expect(second.story.isEmpty, "\(second.story)")
        #expect(second.monitor.feedCount == 5 * brokers.count)
        let bare = remembered(second).filter { $0.key == $0.topic }
        #expect(Set(bare.map(\.brokerName)) == ["a"])
        #expect(bare.allSatisfy { Int($0.broker) == brokers.firstIndex(of: "a") })
        // And back again, with what the second run remembers.
        let all =
            remembered(first).filter { old in
                !remembered(second).contains { $0.id == old.id }
            } + remembered(second)
        let third = try run(on: ["a"] + brokers.filter { $0 != "a" }, all, at: t0 + 200)
        #expect(third.story.isEmpty, "\(third.story)")
        #expect(third.report.newFeeds.isEmpty)
    }

    @Test("one that is renamed in its place keeps them too, and so does one without a name")
    func renamed() throws {
        let first = try run(on: ["main"])
        let renamed = try run(on: ["furnaces", "b"], remembered(first), at: t0 + 100)
        #expect(renamed.story.isEmpty, "\(renamed.story)")
        #expect(renamed.monitor.feedCount == 10)
        let nameless = remembered(first).map { feed in
            var feed = feed
            feed.brokerName = nil
            return feed
        }
        let upgraded = try run(on: ["main"], nameless, at: t0 + 100)
        #expect(upgraded.story.isEmpty && upgraded.monitor.feedCount == 5)
        #expect(remembered(upgraded).allSatisfy { $0.brokerName == "main" })
    }

    @Test("when the one without a prefix goes, the others' keys stay")
    func removed() throws {
        let first = try run(on: ["a", "b"])
        let second = try run(on: ["b"], remembered(first), at: t0 + 100)
        #expect(second.story.isEmpty, "\(second.story)")
        #expect(second.monitor.feedCount == 5)
        #expect(remembered(second).allSatisfy { $0.key.hasPrefix("b!") })
    }
}
