import Foundation
import Monitoring
import TestSupport
import Testing

@testable import Simulation

/// `deploy/demo.yaml` and the plant are two descriptions of one thing. What faults rely on is
/// compared here as text; that the file is a valid configuration is for the tests of Settings.
@Suite("The demo's configuration fits the simulated plant")
struct DemoConfigurationTests {
    let text: String

    init() throws {
        let file = PackageFolder.url.appending(path: "deploy/demo.yaml")
        text = try String(contentsOf: file, encoding: .utf8)
    }

    /// The lines of a class, from its name to the next one.
    private func lines(of name: String) -> [String] {
        let lines = text.components(separatedBy: "\n")
        guard let begin = lines.firstIndex(where: { $0.hasPrefix("  \(name):") }) else { return [] }
        return Array(
            lines[(begin + 1)...].prefix { $0.isEmpty || $0.hasPrefix("   ") }
        )
    }

    @Test("every class has the unit, range, spike and flat line of the plant's table")
    func classes() {
        for limits in PlantClass.all {
            let lines = lines(of: limits.name).joined(separator: "\n")
            #expect(!lines.isEmpty, "class \(limits.name) is not in the file")
            if let unit = limits.unit { #expect(lines.contains("unit: \(unit)")) }
            if let range = limits.range {
                let fail = "[\(Self.ends(range.fail))]", suspect = "[\(Self.ends(range.suspect))]"
                #expect(lines.contains("range: { fail: \(fail), suspect: \(suspect) }"))
            }
            if let spike = limits.spike {
                let suspect = Self.number(spike.suspect), fail = Self.number(spike.fail)
                #expect(lines.contains("spike: { suspect: \(suspect), fail: \(fail) }"))
            }
            if let flat = limits.flatLine {
                let tolerance = Self.number(flat.tolerance)
                #expect(lines.contains("flatLine: { for: 5s, tolerance: \(tolerance) }"))
                #expect(flat.seconds == 5)
            }
        }
    }

    @Test("each topic is claimed by one entry, of its class and with its period")
    func feeds() throws {
        let entries = text.components(separatedBy: "\n  - topic: ").dropFirst()
        let rules = try entries.map { entry in
            (filter: try TopicFilter(String(entry.prefix { $0 != "\n" })), text: entry)
        }
        for source in Plant.demo.sources {
            let claims = rules.filter { $0.filter.matches(source.topic) }
            #expect(claims.count == 1, "\(source.topic) is claimed \(claims.count) times")
            let claim = try #require(claims.first)
            let milliseconds = source.period.count / 1_000_000
            #expect(claim.text.contains("class: \(source.limits.name)\n"), "\(source.topic)")
            #expect(claim.text.contains("period: \(milliseconds)ms"), "\(source.topic)")
            for field in source.fields where !source.isSingleFeed && source.form != .readings {
                #expect(claim.text.contains("name: \(field.name),"), "\(source.topic)")
                #expect(claim.text.contains("unit: \(field.unit) }"), "\(source.topic)")
            }
            if case .words(let words) = source.fields[0].notation {
                #expect(claim.text.contains("words: [\(words.joined(separator: ", "))]"))
            }
        }
    }

    @Test("late messages are held longer than the latency allowed and shorter than a silence")
    func late() {
        let hold = LateFault.hold.seconds
        for limits in PlantClass.all {
            let lines = lines(of: limits.name)
            if let late = Self.seconds("latency: { limit: ", in: lines) {
                #expect(hold >= 2 * late)
            }
            #expect(Self.seconds("silence: { after: ", in: lines).map { hold < $0 } == true)
        }
    }

    private static func ends(_ range: ClosedRange<Double>) -> String {
        "\(number(range.lowerBound)), \(number(range.upperBound))"
    }

    private static func number(_ value: Double) -> String {
        if value == value.rounded() { return "\(Int(value))" }
        return value == 0.0001 ? "0.0001" : "\(value)"
    }

    private static func seconds(_ prefix: String, in lines: [String]) -> Double? {
        for line in lines {
            let parts = line.components(separatedBy: prefix)
            if parts.count == 2 { return Double(parts[1].prefix { $0 != "s" }) }
        }
        return nil
    }
}
