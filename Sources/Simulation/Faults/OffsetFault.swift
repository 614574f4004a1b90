import Monitoring

/// `offset`: the value jumps by a fixed amount and stays there, as after a sensor was exchanged or
/// calibrated wrongly, or a reference junction lost its compensation (faults.md 8).
struct OffsetFault: FaultEffect {
    static let definition = FaultDefinition(
        kind: "offset",
        summary: "the value jumps by a fixed amount and stays there",
        concern: .behaviour,
        checks: ["meanShift", "ewma", "outlier"],
        allowedDelay: .seconds(6),
        lasts: .seconds(8)...(.seconds(10)),
        warmUp: 224,
        suits: { $0.noise != nil },
        makeEffect: { OffsetFault($0) },
    )

    /// Of the jump, in standard deviations of the feed's noise.
    static func size(_ severity: FaultSeverity) -> ClosedRange<Double> {
        switch severity {
        case .plain: 16...20
        case .gentle: 12...14
        }
    }

    private let field: Int
    private let offset: Double

    init(_ context: FaultContext) {
        var random = context.random
        field = context.field
        let size = context.noise * random.uniform(in: Self.size(context.severity))
        offset = random.chance(0.5) ? size : -size
    }

    mutating func distort(_ reading: inout PlantReading) {
        reading.values[field] += offset
    }
}
