import Monitoring
import Testing

private let t0 = Double(Plant.start)

@Suite("Local times without a zone")
struct TimeZoneTests {
    private static func conditions(_ plant: Plant) -> [Bool] {
        plant.report.conditions.filter { $0.name == "time-zone" }.map(\.isAbnormal)
    }

    @Test("one condition names the first topic, and is over when none came for an hour")
    func condition() throws {
        var plant = Plant(rules: [FeedRule(filter: try TopicFilter("plant/#"))])
        plant.send("plant/a", ["v": 1], at: t0)
        plant.run(to: t0 + 1)
        #expect(Self.conditions(plant).isEmpty, "a payload without time says nothing wrong")
        for second in 2..<10 {
            for topic in ["plant/b", "plant/c"] {
                plant.send(topic, ["v": 1], at: t0 + Double(second), timeProblem: .withoutZone)
            }
        }
        plant.run(to: t0 + 10)
        #expect(Self.conditions(plant) == [true])
        let detail = try #require(plant.report.conditions.last).detail
        #expect(detail.contains("times of plant/b name no zone") && detail.contains("`timeZone`"))
        plant.run(to: t0 + 3_600)
        #expect(Self.conditions(plant) == [true])
        plant.run(to: t0 + 3_670)
        #expect(Self.conditions(plant) == [true, false])
        #expect(plant.story.allSatisfy { !$0.hasPrefix("impossibleDate") })
        let row = plant.row(try #require(plant.feed("plant/b")).id, minute: Plant.minute(t0))
        #expect(row.counts.samples == 8, "the samples are judged all the same")
    }

    @Test("a clock that is set neither ends it nor keeps it")
    func clockSet() throws {
        var plant = Plant(rules: [FeedRule(filter: try TopicFilter("plant/#"))])
        plant.send("plant/a", ["v": 1], at: t0, timeProblem: .withoutZone)
        plant.setClock(from: t0 + 60, to: t0 + 90_000)
        plant.run(to: t0 + 90_000 + 3_000)
        #expect(Self.conditions(plant) == [true])
        plant.run(to: t0 + 90_000 + 3_700)
        #expect(Self.conditions(plant) == [true, false])
    }
}
