import Monitoring

/// `clockOff`: the device's clock is one hour off, as after a change to summer time or a false zone
/// (faults.md 22).
struct ClockOffFault: FaultEffect {
    static let definition = FaultDefinition(
        kind: "clockOff",
        summary: "the device's clock is one hour off",
        concern: .clock,
        checks: ["clockSkew", "impossibleDate", "latency"],
        // Samples of a clock that is not trusted yet fill no slot.
        consequences: [.data],
        allowedDelay: .seconds(8),
        lasts: .seconds(8)...(.seconds(10)),
        suits: { $0.carriesTime },
        makeEffect: { ClockOffFault(random: $0.random) },
    )

    static let offset = Nanoseconds.seconds(3_600)

    private let shift: Int64

    init(random: SeededRandom) {
        var random = random
        shift = random.chance(0.5) ? Self.offset.count : -Self.offset.count
    }

    mutating func distort(_ reading: inout PlantReading) {
        reading.sourceTime.nanoseconds += shift
    }
}
