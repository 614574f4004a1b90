import Foundation
import Monitoring
import Testing

@testable import Simulation

/// Method: each kind is laid on one source for a run of 100 s, which is held against the same run
/// without it. What is asserted is read from the payloads by Foundation, not from the effect.
private let seeds: [UInt64] = [1, 2, 3, 4, 5, 6]

@Suite("Faults do to the stream what faults.md says, and nothing else")
struct FaultTests {
    @Test("feeds that no fault befalls send the bytes of a healthy plant")
    func besideFaults() throws {
        for seed: UInt64 in [1, 2] {
            let schedule = try FaultSchedule(seed: seed, startingAt: start, runFor: .seconds(60))
            let struck = Set(schedule.labels.map(\.feedKey))
            let with = messages(seed: seed, seconds: 60, schedule: schedule)
            let without = messages(seed: seed, seconds: 60)
            let beside = { (messages: [PlantMessage]) in
                messages.filter { !struck.contains($0.topic) }
            }
            #expect(beside(with) == beside(without), "seed \(seed)")
        }
    }

    @Test("before and after a fault its feed sends the bytes of a healthy one", arguments: seeds)
    func otherwiseIdentical(seed: UInt64) throws {
        for kind in FaultCatalogue.all {
            let trial = try Trial(kind, seed: seed)
            #expect(trial.label.endsAt < after(Trial.seconds) || kind.kind == "deadFeed")
            let before = { (messages: [PlantMessage]) in
                messages.filter { $0.dueAt < trial.label.injectedAt }
            }
            #expect(before(trial.faulty) == before(trial.healthy), "\(kind.kind), seed \(seed)")
            // A held message may be due a little after the end.
            let settled = trial.label.endsAt.nanoseconds + 300_000_000
            let later = { (messages: [PlantMessage]) in
                messages.filter { $0.dueAt.nanoseconds > settled }
            }
            #expect(later(trial.faulty) == later(trial.healthy), "\(kind.kind), seed \(seed)")
            #expect(trial.faulty != trial.healthy, "\(kind.kind) does nothing, seed \(seed)")
        }
    }

    @Test("stuck: one value, while time and sequence go on, for longer than a flat line's time")
    func stuck() throws {
        for seed in seeds {
            let trial = try Trial(StuckFault.definition, seed: seed)
            let healthy = trial.struck.compactMap { Reading($0.payload) }
            let faulty = trial.faulty.filter(trial.isStruck).compactMap { Reading($0.payload) }
            #expect(Set(faulty.map(\.value)).count == 1, "seed \(seed)")
            #expect(faulty.first?.value == healthy.first?.value, "it holds the last true value")
            #expect(faulty.map(\.milliseconds) == healthy.map(\.milliseconds))
            #expect(faulty.map(\.sequence) == healthy.map(\.sequence))
            let lasted = Double(faulty.count) * trial.source.period.seconds
            #expect(lasted > 2 * trial.source.limits.flatLine!.seconds)
        }
    }

