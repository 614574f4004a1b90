import TestSupport
import Testing

@testable import Monitoring

/// The one fault of a steel works' meter: each midnight row bears the date of the day before.
@Suite("A meter whose midnight is a day late")
struct RealClockTests {
    @Test("every backward time is counted, and no other sample is")
    func midnights() throws {
        guard
            let streams = try RealStream.columns(
                ["Usage_kWh"],
                of: "SteelEnergy/Steel_industry_data.csv",
                time: ["date"],
            )
        else { return }
        let samples = streams[0].samples
        let backward = zip(samples, samples.dropFirst()).count { $1.stamp < $0.stamp }
        try #require(backward == 365 && samples.count == 35_040)
        let filter = try TopicFilter("plant/a")
        var plant = Plant(rules: [FeedRule(filter: filter)], start: Double(samples[0].stamp))
        var tooLate = 0
        var others = 0
        func count() {
            for row in plant.report.rollups {
                tooLate += Int(row.counts.tooLate)
                others += Int(row.counts.future) + Int(row.counts.duplicate) + Int(row.late)
            }
            plant.report.removeAll()
        }
        for (index, sample) in samples.enumerated() {
            let time = Double(samples[0].stamp) + 900 * Double(index)
            let value = Double(sample.value) ?? .nan
            plant.send("plant/a", ["value": value], at: time, source: Double(sample.stamp))
            guard index % 100 == 0 else { continue }
            plant.run()
            count()
        }
        plant.run()
        plant.finish()
        count()
        #expect(tooLate == 365)
        #expect(others == 0)
    }
}
