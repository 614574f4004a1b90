import Daemon
import Monitoring
import Testing

// The figures themselves are the business of `deploy/bench checks`, on a quiet machine and of an
// optimised build. Here: that it measures what it says.
@Suite("The measurement of what checks cost")
struct CheckMeasurementTests {
    @Test("it has a line for each check, and its signal gives none of them much to find")
    func subjects() throws {
        let costs = try CheckMeasurement(rounds: 1, warmUp: 60).run()
        #expect(costs.prefix(2).map(\.name) == ["reference", "none"])
        #expect(costs.last?.name == "default")
        let names = costs.map { $0.name.prefix { $0 != "." } }
        for check in CheckCatalogue.all {
            #expect(names.contains(check.name[...]), "\(check.name) is not measured")
        }
        #expect(Set(costs.map(\.name)).count == costs.count)
        for cost in costs {
            // Of 8,700 samples and more.
            #expect(cost.findings < 9, "\(cost.name) found much in a healthy signal")
            #expect(cost.nanoseconds.isFinite && cost.ratio.isFinite, "\(cost.name)")
        }
        let pipeline = try #require(costs.first { $0.name == "none" })
        #expect(pipeline.nanoseconds > 0 && costs[0].nanoseconds > 0)
    }
}