    @Test("spike: five or more lone samples beyond the fail limit, inside the range")
    func spike() throws {
        for seed in seeds {
            let trial = try Trial(SpikeFault.definition, seed: seed)
            let healthy = trial.healthy.compactMap { Reading($0.payload)?.value }
            let faulty = trial.faulty.compactMap { Reading($0.payload)?.value }
            let limits = trial.source.limits
            let struck = zip(healthy, faulty).enumerated().filter { $0.element.0 != $0.element.1 }
            #expect((5...9).contains(struck.count), "\(struck.count) spikes, seed \(seed)")
            for (index, pair) in struck {
                let size = abs(pair.1 - pair.0)
                #expect(size > 1.5 * limits.spike!.fail && size < 2.5 * limits.spike!.fail)
                #expect(
                    limits.range!.suspect.contains(pair.1),
                    "\(pair.1) on \(trial.source.topic)"
                )
                // The check's own definition, written out.
                let left = pair.1 - faulty[index - 1], right = pair.1 - faulty[index + 1]
                #expect(left * right > 0 && min(abs(left), abs(right)) > limits.spike!.fail)
            }
            for (one, two) in zip(struck, struck.dropFirst()) {
                #expect(two.offset - one.offset >= 4, "good samples lie between, seed \(seed)")
            }
        }
    }

    @Test("outOfRange: every sample beyond the fail range, and still moving")
    func outOfRange() throws {
        for seed in seeds {
            let trial = try Trial(OutOfRangeFault.definition, seed: seed)
            let range = trial.source.limits.range!.fail
            let values = trial.faulty.filter(trial.isStruck).compactMap {
                Reading($0.payload)?.value
            }
            #expect(values.count == trial.struck.count)
            #expect(values.allSatisfy { !range.contains($0) }, "seed \(seed)")
            #expect(Set(values).count > 3, "it must not be stuck as well, seed \(seed)")
            let outside = trial.faultyOutside.compactMap { Reading($0.payload)?.value }
            #expect(outside.allSatisfy(range.contains))
        }
    }

    @Test("dropout: most messages are lost, some come, and those are unchanged")
    func dropout() throws {
        for seed in seeds {
            let trial = try Trial(DropoutFault.definition, seed: seed)
            let came = trial.faulty.filter(trial.isStruck)
            let share = Double(came.count) / Double(trial.struck.count)
            #expect(share > 0 && share < 0.35, "\(share) came, seed \(seed)")
            #expect(came.allSatisfy(trial.struck.contains))
        }
    }

    @Test("deadFeed: nothing comes for 30 s at least, or to the end")
    func deadFeed() throws {
        for seed in seeds {
            let trial = try Trial(DeadFeedFault.definition, seed: seed)
            #expect(trial.faulty.allSatisfy { !trial.isStruck($0) }, "seed \(seed)")
            let lasted =
                trial.label.endsAt.nanoseconds - trial.label.injectedAt.nanoseconds
            #expect(lasted >= 30_000_000_000)
        }
    }

    @Test("garbage: no payload parses as JSON or as a word, and none is empty")
    func garbage() throws {
        for seed in seeds {
            let trial = try Trial(GarbageFault.definition, seed: seed)
            let came = trial.faulty.filter(trial.isStruck)
            #expect(came.map(\.dueAt) == trial.struck.map(\.dueAt), "none is lost, seed \(seed)")
            for message in came {
                #expect(!message.payload.isEmpty)
                #expect(throws: (any Error).self, "seed \(seed)") {
                    try JSONSerialization.jsonObject(
                        with: Data(message.payload),
                        options: .fragmentsAllowed,
                    )
                }
                let text = String(decoding: message.payload, as: UTF8.self).lowercased()
                #expect(!["true", "false", "on", "off", "yes", "no"].contains(text))
                #expect(Double(text) == nil)
            }
        }
    }

    @Test("duplicate: more than a third are sent again, equal byte for byte, and soon")
    func duplicate() throws {
        for seed in seeds {
            let trial = try Trial(DuplicateFault.definition, seed: seed)
            var copies = 0
            for message in trial.struck {
                let sent = trial.faulty.filter { $0.payload == message.payload }
                #expect(sent.first == message, "the first one is in time")
                #expect(sent.count <= 2)
                guard sent.count == 2 else { continue }
                copies += 1
                let pause = sent[1].dueAt.nanoseconds - message.dueAt.nanoseconds
                #expect(pause > 0 && pause < trial.source.period.count)
            }
            #expect(copies * 3 > trial.struck.count, "\(copies) copies, seed \(seed)")
            #expect(trial.faulty.count == trial.healthy.count + copies)
        }
    }

    @Test("outOfOrder: source times go back again and again, nothing is lost or changed")
    func outOfOrder() throws {
        for seed in seeds {
            let trial = try Trial(OutOfOrderFault.definition, seed: seed)
            let times = trial.faulty.compactMap { Reading($0.payload)?.milliseconds }
            let backwards = zip(times, times.dropFirst()).count { $0 > $1 }
            #expect(backwards >= trial.struck.count / 3, "\(backwards) times, seed \(seed)")
            #expect(
                Set(trial.faulty.map(\.payload)) == Set(trial.healthy.map(\.payload)),
                "seed \(seed)",
            )
            #expect(trial.faulty.count == trial.healthy.count)
        }
    }

    @Test("late: messages come in two bursts, many older than the latency allowed, in their order")
    func late() throws {
        for seed in seeds {
            let trial = try Trial(LateFault.definition, seed: seed)
            let came = trial.faulty.compactMap { message in
                Reading(message.payload).map { (message.dueAt.nanoseconds, $0.milliseconds!) }
            }
            let old = came.filter { $0.0 / 1_000_000 - $0.1 > 2_000 }
            let expected = 2 * (LateFault.hold.seconds - 2) / trial.source.period.seconds
            #expect(abs(Double(old.count) - expected) <= 4, "\(old.count) late, seed \(seed)")
            #expect(Set(old.map(\.0)).count == 2, "two bursts, seed \(seed)")
            #expect(trial.faulty.map(\.payload) == trial.healthy.map(\.payload), "seed \(seed)")
        }
    }

    @Test("clockOff: source times are exactly one hour off, forwards or backwards, values are true")
    func clockOff() throws {
        var signs: Set<Int64> = []
        for seed in seeds {
            let trial = try Trial(ClockOffFault.definition, seed: seed)
            let faulty = trial.faulty.filter(trial.isStruck).compactMap { Reading($0.payload) }
            let healthy = trial.struck.compactMap { Reading($0.payload) }
            let offsets = Set(zip(faulty, healthy).map { $0.milliseconds! - $1.milliseconds! })
            #expect(offsets.count == 1 && abs(offsets.first!) == 3_600_000, "seed \(seed)")
            #expect(faulty.map(\.value) == healthy.map(\.value))
            signs.formUnion(offsets.map { $0.signum() })
        }
        #expect(signs == [1, -1], "both directions come among the seeds")
    }
    @Test(
        "sequenceGap: runs of a few messages are lost, far from each other, the others unchanged",
        arguments: [(FaultSeverity.plain, 2...4, 12...16), (.gentle, 1...3, 16...20)],
    )
    func sequenceGap(
        severity: FaultSeverity,
        lost: ClosedRange<Int64>,
        between: ClosedRange<Int64>,
    ) throws {
        for seed in seeds {
            let trial = try Trial(SequenceGapFault.definition, seed: seed, severity)
            #expect(trial.faulty.allSatisfy(trial.healthy.contains), "seed \(seed)")
            let numbers = trial.faulty.compactMap { Reading($0.payload)?.sequence }
            let steps = zip(numbers, numbers.dropFirst()).filter { $1 != $0 + 1 }
            #expect(steps.count >= 2, "seed \(seed)")
            // The last run may be cut short by the end of the fault.
            for step in steps.dropLast() {
                #expect(lost.contains(step.1 - step.0 - 1), "seed \(seed)")
            }
            for (one, two) in zip(steps, steps.dropFirst()) {
                #expect(between.contains(two.0 - one.1 + 1), "seed \(seed)")
            }
            let gone = Set(trial.healthy.map(\.payload)).subtracting(trial.faulty.map(\.payload))
            #expect(gone.count == trial.healthy.count - trial.faulty.count)
        }
    }

    @Test(
        "rateFlood: so many messages where one was agreed, evenly, of values near the true ones",
        arguments: [(FaultSeverity.plain, 10), (.gentle, 5)],
    )
    func rateFlood(severity: FaultSeverity, factor: Int) throws {
        for seed in seeds {
            let trial = try Trial(RateFloodFault.definition, seed: seed, severity)
            let came = trial.faulty.filter { message in
                message.dueAt >= trial.label.injectedAt
                    && message.dueAt.nanoseconds
                        < trial.label.endsAt.nanoseconds + trial.source.period.count
            }
            #expect(trial.healthy.allSatisfy(trial.faulty.contains), "none is lost, seed \(seed)")
            let extra = trial.faulty.count - trial.healthy.count
            #expect(extra == trial.struck.count * (factor - 1), "seed \(seed)")
            let times = came.map(\.dueAt.nanoseconds)
            let longest = zip(times, times.dropFirst()).map { $1 - $0 }.dropLast(2).max() ?? 0
            // The next reading may come some milliseconds late.
            let even = trial.source.period.count / Int64(factor)
            #expect(longest < even + 7_000_000, "seed \(seed)")
            let noise = try #require(trial.source.noise)
            let values = came.compactMap { Reading($0.payload)?.value }
            for (one, two) in zip(values, values.dropFirst()) {
                #expect(abs(two - one) < 5 * noise, "seed \(seed)")
            }
        }
    }
}
