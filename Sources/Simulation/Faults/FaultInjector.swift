import Monitoring

/// Lays the faults of a schedule over the readings of the plant, each on its own source and while
/// it lasts. A source bears one fault at a time, because the schedule says so.
struct FaultInjector: Sendable {
    private struct Active {
        var endsAt: ReceiveTime
        var effect: any FaultEffect
    }

    /// In the order of injection, last first, so that the next one is at the end.
    private var upcoming: [Int: [ScheduledFault]]
    private var active: [Int: Active] = [:]

    init(_ schedule: FaultSchedule) {
        upcoming = Dictionary(grouping: schedule.faults.reversed(), by: \.source)
    }

    /// What goes on the wire for that reading.
    mutating func messages(
        for reading: PlantReading,
        from source: PlantSource,
        at index: Int,
    ) -> [PlantMessage] {
        change(at: reading.dueAt, source: source, index: index)
        guard var fault = active[index] else {
            return [PlantSimulator.message(reading, source)]
        }
        var reading = reading
        fault.effect.distort(&reading)
        let messages = fault.effect.transmit(PlantSimulator.message(reading, source))
        active[index] = fault
        return messages
    }

    /// Ends the source's fault, and begins the next one, where it is time.
    private mutating func change(at time: ReceiveTime, source: PlantSource, index: Int) {
        if let fault = active[index], fault.endsAt <= time { active[index] = nil }
        guard active[index] == nil, let next = upcoming[index]?.last,
            next.label.injectedAt <= time
        else { return }
        upcoming[index]?.removeLast()
        guard next.label.endsAt > time else { return }
        let context = FaultContext(
            source: source,
            field: next.field,
            begin: next.label.injectedAt,
            end: next.label.endsAt,
            severity: next.severity,
            random: SeededRandom(seed: next.seed),
        )
        active[index] = Active(
            endsAt: next.label.endsAt,
            effect: next.definition.makeEffect(context),
        )
    }
}
