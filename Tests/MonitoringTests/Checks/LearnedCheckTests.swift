import Glibc
import TestSupport
import Testing

@testable import Monitoring

private func filter(_ text: String) -> TopicFilter {
    do { return try TopicFilter(text) } catch { preconditionFailure("\(error)") }
}

/// Goal: with no settings at all, each fault is found and called what it is, and the same stream
/// without it says nothing. Method: a real monitor, 1 Hz, values 20 ± 1 in steps of 1/16, healthy for
/// 1,500 s; then the fault.
@Suite("checks with learned limits")
struct LearnedCheckTests {
    private static let start = 1_500
    private static let length = 2_000

    /// The value at a second, or nil where nothing is sent.
    private typealias Fault = @Sendable (_ second: Int, _ usual: Double) -> Double?

    private static func story(
        seed: UInt64,
        period: Double = 1,
        checks: [String: CheckParameters] = [:],
        _ fault: Fault,
    ) -> [FindingEvent] {
        var random = SeededGenerator.printed(seed, "learned")
        let rule = FeedRule(filter: filter("plant/a"), checks: checks)
        var plant = Plant(rules: [rule])
        for index in 0..<length {
            let usual = 20 + random.dyadic(-16...16)
            let second = index - start
            guard let value = second < 0 ? usual : fault(second, usual) else { continue }
            let time = Double(Plant.start) + Double(index) * period
            plant.send("plant/a", ["value": value], at: time, source: time)
            if index % 50 == 0 { plant.run() }
        }
        plant.run()
        return plant.report.findings
    }

    private static func confirmed(_ events: [FindingEvent]) -> [String] {
        events.filter { $0.change == .confirmed }.map(\.finding.check.name)
    }

    @Test("a healthy feed says nothing", arguments: [1, 2, 3, 4, 5, 6])
    func silent(seed: UInt64) {
        let story = Self.story(seed: seed) { $1 }
        #expect(story.isEmpty, "\(story.map(\.finding.check.name))")
    }

    private struct Case: Sendable, CustomTestStringConvertible {
        var names: [String]
        /// Seconds within which it must be told.
        var delay: Double
        var fault: Fault
        var testDescription: String { names.joined(separator: " or ") }
    }

    private static let cases = [
        Case(names: ["spike"], delay: 30) { $0 == 10 ? 60 : $1 },
        Case(names: ["flatLine"], delay: 20) { $0 < 60 ? 20.25 : $1 },
        Case(names: ["noise"], delay: 30) { $0 < 60 ? 20 + 6 * ($1 - 20) : $1 },
        Case(names: ["sentinel"], delay: 5) { $0 % 20 == 3 ? -999 : $1 },
        Case(names: ["saturation", "flatLine"], delay: 60) { $0 < 120 ? min($1, 19.5) : $1 },
        Case(names: ["unit"], delay: 15) { $0 < 60 ? 1.8 * $1 + 32 : $1 },
        Case(names: ["unit"], delay: 15) { $0 < 60 ? $1 / 1_000 : $1 },
        Case(names: ["meanShift", "outlier"], delay: 20) { $0 < 200 ? $1 + 12 : $1 },
        Case(names: ["meanShift", "ewma"], delay: 150) { $1 + min(Double($0) / 100, 2) },
        Case(names: ["gap"], delay: 15) { $0 % 5 == 2 ? nil : $1 },
        // The kinds of faults.md that no learned limit is needed for.
        Case(names: ["silence"], delay: 6) { $0 < 60 ? nil : $1 },
    ]

    @Test("every fault is called what it is, in time", arguments: cases, [1, 2] as [UInt64])
    private func named(fault: Case, seed: UInt64) throws {
        let story = Self.story(seed: seed, fault.fault)
        let names = Self.confirmed(story)
        let first = try #require(names.first, "nothing found of \(fault.names), seed \(seed)")
        #expect(fault.names.contains(first), "\(names)")
        let told = try #require(story.first { $0.change == .confirmed }).at
        let begin = Double(Plant.start + Int64(Self.start))
        #expect(Double(told.nanoseconds) / 1e9 - begin <= fault.delay)
        for event in story where event.change == .confirmed {
            #expect(event.finding.isLearned == (event.finding.check.name != "silence"))
            #expect(event.finding.worst.isFinite)
            #expect(event.finding.limit.isFinite)
        }
    }

    @Test("a value that stood still and moves on is frozen, and no rail", arguments: [1, 2, 3])
    func frozenIsNoRail(seed: UInt64) {
        let names = Self.confirmed(Self.story(seed: seed) { $0 < 60 ? 20.25 : $1 })
        #expect(names.first == "flatLine" && !names.contains("saturation"), "\(names)")
    }

    @Test(
        "another unit is neither noise nor outliers, while it lasts and afterwards",
        arguments: [1, 2, 3],
    )
    func unitIsNoBehaviour(seed: UInt64) {
        let names = Self.confirmed(Self.story(seed: seed) { $0 < 60 ? 100 * $1 : $1 })
        #expect(names.first == "unit", "\(names)")
        #expect(!names.contains("noise") && !names.contains("outlier"), "\(names)")
    }

    @Test("spikes are told, and are no habit that hides noise later", arguments: [1, 2, 3])
    func spikesAreNoNoise(seed: UInt64) {
        let story = Self.story(seed: seed) { second, usual in
            if second < 200 { return second % 4 == 1 ? 60 : usual }
            return (260..<320).contains(second) ? 20 + 2.8 * (usual - 20) : usual
        }
        let noise = story.first { event in
            event.change == .confirmed && event.finding.check.name == "noise"
                && event.at.nanoseconds / 1_000_000_000 >= Plant.start + Int64(Self.start) + 230
        }
        #expect(noise != nil, "\(Self.confirmed(story))")
    }

