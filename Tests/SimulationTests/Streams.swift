import Foundation
import Monitoring

@testable import Simulation

/// The start of every run in these tests: an arbitrary time that is no multiple of any period.
let start = ReceiveTime(nanoseconds: 1_754_000_000_123_456_789)

/// Seconds after `start`.
func after(_ seconds: Double) -> ReceiveTime {
    ReceiveTime(nanoseconds: start.nanoseconds + Int64(seconds * 1e9))
}

/// Everything that the plant, or the part of it that is given, sends in that many seconds.
func messages(
    of sources: [PlantSource] = Plant.demo.sources,
    seed: UInt64 = 1,
    seconds: Double,
    schedule: FaultSchedule? = nil,
) -> [PlantMessage] {
    var simulator = PlantSimulator(
        plant: Plant(sources: sources),
        seed: seed,
        startingAt: start,
        schedule: schedule,
    )
    var messages: [PlantMessage] = []
    simulator.advance(to: after(seconds), into: &messages)
    return messages
}

/// A run of 100 s of one source with one fault, and the same run without it.
struct Trial {
    static let seconds = 100.0

    let label: FaultLabel
    let source: PlantSource
    /// As sent.
    let faulty: [PlantMessage]
    /// As sent without the fault.
    let healthy: [PlantMessage]

    /// The seed chooses the source among those that suit the fault, and its details. The fault
    /// begins after 20 s, or when enough samples for it have come.
    init(_ kind: FaultDefinition, seed: UInt64, _ severity: FaultSeverity = .plain) throws {
        let suitable = Plant.demo.sources.filter { $0.isSingleFeed && kind.suits($0) }
        var random = SeededRandom(seed: seed)
        let source = suitable[random.index(below: suitable.count)]
        let fault = ScheduledFault(
            kind,
            on: 0,
            of: Plant(sources: [source]),
            at: after(max(20, Double(kind.warmUp) * source.period.seconds)),
            severity,
            chance: &random,
        )
        let schedule = FaultSchedule(
            faults: [fault],
            startingAt: start,
            runFor: .seconds(Int64(Self.seconds)),
        )
        self.source = source
        label = fault.label
        faulty = messages(of: [source], seed: seed, seconds: Self.seconds, schedule: schedule)
        healthy = messages(of: [source], seed: seed, seconds: Self.seconds)
    }

    /// Whether the message is due while the fault lasts.
    func isStruck(_ message: PlantMessage) -> Bool {
        message.dueAt >= label.injectedAt && message.dueAt < label.endsAt
    }

    /// The healthy messages that the fault befalls.
    var struck: [PlantMessage] { healthy.filter(isStruck) }

    /// As sent, without those that were due while the fault lasted.
    var faultyOutside: [PlantMessage] { faulty.filter { !isStruck($0) } }
}

/// A payload read by Foundation, which shares nothing with how it was written.
struct Reading: Equatable {
    var value: Double
    var milliseconds: Int64?
    var sequence: Int64?

    init?(_ payload: [UInt8]) {
        let object = try? JSONSerialization.jsonObject(
            with: Data(payload),
            options: .fragmentsAllowed,
        )
        if let number = object as? Double {
            value = number
        } else if let object = object as? [String: Any], let number = object["value"] as? Double,
            let time = object["ts"] as? Int64, let count = object["seq"] as? Int64
        {
            value = number
            milliseconds = time
            sequence = count
        } else {
            return nil
        }
    }
}
