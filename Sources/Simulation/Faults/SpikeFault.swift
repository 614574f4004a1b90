import Monitoring

/// `spike`: a burst of single false samples, several within a few seconds, as from a loose contact
/// or interference (faults.md 1 and 2). Each stays inside the range, so that only its shape tells.
struct SpikeFault: FaultEffect {
    static let definition = FaultDefinition(
        kind: "spike",
        summary: "single samples jump far off and come back, several within seconds",
        concern: .value,
        checks: ["spike", "rateOfChange"],
        allowedDelay: .seconds(8),
        lasts: .seconds(6)...(.seconds(7)),
        suits: { $0.limits.spike != nil && $0.limits.range != nil },
        makeEffect: { SpikeFault($0) },
    )

    /// Time from one spike to the next, drawn from here: at 5 Hz three good samples lie between.
    static let pause = (shortest: 0.8, longest: 1.2)
    /// Size of a spike in units of the `fail` threshold of the feed's class.
    static func size(_ severity: FaultSeverity) -> ClosedRange<Double> {
        switch severity {
        case .plain: 1.6...2.4
        case .gentle: 1.2...1.5
        }
    }

    private let field: Int
    private let limits: PlantClass
    private var random: SeededRandom
    private var nextAt: ReceiveTime
    private let size: ClosedRange<Double>

    init(_ context: FaultContext) {
        field = context.field
        limits = context.source.limits
        random = context.random
        nextAt = context.begin
        size = Self.size(context.severity)
    }

    mutating func distort(_ reading: inout PlantReading) {
        guard reading.dueAt >= nextAt, let spike = limits.spike, let range = limits.range else {
            return
        }
        let pause = random.uniform(Self.pause.shortest, Self.pause.longest)
        nextAt = ReceiveTime(nanoseconds: reading.dueAt.nanoseconds + Int64(pause * 1e9))
        let jump = spike.fail * random.uniform(in: size)
        let value = reading.values[field]
        let upwards = random.chance(0.5)
        let staysInside = range.suspect.contains(value + (upwards ? jump : -jump))
        reading.values[field] = value + (upwards == staysInside ? jump : -jump)
    }
}
