import Monitoring
import Testing

private let t0 = Double(Plant.start)

/// One failure is one alarm: what `silence` or `gap` has told, `completeness` does not tell again.
@Suite("Told absence")
struct ToldAbsenceTests {
    private func plant(
        _ seconds: [Double],
        settings: [String: CheckParameters] = [:],
    ) throws -> Plant {
        let rule = FeedRule(
            filter: try TopicFilter("plant/#"),
            period: .seconds(1),
            checks: settings,
        )
        var plant = Plant(rules: [rule])
        for second in seconds { plant.send("plant/a", ["v": second], at: t0 + second + 0.25) }
        plant.run(to: t0 + (seconds.last ?? 0) + 0.5)
        return plant
    }

    private func findings(_ plant: Plant, of check: String) -> [FindingEvent] {
        plant.report.findings.filter { $0.finding.check.name == check }
    }

    /// A minute of 60 slots holds 5 % = 3 of them; the outage takes 23.
    @Test(
        "an outage that silence told is no incomplete data, in the first window or later",
        arguments: [34, 58, 120, 301]
    )
    func outage(begin: Int) throws {
        let seconds = (Array(0..<begin) + Array(begin + 24..<begin + 200)).map(Double.init)
        let plant = try plant(seconds)
        #expect(findings(plant, of: "silence").map(\.change) == [.began, .confirmed, .ended])
        #expect(findings(plant, of: "completeness").isEmpty)
        let rows = plant.report.rollups
        let missing = rows.reduce(0) { $0 + Int($1.expected) - Int($1.filled) }
        #expect(missing >= 24, "the stored rows count what did not come")
    }

    @Test("a message lost after a told silence is the first gap, which concerns nobody yet")
    func gapAfterSilence() throws {
        let seconds = (Array(0..<120) + Array(144..<300)).filter { $0 != 147 }.map(Double.init)
        let gaps = findings(try plant(seconds), of: "gap")
        #expect(gaps.map(\.change) == [.began, .ended])
        #expect(gaps.allSatisfy { $0.finding.worst < 3 }, "the silence is not told as a gap")
    }

    @Test("a silence that nobody was told of is incomplete data")
    func untold() throws {
        let seconds = (Array(0..<120) + Array(144..<300)).map(Double.init)
        let off = ["silence": CheckParameters(isEnabled: false)]
        #expect(!findings(try plant(seconds, settings: off), of: "completeness").isEmpty)
    }

    @Test("loss after a told silence is still found, and named by itself")
    func lossAfterwards() throws {
        let outage = Array(0..<120) + Array(144..<180)
        let seconds = (outage + Array(180..<300).filter { $0 % 3 != 0 }).map(Double.init)
        let first = try #require(
            findings(try plant(seconds), of: "completeness").first { $0.change == .began }
        )
        // By 200 s a third of 20 slots is lost, of the 56 that are expected.
        #expect((184...200).contains(Self.seconds(first.at.nanoseconds)))
    }

    @Test("gaps in the first window that gap told do not come back when the window is whole")
    func gapsWhileWarmingUp() throws {
        let lost: Set = [20, 21, 24, 25, 28, 29]
        let seconds = (0..<200).filter { !lost.contains($0) }.map(Double.init)
        let plant = try plant(seconds)
        #expect(findings(plant, of: "gap").contains { $0.finding.isConfirmed })
        let told = findings(plant, of: "completeness")
        #expect(told.isEmpty, "the first of the gaps is two slots, as much as 5 % allows")
    }

    @Test("a finding begins where the incomplete window does")
    func since() throws {
        let seconds = (0..<200).filter { $0 < 120 || $0 % 2 == 0 }.map(Double.init)
        let first = try #require(
            findings(try plant(seconds), of: "completeness").first { $0.change == .began }
        )
        let length = first.finding.firstFlaggedAt.nanoseconds - first.finding.begin.nanoseconds
        // The window, and at most one of its blocks of 3.75 s.
        #expect((60_000_000_000...63_750_000_000).contains(length))
    }

    private static func seconds(_ nanoseconds: Int64) -> Double {
        Double(nanoseconds) / 1e9 - t0
    }
}
