import Foundation
import Monitoring
import Testing

@testable import Simulation

/// Method: as in `FaultTests`; sizes are measured against the noise that the plant's table gives the
/// feed, or against the healthy stream itself.
@Suite("Faults of the measurement do to values what faults.md says")
struct ValueFaultTests {
    private static let seeds: [UInt64] = [1, 2, 3, 4, 5, 6]

    /// Values with and without the fault while it lasts.
    private struct Pair {
        let trial: Trial
        let healthy: [Double]
        let faulty: [Double]
        let noise: Double

        init(_ kind: FaultDefinition, seed: UInt64, _ severity: FaultSeverity) throws {
            trial = try Trial(kind, seed: seed, severity)
            healthy = trial.struck.compactMap { Reading($0.payload)?.value }
            faulty = trial.faulty.filter(trial.isStruck).compactMap { Reading($0.payload)?.value }
            noise = try #require(trial.source.noise)
            #expect(healthy.count == faulty.count && healthy.count > 25)
            // A fault of the measurement changes no time and no number.
            let times = trial.faulty.compactMap { Reading($0.payload)?.milliseconds }
            #expect(times == trial.healthy.compactMap { Reading($0.payload)?.milliseconds })
        }

        var differences: [Double] { zip(faulty, healthy).map { $0 - $1 } }
    }

    private static func pairs(
        _ kind: FaultDefinition,
        _ severity: FaultSeverity,
        _ body: (Pair, UInt64) throws -> Void,
    ) throws {
        for seed in seeds { try body(Pair(kind, seed: seed, severity), seed) }
    }

    private static func deviation(_ values: [Double]) -> Double {
        let mean = values.reduce(0, +) / Double(values.count)
        let sum = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (sum / Double(values.count - 1)).squareRoot()
    }

    @Test(
        "noise: what is added has mean 0, no memory, and the multiple of the feed's noise",
        arguments: [(FaultSeverity.plain, 3.2, 3.8), (.gentle, 2.4, 2.8)],
    )
    func noise(severity: FaultSeverity, least: Double, most: Double) throws {
        try Self.pairs(NoiseFault.definition, severity) { pair, seed in
            let added = pair.differences
            let count = Double(added.count)
            let deviation = Self.deviation(added)
            // Four standard errors: √(1/2n) of the deviation, √(1/n) of mean and correlation.
            let slack = 4 / (2 * count).squareRoot()
            #expect(deviation > least * (1 - slack) * pair.noise, "seed \(seed)")
            #expect(deviation < most * (1 + slack) * pair.noise, "seed \(seed)")
            let mean = added.reduce(0, +) / count
            #expect(abs(mean) < 4 * deviation / count.squareRoot(), "seed \(seed)")
            let products = zip(added, added.dropFirst()).map { $0 * $1 }
            let memory = products.reduce(0, +) / count / (deviation * deviation)
            #expect(abs(memory) < 4 / count.squareRoot(), "seed \(seed)")
        }
    }

    @Test(
        "offset: one and the same amount is added, up or down, the multiple of the feed's noise",
        arguments: [(FaultSeverity.plain, 16.0, 20.0), (.gentle, 12, 14)],
    )
    func offset(severity: FaultSeverity, least: Double, most: Double) throws {
        var signs: Set<Double> = []
        try Self.pairs(OffsetFault.definition, severity) { pair, seed in
            let added = pair.differences
            // Printed digits round twice.
            let spread = added.max()! - added.min()!
            #expect(spread < 0.2 * pair.noise || pair.noise < 1e-3, "seed \(seed)")
            let size = abs(added[0]) / pair.noise
            #expect(size > least - 0.2 && size < most + 0.2, "\(size), seed \(seed)")
            signs.insert(added[0] > 0 ? 1 : -1)
        }
        #expect(signs == [1, -1], "both directions come among the seeds")
    }

