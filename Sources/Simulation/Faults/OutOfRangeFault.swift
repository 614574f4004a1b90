import Monitoring

/// `outOfRange`: the reading lies beyond what the sensor can report, as with a broken wire or a
/// false scaling (faults.md 14). It keeps its noise, so that it is not stuck as well.
struct OutOfRangeFault: FaultEffect {
    static let definition = FaultDefinition(
        kind: "outOfRange",
        summary: "the value lies beyond what the sensor can report",
        concern: .value,
        checks: ["range", "sentinel", "rateOfChange"],
        // What lies out of range lies far from what the feed did before.
        consequences: [.behaviour],
        allowedDelay: .seconds(6),
        lasts: .seconds(6)...(.seconds(8)),
        // A steady value only: one that falls by decades would come back into the range.
        suits: { $0.limits.range != nil && $0.limits.spike != nil },
        makeEffect: { OutOfRangeFault($0) },
    )

    /// How far beyond the limit, as a share of the range's width.
    static func excess(_ severity: FaultSeverity) -> Double {
        switch severity {
        case .plain: 0.12
        case .gentle: 0.03
        }
    }

    private let field: Int
    private let limits: PlantClass
    private let isAbove: Bool
    private let share: Double
    private var shift: Double?

    init(_ context: FaultContext) {
        field = context.field
        limits = context.source.limits
        var random = context.random
        isAbove = random.chance(0.5)
        share = Self.excess(context.severity)
    }

    mutating func distort(_ reading: inout PlantReading) {
        guard let range = limits.range?.fail else { return }
        let excess = share * (range.upperBound - range.lowerBound)
        let target = isAbove ? range.upperBound + excess : range.lowerBound - excess
        let shift = shift ?? (target - reading.values[field])
        self.shift = shift
        reading.values[field] += shift
    }
}
