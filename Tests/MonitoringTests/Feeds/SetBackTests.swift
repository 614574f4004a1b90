import TestSupport
import Testing

@testable import Monitoring

private let t0 = Double(Plant.start)
private let checks = [
    "flatLine": CheckParameters(values: ["for": .duration(.seconds(60))]),
    "range": CheckParameters(values: ["fail": .interval(low: 0, high: 100)]),
    "spike": CheckParameters(values: ["fail": .number(10)]),
]

/// A device's clock that is set back by less than the revision horizon.
@Suite("When a device's clock is set back")
struct SetBackTests {
    private func plant() throws -> Plant {
        Plant(rules: [FeedRule(filter: try TopicFilter("plant/#"), checks: checks)])
    }

    private func times(_ plant: Plant, _ check: String) -> [String] {
        plant.report.findings
            .filter { $0.finding.check.name == check && $0.change != .updated }
            .map { event in
                let after = Double(event.at.nanoseconds - Plant.nanoseconds(t0)) / 1e9
                return "\(event.change) \(Int(after))"
            }
    }

    /// Seconds from 1 to 300 good, to 310 out of range, then good by a clock that is set back at 311.
    private func setBack(_ plant: inout Plant, by back: Double, until end: Int = 600) {
        for second in 1...end {
            let at = t0 + Double(second)
            let isWild = (301...310).contains(second)
            let value = isWild ? 500 : 20 + Double(second % 7)
            let source = second <= 310 ? at : at - back
            plant.send("plant/f", ["v": value], at: at, source: source)
        }
    }

    @Test(
        "findings end, and the clock's own is told, ten samples after the step",
        arguments: [100, 1_800, 3_500] as [Double],
    )
    func findingsEnd(back: Double) throws {
        var plant = try plant()
        setBack(&plant, by: back)
        plant.run()
        #expect(times(plant, "range") == ["began 301", "confirmed 302", "ended 320"])
        #expect(times(plant, "outOfOrder") == ["began 311", "confirmed 312", "ended 330"])
        #expect(times(plant, "latency") == ["began 311", "confirmed 313"])
        let late = plant.report.rollups.reduce(0) { $0 + $1.late }
        #expect(late <= 9, "samples are late for so long only")
        let samples = plant.report.rollups.reduce(0) { $0 + $1.counts.samples }
        plant.finish()
        let all = plant.report.rollups.reduce(0) { $0 + $1.counts.samples }
        #expect(all == 600 && samples <= all)
    }

    @Test("a sensor that freezes afterwards, or while the clock is set, is found on time")
    func frozen() throws {
        var after = try plant()
        setBack(&after, by: 1_800)
        for second in 601...800 {
            let at = t0 + Double(second)
            after.send("plant/f", ["v": 7], at: at, source: at - 1_800)
        }
        after.run()
        #expect(times(after, "flatLine") == ["began 661", "confirmed 662"])
        var meanwhile = try plant()
        for second in 1...200 {
            let at = t0 + Double(second)
            let value = second <= 80 ? Double(second % 7) : 3.5
            meanwhile.send("plant/f", ["v": value], at: at, source: second < 100 ? at : at - 1_800)
        }
        meanwhile.run()
        #expect(times(meanwhile, "flatLine") == ["began 141", "confirmed 142"])
    }

    @Test("a spike after the step is found")
    func spike() throws {
        var plant = try plant()
        setBack(&plant, by: 1_800)
        for second in 601...620 {
            let at = t0 + Double(second)
            let value = second == 610 ? 80 : 20 + Double(second % 2)
            plant.send("plant/f", ["v": value], at: at, source: at - 1_800)
        }
        plant.run()
        #expect(plant.report.findings.contains { $0.finding.check.name == "spike" })
    }

    @Test("a rare sensor's clock is found out by its third sample")
    func rare() throws {
        var plant = try plant()
        for minute in 1...40 {
            let at = t0 + Double(minute) * 60
            let value = minute == 20 ? 500 : Double(20 + minute % 2)
            plant.send("plant/f", ["v": value], at: at, source: minute <= 20 ? at : at - 1_800)
        }
        plant.run()
        #expect(times(plant, "range").last == "ended \(23 * 60)")
    }

    @Test("a backlog is none: at once, at 1.2 times its pace, or among fresh samples")
    func backlog() throws {
        for pace in [1.2, 2, 60] {
            var plant = try plant()
            for second in 1...1_300 {
                let at = t0 + Double(second)
                if second <= 100 || second > 1_290 {
                    plant.send("plant/f", ["v": second == 100 ? 500 : 1], at: at, source: at)
                } else if Double(second - 100) * pace < 1_000 {
                    let source = t0 - 1_000 + Double(second - 100) * pace
                    plant.send("plant/f", ["v": 1 + Double(second % 2)], at: at, source: source)
                }
            }
            plant.run()
            #expect(times(plant, "range").first == "began 100")
            #expect(times(plant, "range").last == "ended 1291", "pace \(pace): fresh ones end it")
        }
        var mixed = try plant()
        for second in 1...1_000 {
            let at = t0 + Double(second)
            mixed.send("plant/f", ["v": 500], at: at, source: at)
            mixed.send("plant/f", ["v": 1], at: at + 0.5, source: at - 1_800)
        }
        mixed.run()
        let changes = times(mixed, "range").map { $0.prefix { $0 != " " } }
        #expect(changes == ["began", "confirmed"], "what is old ends nothing")
    }

    @Test("jitter of a second delays the proof, and does not prevent it")
    func jitter() throws {
        for seed in 1...5 as ClosedRange<UInt64> {
            var random = SeededGenerator(seed: seed)
            var behind = SamplesBehind()
            var proof: Int?
            var at = 0.0
            for second in 0..<100 where proof == nil {
                at = max(at, Double(second) + random.unit())
                let isProven = behind.prove(
                    SourceTime(nanoseconds: Int64(second) * 1_000_000_000),
                    receivedAt: ReceiveTime(nanoseconds: Int64((at + 1_800) * 1e9)),
                )
                if isProven { proof = second }
            }
            let found = try #require(proof, "seed \(seed)")
            #expect((9...20).contains(found), "seed \(seed): \(found)")
        }
    }
}
