import Monitoring
import Testing

@testable import Simulation

@Suite("The fault schedule")
struct FaultScheduleTests {
    private static let seeds: ClosedRange<UInt64> = 1...200

    @Test("in 60 s every kind comes once, on different feeds, from 20 s on and early enough")
    func oneMinute() throws {
        for seed in Self.seeds {
            let labels = try Self.labels(seed: seed, seconds: 60)
            #expect(Set(labels.map(\.kind)).count == FaultCatalogue.all.count)
            #expect(labels.count == FaultCatalogue.all.count, "seed \(seed)")
            #expect(Set(labels.map(\.feedKey)).count == labels.count, "seed \(seed)")
            #expect(labels.map(\.injectedAt).min() == after(20))
            for label in labels {
                let due = label.injectedAt.nanoseconds + label.allowedDelay.count
                #expect(due < after(60).nanoseconds, "\(label.kind), seed \(seed)")
                #expect(label.injectedAt < label.endsAt)
            }
        }
    }

    @Test("the faults of the issue are there, and their checks exist under that concern")
    func catalogue() {
        let kinds = FaultCatalogue.all.map(\.kind)
        #expect(Set(kinds).count == kinds.count)
        let required = [
            "stuck", "spike", "outOfRange", "dropout", "deadFeed", "garbage", "duplicate",
            "outOfOrder", "late", "clockOff", "noise", "offset", "drift", "clipping", "sentinel",
            "unitError", "sequenceGap", "rateFlood",
        ]
        #expect(Set(required).isSubset(of: kinds))
        for kind in FaultCatalogue.all {
            #expect(!kind.checks.isEmpty && !kind.summary.isEmpty)
            #expect(!kind.consequences.contains(kind.concern))
            for name in kind.checks {
                // Checks of later issues are named ahead; those that exist must agree.
                guard let id = CheckCatalogue.id(named: name) else { continue }
                let definition = CheckCatalogue.all[Int(id.index)]
                #expect(definition.concern == kind.concern, "\(name) of \(kind.kind)")
            }
        }
    }

    @Test("a fault is laid only where it can show and where the demo has limits for it")
    func placement() throws {
        for seed in Self.seeds {
            let schedule = try FaultSchedule(seed: seed, startingAt: start, runFor: .seconds(60))
            for fault in schedule.faults {
                let source = Plant.demo.sources[fault.source]
                #expect(fault.label.feedKey == source.topic)
                #expect(source.fields.count == 1 && source.isMeasurement)
                switch fault.label.kind {
                case "stuck": #expect(source.limits.flatLine != nil)
                case "spike": #expect(source.limits.spike != nil)
                case "outOfRange": #expect(source.limits.range != nil)
                case "duplicate", "outOfOrder", "late", "clockOff", "sequenceGap":
                    #expect(source.form == .object)
                case "rateFlood": #expect(source.form == .bare)
                case "drift", "clipping": #expect(source.isSteady)
                default: break
                }
            }
        }
    }

    @Test("what a check must learn first befalls only feeds that sent enough samples")
    func warmUp() throws {
        for seed in Self.seeds {
            let schedule = try FaultSchedule(seed: seed, startingAt: start, runFor: .seconds(60))
            for fault in schedule.faults {
                let period = Plant.demo.sources[fault.source].period.seconds
                let passed = fault.label.injectedAt.nanoseconds - start.nanoseconds
                let samples = Double(passed) / 1e9 / period
                #expect(samples >= Double(fault.definition.warmUp), "\(fault.label), \(seed)")
            }
        }
    }

    @Test("the first round is plain, what comes later is gentle")
    func severity() throws {
        let short = try Self.labels(seed: 1, seconds: 60)
        #expect(short.allSatisfy { $0.severity == .plain })
        let long = try Self.labels(seed: 1, seconds: 300)
        let count = FaultCatalogue.all.count
        #expect(long.prefix(count).allSatisfy { $0.severity == .plain })
        #expect(long.dropFirst(count).allSatisfy { $0.severity == .gentle })
    }

    @Test("equal seeds draw equal schedules, other seeds other ones")
    func determinism() throws {
        let one = try Self.labels(seed: 9, seconds: 300)
        #expect(one == (try Self.labels(seed: 9, seconds: 300)))
        #expect(one != (try Self.labels(seed: 10, seconds: 300)))
    }

    @Test("five minutes bring several of every kind, and a struck feed is left to recover")
    func longRun() throws {
        for seed in Self.seeds {
            let labels = try Self.labels(seed: seed, seconds: 300)
            let counts = Dictionary(grouping: labels, by: \.kind).mapValues(\.count)
            #expect(counts.count == FaultCatalogue.all.count)
            #expect(counts.values.allSatisfy { $0 >= 3 }, "\(counts), seed \(seed)")
            #expect(labels.allSatisfy { $0.injectedAt < after(290) })
            for (_, same) in Dictionary(grouping: labels, by: \.feedKey) {
                for (earlier, later) in zip(same, same.dropFirst()) {
                    let rest = later.injectedAt.nanoseconds - earlier.endsAt.nanoseconds
                    #expect(rest >= 60_000_000_000, "\(earlier.feedKey), seed \(seed)")
                }
            }
        }
    }

    @Test("a run without set length has a fault every few seconds for more than an hour")
    func openEnded() throws {
        let labels = try FaultSchedule(
            seed: 1,
            startingAt: start,
            runFor: FaultSchedule.openEnded,
        ).labels
        let times = labels.map(\.injectedAt.nanoseconds)
        #expect(times.last! > after(4_300).nanoseconds)
        #expect(zip(times, times.dropFirst()).allSatisfy { $1 - $0 < 20_000_000_000 })
    }

    @Test("a day has a bounded number of faults")
    func day() throws {
        let labels = try Self.labels(seed: 1, seconds: 86_400)
        #expect(labels.count <= 1_000 && labels.count > 900)
    }

    @Test("a run too short for every kind is refused, with the length that would do")
    func tooShort() throws {
        #expect(
            throws: FaultScheduleProblem.runTooShort(.seconds(54), shortest: .seconds(55))
        ) { try Self.labels(seed: 1, seconds: 54) }
        let labels = try Self.labels(seed: 1, seconds: 55)
        #expect(labels.count == FaultCatalogue.all.count)
        let problem = FaultScheduleProblem.runTooShort(.seconds(30), shortest: .seconds(55))
        #expect(problem.description.contains("run it for 55 s or longer"))
    }

    private static func labels(seed: UInt64, seconds: Int64) throws -> [FaultLabel] {
        try FaultSchedule(seed: seed, startingAt: start, runFor: .seconds(seconds)).labels
    }
}
