import Foundation
import TestSupport
import Testing

@testable import Monitoring

/// The two charts of the level against the recorded oracle, with its mean, deviation and limits.
///
/// Stated difference: what lies beyond 5 (CUSUM) or 3 (EWMA) deviations counts as much, so that one
/// heavy tail is no shift. Up to the first such value the charts equal the record, and all along
/// the oracle's own recursion with that one change.
@Suite("charts and their vectors")
struct ChartVectorTests {
    /// The interval for which a limit is solved, by halving.
    private static func interval(_ wanted: Double, _ limit: (Double) -> Double) -> Double {
        var low = 2.0
        var high = 1e9
        for _ in 0..<200 {
            let middle = (low * high).squareRoot()
            if limit(middle) < wanted { low = middle } else { high = middle }
        }
        return (low * high).squareRoot()
    }

    private struct Record {
        var values: [Double]
        /// By index: 1 or −1.
        var flags: [Int: Int]
    }

    private static func record(_ vector: String) throws -> Record? {
        guard let data = OracleFolder.file("fixtures/drift.csv"),
            let expectation = OracleFolder.file("vectors/\(vector)")
        else { return nil }
        let values = try OracleFolder.rows(data).map { try #require(Double($0[1])) }
        var flags: [Int: Int] = [:]
        for row in try OracleFolder.rows(expectation) {
            flags[try #require(Int(row[0]))] = Int(row[3])
        }
        return Record(values: values, flags: flags)
    }

    @Test(
        "CUSUM with k = 0.5 and h = 5 equals the oracle, upwards and downwards",
        arguments: [1.0, -1]
    )
    func cusum(sign: Double) throws {
        guard let record = try Self.record("cusum.txt") else { return }
        let interval = Self.interval(5) { ChartLimit.cusum(interval: $0, reference: 0.5) }
        var chart = Cusum()
        var up = 0.0
        var down = 0.0
        var isWithin = true
        for (index, x) in record.values.enumerated() {
            isWithin = isWithin && abs(x) <= 5
            let clipped = min(max(sign * x, -5), 5)
            up = max(0, up + clipped - 0.5)
            down = max(0, down - clipped - 0.5)
            let expected = up > 5 ? 1 : down > 5 ? -1 : 0
            let found = chart.take(sign * x, correlation: 0, meanError: 0, interval: interval)
            if abs(max(up, down) - 5) > 1e-9 { #expect(Int(found) == expected, "sample \(index)") }
            if isWithin { #expect(expected == Int(sign) * (record.flags[index] ?? 0)) }
            if expected != 0 || found != 0 {
                chart.reset()
                (up, down) = (0, 0)
            }
        }
        #expect(record.flags.count > 500)
    }

    @Test(
        "EWMA with weight 0.2 and L = 3 equals the oracle, upwards and downwards",
        arguments: [1.0, -1]
    )
    func ewma(sign: Double) throws {
        guard let record = try Self.record("ewma.txt") else { return }
        let interval = Self.interval(3) { ChartLimit.ewma(interval: $0, weight: 0.2) }
        var context = CheckContext.example()
        context.falseAlarmInterval = Nanoseconds(roundingSeconds: interval / 3)
        var check = try #require(EwmaCheck(parameters: CheckParameters(), feed: context))
        var z = 0.0
        var isWithin = true
        for (index, x) in record.values.enumerated() {
            isWithin = isWithin && abs(x) <= 3
            z += 0.2 * (min(max(sign * x, -3), 3) - z)
            let reach = 3 * (0.2 / 1.8 * (1 - pow(0.8, Double(2 * (index + 1))))).squareRoot()
            var observation = Observation(
                at: EventTime(nanoseconds: Int64(index) * 1_000_000_000),
                receivedAt: ReceiveTime(nanoseconds: Int64(index) * 1_000_000_000),
                value: x,
            )
            observation.profile.isEntered = true
            observation.profile.isProven = true
            observation.profile.meanError = 0
            observation.profile.innovation = sign * x
            let answer = check.observe(observation)
            // A level that lasts asks to be accepted, which only a feed can do.
            let isFound = answer.verdict.isFlagged || answer.request.contains(.acceptLevel)
            if abs(abs(z) - reach) > 0.001 {
                #expect(isFound == (abs(z) > reach), "sample \(index): \(answer)")
            }
            if isWithin, abs(abs(z) - reach) > 0.001 {
                #expect(isFound == (record.flags[index] != nil), "sample \(index)")
            }
        }
        #expect(record.flags.count > 500)
    }
}

/// Trap: a chart in raw units has its own false-alarm rate for every scale of its feed.
@Suite("scale")
struct ScaleTests {
    private static func story(times factor: Double) throws -> [String] {
        var random = SeededGenerator.printed(12, "scale \(factor)")
        // The unit knows degrees, and so the scale.
        let checks = ["unit": CheckParameters(isEnabled: false)]
        let rule = FeedRule(filter: try TopicFilter("plant/#"), checks: checks)
        var plant = Plant(rules: [rule])
        for index in 0..<2_400 {
            let usual = 20.5 + random.dyadic(-16...16)
            let value: Double =
                switch index {
                case 1_500: 60
                case 1_600..<1_640: 20.5 + 6 * (usual - 20.5)
                case 1_900..<1_960: 20.75
                case 2_100...: usual + 12
                default: usual
                }
            let time = Double(Plant.start) + Double(index)
            plant.send("plant/a", ["v": value * factor], at: time, source: time)
        }
        plant.run()
        return plant.report.findings.map {
            "\($0.finding.check.name):\($0.change):\($0.at.nanoseconds)"
        }
    }

    @Test(
        "the findings of a feed are the same in kilo, milli and micro",
        arguments: [0x1p10, 0x1p-10, 0x1p-20]
    )
    func scale(factor: Double) throws {
        let plain = try Self.story(times: 1)
        let scaled = try Self.story(times: factor)
        let differences = Set(scaled).symmetricDifference(plain).sorted()
        #expect(differences.isEmpty, "\(differences)")
        let names = Set(plain.compactMap { $0.split(separator: ":").first.map(String.init) })
        #expect(names.isSuperset(of: ["spike", "noise", "flatLine"]), "\(names)")
    }
}
