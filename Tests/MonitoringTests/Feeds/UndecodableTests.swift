import Monitoring
import Testing

private let t0 = Double(Plant.start)

/// What becomes of messages that cannot be read, or break what was declared.
@Suite("Undecodable messages")
struct UndecodableTests {
    @Test(
        "a message that breaks the declaration is a finding that names topic, path and byte",
        arguments: [
            (DecodeProblem.missingField, Int16(-1), "lacks a declared field ($.a, $.b)"),
            (.undeclaredWord, 1, "has a text that is no declared word ($.b)"),
            (.wrongType, -1, "has a declared field of another type"),
        ],
    )
    func words(problem: DecodeProblem, path: Int16, text: String) throws {
        let rule = FeedRule(
            filter: try TopicFilter("plant/#"),
            fieldNames: ["a", "b"],
            declaredPaths: ["$.a", "$.b"],
        )
        var plant = Plant(rules: [rule])
        plant.send("plant/x", ["a": 1, "b": 2], at: t0)
        plant.garble("plant/x", at: t0 + 1, problem, path: path)
        plant.run(to: t0 + 2)
        let began = plant.report.findings.filter { $0.change == .began }
        #expect(began.map(\.finding.check.name) == ["schema"])
        #expect(began.map(\.finding.isConfirmed) == [true])
        #expect(began.first?.finding.detail == "payload of plant/x \(text), at byte 3")
        #expect(plant.report.undecodable.map(\.problem) == [problem], "kept in the quarantine")
        plant.send("plant/x", ["a": 1], at: t0 + 3)
        plant.run(to: t0 + 4)
        let ended = plant.report.findings.filter { $0.change == .ended }
        #expect(ended.map(\.finding.check.name) == ["schema"])
        plant.finish()
        let row = try #require(plant.report.messageCounts.first)
        #expect([row.received, row.decoded, row.undecodable] == [3, 2, 1])
    }

    @Test("a value that turns into a text is missing, and a schema finding of its own feed")
    func unreadable() throws {
        var plant = Plant(rules: [FeedRule(filter: try TopicFilter("plant/#"))])
        plant.send("plant/x", ["a": 1, "b": 2], at: t0)
        plant.send("plant/x", ["a": 0], at: t0 + 1, kind: .unreadable)
        plant.send("plant/x", ["b": 3], at: t0 + 1)
        plant.send("plant/x", ["a": 0], at: t0 + 2, kind: .unreadable)
        plant.run(to: t0 + 3)
        let feed = try #require(plant.feed("plant/x:a"))
        let began = plant.report.findings.filter { $0.change == .began }
        #expect(began.map(\.finding.check.name) == ["schema"])
        #expect(began.map(\.finding.feed) == [feed.id])
        #expect(began.first?.finding.detail.hasPrefix("a text, object or array") == true)
        #expect(began.first?.finding.lastValue == 1, "not the 0 of a sample without value")
        plant.send("plant/x", ["a": 4], at: t0 + 4)
        plant.run(to: t0 + 100)
        #expect(plant.report.findings.last { $0.finding.check.name == "schema" }?.change == .ended)
        let counts = plant.row(feed.id, minute: Plant.minute(t0)).counts
        #expect(counts.missing == 2 && counts.samples == 4)
        #expect(plant.row(feed.id, minute: Plant.minute(t0)).minimum == 1)
    }

    @Test("where the guard refuses the topic a feed of its own, its first field's feed speaks")
    func refusedSpokesman() throws {
        var plant = Plant(rules: [FeedRule(filter: try TopicFilter("plant/#"))], limit: 2)
        plant.send("plant/x", ["a": 1, "b": 2], at: t0)
        plant.garble("plant/x", at: t0 + 1)
        plant.run(to: t0 + 2)
        let first = try #require(plant.feed("plant/x:a"))
        let began = plant.report.findings.filter { $0.change == .began }
        #expect(began.map(\.finding.feed) == [first.id])
        #expect(plant.report.undecodable.map(\.feed) == [first.id])
    }

    @Test("garbage of a topic that may have no feed is in the quarantine, of no feed")
    func refusedGarbage() throws {
        var plant = Plant(rules: [FeedRule(filter: try TopicFilter("plant/#"))], limit: 1)
        plant.send("plant/x", ["a": 1], at: t0)
        plant.garble("plant/y", at: t0 + 1)
        plant.garble("plant/y", at: t0 + 2)
        plant.run(to: t0 + 61)
        #expect(plant.report.undecodable.map(\.feed) == [.none, .none])
        #expect(plant.report.messageCounts.first?.undecodable == 2)
        #expect(plant.report.conditions.map(\.name) == ["cardinality"])
    }
}
