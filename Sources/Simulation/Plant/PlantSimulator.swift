public import Monitoring

/// The simulated plant in motion: virtual time in, messages out.
///
/// Deterministic: equal seed, start and schedule give equal bytes, however time is cut into steps.
/// A fault changes the messages of its own source while it lasts, and nothing else: every signal
/// and every fault draws from its own stream of chance. It asks for no clock; whoever publishes
/// the messages keeps pace with `dueAt`.
public struct PlantSimulator: Sendable {
    public let plant: Plant
    private var sources: [SourceState]
    private var injector: FaultInjector?
    private var pending: PendingMessages

    /// - Parameters:
    ///   - start: the gateway's wall clock when the run begins; no message is due before.
    ///   - schedule: the faults to lay; nil for a healthy plant.
    public init(
        plant: Plant = .demo,
        seed: UInt64,
        startingAt start: ReceiveTime,
        schedule: FaultSchedule? = nil,
    ) {
        self.plant = plant
        sources = plant.sources.map { SourceState($0, seed: seed, startingAt: start) }
        injector = schedule.map { FaultInjector($0) }
        pending = PendingMessages()
    }

    /// When the next message is due at the earliest: until then there is nothing to do.
    public var nextDueAt: ReceiveTime {
        let scan = sources.lazy.map(\.next.dueAt).min()
        let waiting = pending.nextDueAt
        guard let scan else { return waiting ?? ReceiveTime(nanoseconds: .max) }
        return min(scan, waiting ?? scan)
    }

    /// Appends every message that is due at or before `time` and was not given out yet, in the
    /// order of their due times.
    public mutating func advance(to time: ReceiveTime, into messages: inout [PlantMessage]) {
        for index in sources.indices {
            while sources[index].next.dueAt <= time {
                emit(sources[index].take(), from: index)
            }
        }
        pending.release(upTo: time, into: &messages)
    }

    private mutating func emit(_ reading: PlantReading, from index: Int) {
        let source = plant.sources[index]
        let messages =
            injector?.messages(for: reading, from: source, at: index)
            ?? [Self.message(reading, source)]
        for message in messages { pending.hold(message, source: index) }
    }

    /// The message of a reading that nothing befalls.
    static func message(_ reading: PlantReading, _ source: PlantSource) -> PlantMessage {
        PlantMessage(
            topic: source.topic,
            payload: source.form.payload(of: reading, from: source),
            dueAt: reading.dueAt,
        )
    }
}
