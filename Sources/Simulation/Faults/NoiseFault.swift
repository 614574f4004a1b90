import Monitoring

/// `noise`: white noise on top of the value, as from a broken shield or a bad earth beside a
/// frequency converter (faults.md 6). The process below it goes on as it did.
struct NoiseFault: FaultEffect {
    static let definition = FaultDefinition(
        kind: "noise",
        summary: "strong white noise lies over the value",
        concern: .behaviour,
        checks: ["noise"],
        // A sample of strong noise now and then stands off both its neighbours, as a spike does.
        consequences: [.value],
        allowedDelay: .seconds(6),
        lasts: .seconds(8)...(.seconds(10)),
        warmUp: 352,
        suits: { $0.noise != nil },
        makeEffect: { NoiseFault($0) },
    )

    /// Standard deviation of what is added, in those of the feed's own noise.
    static func size(_ severity: FaultSeverity) -> ClosedRange<Double> {
        switch severity {
        case .plain: 3.2...3.8
        case .gentle: 2.4...2.8
        }
    }

    private let field: Int
    private let deviation: Double
    private var random: SeededRandom

    init(_ context: FaultContext) {
        field = context.field
        random = context.random
        deviation = context.noise * random.uniform(in: Self.size(context.severity))
    }

    mutating func distort(_ reading: inout PlantReading) {
        reading.values[field] += deviation * random.gaussian()
    }
}
