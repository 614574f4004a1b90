import Monitoring

/// `drift`: the value moves off slowly and steadily, as with a fouled pressure line, an aging
/// reference or a leaking sensor (faults.md 10). It is laid where the process holds its level:
/// where the process itself swings faster, no single feed can tell the two apart.
struct DriftFault: FaultEffect {
    static let definition = FaultDefinition(
        kind: "drift",
        summary: "the value moves off slowly and steadily",
        concern: .behaviour,
        checks: ["meanShift", "ewma", "outlier"],
        allowedDelay: .seconds(12),
        lasts: .seconds(13)...(.seconds(15)),
        warmUp: 760,
        suits: { $0.isSteady },
        makeEffect: { DriftFault($0) },
    )

    /// Per second, in standard deviations of the feed's noise.
    static func rate(_ severity: FaultSeverity) -> ClosedRange<Double> {
        switch severity {
        case .plain: 1.6...2.2
        case .gentle: 0.5...0.7
        }
    }

    private let field: Int
    private let begin: ReceiveTime
    private let rate: Double

    init(_ context: FaultContext) {
        var random = context.random
        field = context.field
        begin = context.begin
        let rate = context.noise * random.uniform(in: Self.rate(context.severity))
        self.rate = random.chance(0.5) ? rate : -rate
    }

    mutating func distort(_ reading: inout PlantReading) {
        let elapsed = Nanoseconds(reading.dueAt.nanoseconds - begin.nanoseconds)
        reading.values[field] += rate * elapsed.seconds
    }
}