    @Test(
        "drift: what is added grows by a fixed amount a second, from nothing",
        arguments: [(FaultSeverity.plain, 1.6, 2.2), (.gentle, 0.5, 0.7)],
    )
    func drift(severity: FaultSeverity, least: Double, most: Double) throws {
        try Self.pairs(DriftFault.definition, severity) { pair, seed in
            let added = pair.differences.map { abs($0) / pair.noise }
            let period = pair.trial.source.period.seconds
            #expect(Double(added.count) * period > 12.9)
            #expect(added[0] < 0.1 + most * period, "it begins at nothing, seed \(seed)")
            for (index, size) in added.enumerated() {
                let elapsed = Double(index) * period
                #expect(size > least * elapsed - 0.2, "seed \(seed)")
                #expect(size < most * (elapsed + period) + 0.2, "seed \(seed)")
            }
            let half = added.count / 2
            #expect(abs(added[half] / added[added.count - 1] - 0.5) < 0.05, "not straight")
        }
    }

    @Test(
        "clipping: no value passes the rail, many stand at it, and the others are true",
        arguments: [(FaultSeverity.plain, 0.6), (.gentle, 0.5)],
    )
    func clipping(severity: FaultSeverity, least: Double) throws {
        var sides: Set<Bool> = []
        try Self.pairs(ClippingFault.definition, severity) { pair, seed in
            let changed = zip(pair.healthy, pair.faulty).filter { $0 != $1 }
            let rail = try #require(changed.first).1
            #expect(changed.allSatisfy { $0.1 == rail }, "one exact number, seed \(seed)")
            let isUpper = changed[0].0 > rail
            sides.insert(isUpper)
            #expect(pair.faulty.allSatisfy { isUpper ? $0 <= rail : $0 >= rail })
            #expect(changed.allSatisfy { isUpper ? $0.0 > rail : $0.0 < rail })
            let share = Double(changed.count) / Double(pair.faulty.count)
            #expect(share > least && share < 0.95, "\(share) at the rail, seed \(seed)")
        }
        #expect(sides == [true, false], "both rails come among the seeds")
    }

    @Test(
        "sentinel: one code in place of some values, from the first on, the others true",
        arguments: [(FaultSeverity.plain, 0.3, 0.7), (.gentle, 0.01, 0.25)],
    )
    func sentinel(severity: FaultSeverity, least: Double, most: Double) throws {
        try Self.pairs(SentinelFault.definition, severity) { pair, seed in
            let changed = zip(pair.healthy, pair.faulty).filter { $0 != $1 }
            let codes = Set(changed.map(\.1))
            #expect(codes.count == 1, "seed \(seed)")
            #expect([-9_999, -999, 9_999, 32_767, 65_535].contains(changed[0].1), "seed \(seed)")
            #expect(pair.faulty[0] == changed[0].1)
            let share = Double(changed.count) / Double(pair.faulty.count)
            #expect(share > least && share < most, "\(share), seed \(seed)")
        }
    }

    @Test("unitError: every value is the same quantity in the other unit, to the printed digit")
    func unitError() throws {
        var units: Set<String> = []
        for severity in [FaultSeverity.plain, .gentle] {
            try Self.pairs(UnitErrorFault.definition, severity) { pair, seed in
                let unit = try #require(pair.trial.source.limits.unit)
                units.insert(unit)
                // NIST SP 811, appendix B.
                let convert: (Double) -> Double =
                    switch unit {
                    case "Cel": { $0 * 9 / 5 + 32 }
                    case "bar": { $0 * 100 }
                    default: { $0 * 1_000 }
                    }
                for (healthy, faulty) in zip(pair.healthy, pair.faulty) {
                    let expected = convert(healthy)
                    // What the device prints of either is rounded.
                    #expect(abs(faulty / expected - 1) < 0.003, "\(unit), seed \(seed)")
                }
            }
        }
        #expect(units.count >= 3, "\(units) among the seeds")
    }
}
