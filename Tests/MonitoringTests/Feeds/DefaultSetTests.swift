import TestSupport
import Testing

@testable import Monitoring

private func filter(_ text: String) -> TopicFilter {
    do { return try TopicFilter(text) } catch { preconditionFailure("\(error)") }
}

/// Goal: `topic: plant/#` alone watches a feed from many sides. Method: a feed of an earlier run in a
/// real monitor, which tells each check that has said *good*; those that the rule does not ask at all
/// are taken away.
@Suite("the default set")
struct DefaultSetTests {
    /// The checks that judge a feed once it has warmed up: 1,500 samples, one a second.
    private static func active(isStamped: Bool) -> [String] {
        var random = SeededGenerator.printed(1, "default set, stamped: \(isStamped)")
        let start = Double(Plant.start)
        let time = ReceiveTime(nanoseconds: Plant.start * 1_000_000_000)
        let known = FeedDescription(
            id: FeedID(index: 1),
            key: "plant/a",
            topic: "plant/a",
            field: "value",
            broker: 0,
            rule: 0,
            kind: .number,
            unit: nil,
            label: "plant/a",
            labels: [],
            isDeclared: false,
            period: nil,
            silenceLimit: nil,
            firstSeenAt: time,
            lastSeenAt: time,
        )
        var plant = Plant(
            rules: [FeedRule(filter: filter("plant/#"))],
            remembered: [known],
            lastFeed: 1,
        )
        for second in 0..<1_500 {
            let value = 20 + random.dyadic(-16...16)
            let now = start + Double(second)
            plant.send("plant/a", ["value": value], at: now, source: isStamped ? now : nil)
        }
        plant.run()
        #expect(plant.report.findings.isEmpty, "\(plant.story)")
        let context = CheckContext(
            kind: .number,
            period: nil,
            window: .seconds(60),
            timing: FeedTiming(),
            isDeclared: false,
        )
        return CheckCatalogue.types.indices.filter { index in
            let type = CheckCatalogue.types[index]
            guard type.init(parameters: CheckParameters(), feed: context) != nil else {
                return false
            }
            let id = CheckID(index: UInt8(index))
            return plant.report.provenFeeds.contains { $0.checks.contains(id) }
        }.map { CheckCatalogue.all[$0].name }
    }

    @Test("at least 18 checks judge a numeric feed with a timestamp")
    func stamped() {
        let names = Self.active(isStamped: true)
        print("with a timestamp: \(names.count): \(names.joined(separator: ", "))")
        #expect(names.count >= 18)
    }

    @Test("at least 12 checks judge a bare number")
    func bare() {
        // Without a source time these can only ever say good.
        let idle: Set = ["duplicate", "duplicateTimestamp", "outOfOrder"]
        let names = Self.active(isStamped: false).filter { !idle.contains($0) }
        print("a bare number: \(names.count): \(names.joined(separator: ", "))")
        #expect(names.count >= 12)
    }
}
