import TestSupport
import Testing

@testable import Monitoring

/// What a feed does again and again, and what was over before it could be told.
///
/// Method: a real monitor, 1 Hz, 20 ± 1 in steps of 1/16, healthy for 1,500 s; then what a test adds.
@Suite("habits of a feed")
struct HabitTests {
    private static let start = 1_500

    /// Confirmed findings about the behaviour: the seconds after the start at which they were told.
    private static func told(
        seed: UInt64,
        seconds: Int,
        _ added: (Int) -> Double,
    ) throws -> [String] {
        var random = SeededGenerator.printed(seed, "habits")
        var plant = Plant(rules: [FeedRule(filter: try TopicFilter("plant/a"))])
        for index in 0..<start + seconds {
            let usual = 20 + random.dyadic(-16...16)
            let value = index < start ? usual : usual + added(index - start)
            let time = Double(Plant.start) + Double(index)
            plant.send("plant/a", ["value": value], at: time, source: time)
            if index % 50 == 0 { plant.run() }
        }
        plant.run()
        return plant.report.findings.filter {
            $0.change == .confirmed
                && ["noise", "outlier", "ewma", "meanShift"].contains($0.finding.check.name)
        }.map { event in
            let second = Int(event.at.nanoseconds / 1_000_000_000 - Plant.start) - start
            return "\(event.finding.check.name) \(second)"
        }
    }

    private static func round(_ told: String) -> Int? {
        told.split(separator: " ").last.flatMap { Int($0) }.map { $0 / 500 }
    }

    @Test("a level that the feed goes to is told three times, then no more", arguments: [1, 2])
    func places(seed: UInt64) throws {
        let told = try Self.told(seed: seed, seconds: 5_000) { $0 % 500 < 60 ? 12 : 0 }
        let rounds = Set(told.compactMap(Self.round))
        #expect(rounds.isSuperset(of: [0, 1, 2]), "\(told)")
        #expect(rounds.allSatisfy { $0 <= 3 }, "\(told)")
    }

    @Test("another level than the one it goes to is told", arguments: [3, 4])
    func other(seed: UInt64) throws {
        let told = try Self.told(seed: seed, seconds: 5_000) { second in
            guard second % 500 < 60 else { return 0 }
            return second / 500 == 8 ? -20 : 12
        }
        #expect(told.contains { Self.round($0) == 8 }, "\(told)")
    }

    @Test("a step that has fallen back within ten samples is not told", arguments: [5, 6, 7])
    func passing(seed: UInt64) throws {
        let told = try Self.told(seed: seed, seconds: 200) { $0 < 5 ? 4 : 0 }
        #expect(told.isEmpty, "\(told)")
    }
}
