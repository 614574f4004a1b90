import TestSupport
import Testing

@testable import Monitoring

private func filter(_ text: String) -> TopicFilter {
    do { return try TopicFilter(text) } catch { preconditionFailure("\(error)") }
}

/// Units that payloads name, by the numbers that the decoder gives their texts.
@Suite("named units")
struct NamedUnitTests {
    private static let start = Double(Plant.start)

    private static func events(
        count: Int = 600,
        checks: [String: CheckParameters] = [:],
        _ unit: (Int) -> UInt16,
    ) -> [FindingEvent] {
        var random = SeededGenerator.printed(1, "named units")
        var plant = Plant(rules: [FeedRule(filter: filter("plant/#"), checks: checks)])
        for second in 0..<count {
            let time = start + Double(second)
            let value = 20 + random.dyadic(-16...16)
            plant.send("plant/a", ["v": value], at: time, source: time, unit: unit(second))
        }
        plant.run()
        return plant.report.findings
    }

    @Test("one unit throughout, and messages that name none, are nothing to tell")
    func silent() {
        #expect(Self.events { $0 % 3 == 0 ? 0 : 4 }.isEmpty)
    }

    @Test("another unit than the first one is told with its first message, once, as a format fault")
    func another() throws {
        let events = Self.events { (400..<450).contains($0) ? 2 : 1 }
        #expect(events.map(\.finding.check.name).allSatisfy { $0 == "unit" }, "and nothing twice")
        #expect(events.map(\.change).filter { $0 != .updated } == [.began, .confirmed, .ended])
        let first = try #require(events.first)
        #expect(first.at.nanoseconds == Plant.nanoseconds(Self.start + 400))
        #expect(first.finding.verdict == .fail && first.finding.isLearned)
        #expect(CheckCatalogue.all[Int(first.finding.check.index)].concern == .format)
    }

    @Test("a lasting other unit is the feed's after a while, unless another was declared")
    func lasting() {
        let learned = Self.events(count: 2_000) { $0 < 300 ? 1 : 2 }
        #expect(learned.last { $0.change != .updated }?.change == .ended)
        let declared = Self.events(count: 2_000) { $0 < 300 ? 0 : 2 | Sample.otherUnit }
        #expect(declared.filter { $0.change != .updated }.map(\.change) == [.began, .confirmed])
        #expect(declared.allSatisfy { !$0.finding.isLearned })
    }

    @Test("a count of messages that was asked for is waited for")
    func confirm() {
        let checks = ["unit": CheckParameters(values: ["confirm": .count(5)])]
        let four = Self.events(checks: checks) { (400..<404).contains($0) ? 2 : 1 }
        #expect(four.map(\.change) == [.began, .ended])
    }
}
