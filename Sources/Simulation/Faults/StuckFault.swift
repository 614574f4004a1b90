import Monitoring

/// `stuck`: the value stands still while time and sequence go on, as with a frozen converter or a
/// driver that repeats its last value (faults.md 4).
struct StuckFault: FaultEffect {
    static let definition = FaultDefinition(
        kind: "stuck",
        summary: "the value stands still while messages keep coming",
        concern: .frozen,
        checks: ["flatLine"],
        allowedDelay: .seconds(12),
        lasts: .seconds(14)...(.seconds(16)),
        suits: { $0.limits.flatLine != nil },
        makeEffect: { StuckFault(field: $0.field) },
    )

    let field: Int
    private var held: Double?

    init(field: Int) {
        self.field = field
    }

    mutating func distort(_ reading: inout PlantReading) {
        let value = held ?? reading.values[field]
        held = value
        reading.values[field] = value
    }
}