    @Test("a rail takes away steps, and is no attenuation", arguments: [1, 2, 3])
    func railIsNoAttenuation(seed: UInt64) {
        let names = Self.confirmed(Self.story(seed: seed) { $0 < 120 ? min($1, 19.5) : $1 })
        #expect(names.contains("saturation") && !names.contains("attenuated"), "\(names)")
    }

    @Test("a feed that leaves by decades passes factors and sentinels, and is neither")
    func passing() {
        // 5 % a sample: every factor of `unit` is passed in five samples or so, 850 is hit.
        let story = Self.story(seed: 5, period: 0.1) { second, usual in
            let value = 20 * pow(1.05, Double(min(second, 280)))
            return (value - 850).magnitude < 20 ? 850 : value + usual - 20
        }
        let names = Self.confirmed(story)
        #expect(!names.contains("unit") && !names.contains("sentinel"), "\(names)")
        #expect(names.contains("meanShift"), "that it left is told: \(names)")
    }

    @Test("a sentinel is told apart also on a feed that has left its range")
    func sentinelElsewhere() {
        let story = Self.story(seed: 6) { $0 > 40 && $0 % 10 == 3 ? -999 : $1 + 12 }
        #expect(Self.confirmed(story).contains("sentinel"))
    }

    /// AR(1) noise around 20 of deviation 1, on many feeds at once.
    private static func noise(
        seed: UInt64,
        feeds: Int,
        correlation: Double,
        length: Int,
        _ fault: (_ index: Int) -> Double = { _ in 0 },
    ) -> [FindingEvent] {
        var random = SeededGenerator.printed(seed, "learned")
        var plant = Plant(rules: [FeedRule(filter: filter("plant/+"))])
        var noise = Array(repeating: 0.0, count: feeds)
        let innovation = (1 - correlation * correlation).squareRoot()
        for index in 0..<length {
            let time = Double(Plant.start + Int64(index))
            for feed in noise.indices {
                noise[feed] = correlation * noise[feed] + innovation * random.normal()
                let value = 20 + noise[feed] + fault(index)
                plant.send("plant/\(feed)", ["value": value], at: time, source: time)
            }
            if index % 20 == 0 { plant.run() }
        }
        plant.run()
        return plant.report.findings
    }

    @Test("steps that chance makes of correlated noise are none to a feed that is hardly known")
    func youth() {
        let story = Self.noise(seed: 11, feeds: 50, correlation: 0.85, length: 1_000)
        // A feed's own limit alone, after a few blocks, gave one in 5,000 samples: ten here.
        #expect(Self.confirmed(story).count <= 1, "\(Self.confirmed(story))")
    }

    @Test("a drift that begins soon is told while it goes on")
    func earlyDrift() {
        let begin = 700
        let story = Self.noise(seed: 12, feeds: 30, correlation: 0.2, length: begin + 250) {
            0.09 * Double(max($0 - begin, 0))
        }
        let feeds = story.filter { event in
            event.change == .confirmed
                && ["meanShift", "ewma"].contains(event.finding.check.name)
        }
        #expect(Set(feeds.map(\.finding.feed)).count == 30)
    }

    @Test("a change that lasts is accepted, and the finding says so")
    func accepted() {
        let story = Self.story(seed: 9) { $1 + ($0 < 0 ? 0 : 12) }
        let ends = story.filter { $0.change == .ended && $0.finding.check.name == "meanShift" }
        #expect(ends.contains { $0.finding.detail.contains("baseline") }, "\(ends.count) ended")
        #expect(story.last { $0.change != .updated }?.change == .ended, "nothing stays open")
    }

    @Test("a threshold that is given is not learned")
    func given() {
        let checks = ["spike": CheckParameters(values: ["fail": .number(5)])]
        let story = Self.story(seed: 3, checks: checks) { $0 == 10 || $0 == 12 ? 60 : $1 }
        let spikes = story.filter { $0.finding.check.name == "spike" }
        #expect(!spikes.isEmpty)
        #expect(spikes.allSatisfy { !$0.finding.isLearned && $0.finding.limit == 5 })
    }

    @Test("a feed says how much it has learned")
    func learning() {
        var profile = FeedProfile()
        var line = FeedLine(period: 1)
        #expect(profile.progress == 0)
        for second in 0..<200 {
            let value = Double(second % 7) + 0.5 * Double(second % 3)
            _ = line.sample(value, at: Double(second))
        }
        profile = line.profile
        #expect(profile.progress == Baseline.learning)
    }

    @Test("what is told of a feed says how far it has learned, and when it has")
    func told() throws {
        var random = SeededGenerator.printed(4, "told")
        var plant = Plant(rules: [FeedRule(filter: filter("plant/+"))])
        var told: [FeedDescription.Learning] = []
        for index in 0..<200 {
            let time = Double(Plant.start + Int64(index))
            plant.send("plant/a", ["value": random.dyadic(-16...16)], at: time, source: time)
            plant.send("plant/b", ["value": 1], at: time, kind: .boolean)
            plant.run()
            for feed in plant.report.newFeeds + plant.report.changedFeeds {
                guard feed.topic == "plant/a" else {
                    #expect(feed.learning == nil, "a feed without numbers has nothing to learn")
                    continue
                }
                let learning = try #require(feed.learning)
                #expect(learning.needed == 128 && learning.isFinished == (index >= 127))
                #expect(abs(Int(learning.seen) - min(index, 128)) <= 1)
                told.append(learning)
            }
            plant.report.removeAll()
        }
        #expect(told.contains { !$0.isFinished && $0.seen > 0 })
        #expect(told.last?.isFinished == true)
    }
}
