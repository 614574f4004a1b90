import Foundation
import Monitoring
import Testing

@testable import Simulation

/// The healthy plant must raise no alarm: every feed is held here, for several minutes and
/// seeds, against the limits that `deploy/demo.yaml` gives it, by the definitions of the checks
/// written out naively.
@Suite("The healthy plant keeps away from the limits of its classes")
struct HealthyPlantTests {
    @Test("values stay inside the suspect range", arguments: [1, 2])
    func range(seed: Int) throws {
        for (source, values) in try Self.values(seed: UInt64(seed)) {
            guard let range = source.limits.range?.suspect else { continue }
            #expect(values.allSatisfy { range.contains($0) }, "\(source.topic), seed \(seed)")
        }
    }

    @Test("no sample stands off its neighbours by half the spike limit", arguments: [1, 2])
    func spike(seed: Int) throws {
        for (source, values) in try Self.values(seed: UInt64(seed)) {
            guard let limit = source.limits.spike?.suspect else { continue }
            var worst = 0.0
            for index in values.indices.dropFirst().dropLast() {
                let before = values[index] - values[index - 1]
                let behind = values[index] - values[index + 1]
                if before * behind > 0 { worst = max(worst, min(abs(before), abs(behind))) }
            }
            #expect(worst < limit / 2, "\(source.topic): \(worst) of \(limit), seed \(seed)")
        }
    }

    @Test("nothing stands still for half the time of a flat line", arguments: [1, 2])
    func flatLine(seed: Int) throws {
        for (source, values) in try Self.values(seed: UInt64(seed)) {
            guard let limit = source.limits.flatLine else { continue }
            let count = Int(limit.seconds / source.period.seconds / 2)
            for begin in values.indices.dropLast(count) {
                let window = values[begin...begin + count]
                let span = window.max()! - window.min()!
                #expect(span > limit.tolerance, "\(source.topic) at \(begin), seed \(seed)")
            }
        }
    }

    /// The values of every single-field measurement in 150 s, read back from the payloads.
    private static func values(seed: UInt64) throws -> [(PlantSource, [Double])] {
        try Plant.demo.sources
            .filter { $0.isSingleFeed && $0.isMeasurement }
            .map { source in
                let sent = messages(of: [source], seed: seed, seconds: 150)
                return (source, try sent.map { try #require(Reading($0.payload)).value })
            }
    }

    @Test("the fields of multi-field topics never stand still either")
    func severalFields() throws {
        let sent = Dictionary(grouping: messages(seconds: 120), by: \.topic)
        for source in Plant.demo.sources where !source.isSingleFeed {
            let texts = sent[source.topic, default: []].map {
                String(decoding: $0.payload, as: UTF8.self)
            }
            let count = Int(try #require(source.limits.flatLine).seconds / source.period.seconds)
            for field in source.fields {
                let key =
                    source.form == .readings
                    ? "\"id\":\"\(field.name)\",\"v\":" : "\"\(field.name)\":"
                let values = texts.map { text in
                    text.components(separatedBy: key)[1].prefix { $0 != "," && $0 != "}" }
                }
                for begin in values.indices.dropLast(count) {
                    #expect(Set(values[begin...begin + count]).count > 1)
                }
            }
        }
    }
}
