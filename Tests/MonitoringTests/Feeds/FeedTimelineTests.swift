import Testing

@testable import Monitoring

private let t0 = Double(Plant.start)
private let m0 = Plant.minute(t0)

@Suite("A feed on its time axis")
struct FeedTimelineTests {
    private func rule(_ checks: [String: CheckParameters] = [:]) throws -> FeedRule {
        FeedRule(filter: try TopicFilter("plant/#"), period: .seconds(1), checks: checks)
    }

    @Test(
        "a value that proves a spike while its minute is open leaves the extremes as they were",
        arguments: [-500, 500] as [Double],
    )
    func spikeInExtremes(spike: Double) throws {
        let limits = CheckParameters(values: ["fail": .number(40)])
        var plant = Plant(rules: [try rule(["spike": limits])])
        for (index, value) in [20, 21, 19, spike, 20, 21].enumerated() {
            let at = t0 + Double(index)
            plant.send("plant/a", ["value": value], at: at, source: at)
        }
        plant.run(to: t0 + 120)
        let feed = try #require(plant.feed("plant/a"))
        let row = plant.row(feed.id, minute: m0)
        #expect(row.counts.fail == 1)
        #expect(row.minimum == 19 && row.maximum == 21)
        #expect(row.statisticsCount == 5 && row.sum == 101)
    }

    @Test("a duplicate counts for the minute of its own time while that is open")
    func duplicateAcrossMinutes() throws {
        var plant = Plant(rules: [try rule()])
        for offset in [58.0, 59, 60, 61] {
            plant.send("plant/a", ["value": offset], at: t0 + offset, source: t0 + offset)
        }
        plant.send("plant/a", ["value": 59], at: t0 + 62, source: t0 + 59)
        plant.run(to: t0 + 200)
        let feed = try #require(plant.feed("plant/a"))
        #expect(plant.row(feed.id, minute: m0).counts.duplicate == 1)
        #expect(plant.row(feed.id, minute: m0 + 1).counts.duplicate == 0)
    }

    /// Or the daemon would look every 100 ms in vain until then.
    @Test(
        "an idle feed has its minute to close when it says, and not before, also one that lags",
        arguments: [0, 3_000_000_000, 90_000_000_000] as [Int64],
    )
    func deadline(lag: Int64) throws {
        let rule = try rule()
        let start = ReceiveTime(nanoseconds: Plant.start * 1_000_000_000)
        let description = FeedDescription(
            id: FeedID(index: 0),
            key: "plant/a",
            topic: "plant/a",
            field: "value",
            broker: 0,
            rule: 0,
            kind: .number,
            unit: nil,
            label: "a",
            labels: [],
            isDeclared: false,
            period: nil,
            silenceLimit: nil,
            firstSeenAt: start,
            lastSeenAt: nil,
        )
        var timeline = FeedTimeline(description, rule: rule, at: start)
        var rollups: [Rollup] = []
        let source = SourceTime(nanoseconds: start.nanoseconds + 10_000_000_000)
        let received = ReceiveTime(nanoseconds: source.nanoseconds + lag)
        let sample = Sample(
            field: FieldID(index: 0),
            kind: .number,
            value: 1,
            sourceTime: source,
            timeProblem: .none,
        )
        var observation = Observation(
            of: sample,
            of: .number,
            receivedAt: received,
            FeedTimeline.Circumstances(),
        )
        let step = timeline.place(&observation, sample, payloadHash: 1, into: &rollups)
        ObservationPlace.with(&observation) {
            timeline.count($0.view, .good, step: step, into: &rollups)
        }
        let deadline = timeline.windowDeadline(lastArrivalAt: received)
        var early = timeline
        early.closeIdle(at: ReceiveTime(nanoseconds: deadline.nanoseconds - 1), into: &rollups)
        #expect(rollups.isEmpty)
        timeline.closeIdle(at: deadline, into: &rollups)
        #expect(rollups.map(\.minute) == [m0])
    }
}
