import Monitoring
import Testing

@testable import Simulation

/// Goal: every fault that the simulator knows is found by a check of the right concern, within the
/// delay that its definition states, and nothing else is said of its feed; the same stream without
/// the fault stays silent.
///
/// Method: decoding, feeds, checks and alarms as in the daemon, with the demo's configuration, on a
/// virtual clock. The seed chooses the feed among those that suit, its noise, and the fault's details.
@Suite("Faults of the simulator, through the pipeline")
struct FaultDetectionTests {
    private static let seeds: ClosedRange<UInt64> = 1...4

    /// One source, 40 s after the fault's end.
    private struct Trial {
        static let start = ReceiveTime(nanoseconds: 1_754_000_000_123_456_789)
        let label: FaultLabel
        let faulty: [AlarmObservation]
        let healthy: [AlarmObservation]
        let end: ReceiveTime

        /// A plain fault begins as soon as the checks can know its feed, a gentle one when they have
        /// known it for three times as long and a minute.
        init(_ kind: FaultDefinition, seed: UInt64, _ severity: FaultSeverity) throws {
            let suitable = Plant.demo.sources.filter { $0.isSingleFeed && kind.suits($0) }
            var random = SeededRandom(seed: seed, stream: kind.kind)
            let plant = Plant(sources: [suitable[random.index(below: suitable.count)]])
            let warm = Double(kind.warmUp) * plant.sources[0].period.seconds
            let quiet = severity == .plain ? max(20, warm) : max(60, 3 * warm)
            let begin = Self.after(Self.start, quiet)
            let fault = ScheduledFault(kind, on: 0, of: plant, at: begin, severity, chance: &random)
            label = fault.label
            end = Self.after(fault.label.endsAt, 40)
            let schedule = FaultSchedule(
                faults: [fault],
                startingAt: Self.start,
                runFor: Nanoseconds(end.nanoseconds - Self.start.nanoseconds),
            )
            faulty = try Self.observe(plant, seed: seed, schedule, to: end)
            healthy = try Self.observe(plant, seed: seed, nil, to: end)
        }

        private static func after(_ time: ReceiveTime, _ seconds: Double) -> ReceiveTime {
            ReceiveTime(nanoseconds: time.nanoseconds + Int64(seconds * 1e9))
        }

        /// Alarms of the plant's only feed; others are declared in the configuration, and silent.
        private static func observe(
            _ plant: Plant,
            seed: UInt64,
            _ schedule: FaultSchedule?,
            to end: ReceiveTime,
        ) throws -> [AlarmObservation] {
            var simulator = PlantSimulator(
                plant: plant,
                seed: seed,
                startingAt: start,
                schedule: schedule,
            )
            var messages: [PlantMessage] = []
            simulator.advance(to: end, into: &messages)
            let key = plant.sources[0].topic
            return try WatchedPipeline().observe(messages, from: start, to: end).filter {
                if case .feed(key, _) = $0.subject { true } else { false }
            }
        }
    }

    @Test(
        "each is found by the right concern in time, and without it the stream is silent",
        arguments: FaultCatalogue.all.map(\.kind),
        [FaultSeverity.plain, .gentle],
    )
    func detection(kind: String, severity: FaultSeverity) throws {
        let definition = try #require(FaultCatalogue.all.first { $0.kind == kind })
        var delays: [Double] = []
        for seed in Self.seeds {
            let trial = try Trial(definition, seed: seed, severity)
            let score = DemoScore(
                faults: [trial.label],
                observations: trial.faulty,
                startedAt: Trial.start,
                endedAt: trial.end,
            )
            #expect(score.found == 1, "seed \(seed)\n\(score.table())\(trial.faulty)")
            #expect(score.falseAlarms.isEmpty, "seed \(seed)\n\(score.table())")
            let feed = trial.label.feedKey
            #expect(trial.healthy.isEmpty, "\(feed), seed \(seed): \(trial.healthy)")
            if let after = score.outcomes[0].after { delays.append(after.seconds) }
        }
        let worst = delays.max().map { "\($0)" } ?? "–"
        print(
            "\(kind), \(severity.rawValue): found after \(worst) s at the latest, of \(Self.seeds)"
        )
    }

    @Test(
        "the whole demo of a minute passes: all found, at most two false alarms",
        arguments: [1, 2, 3, 4],
    )
    func demo(seed: UInt64) throws {
        let runFor = Nanoseconds.seconds(60)
        let end = ReceiveTime(nanoseconds: Trial.start.nanoseconds + runFor.count)
        let schedule = try FaultSchedule(seed: seed, startingAt: Trial.start, runFor: runFor)
        var simulator = PlantSimulator(seed: seed, startingAt: Trial.start, schedule: schedule)
        var messages: [PlantMessage] = []
        simulator.advance(to: end, into: &messages)
        let score = DemoScore(
            faults: schedule.labels,
            observations: try WatchedPipeline().observe(messages, from: Trial.start, to: end),
            startedAt: Trial.start,
            endedAt: end,
        )
        #expect(score.isPassed, "\(score.table())")
    }
}
