import Monitoring

/// `sentinel`: now and then a number that stands for no value, as a gateway sends it for an open
/// circuit or a field bus that did not answer in time (faults.md 5).
struct SentinelFault: FaultEffect {
    static let definition = FaultDefinition(
        kind: "sentinel",
        summary: "numbers such as -9999 come in place of values",
        concern: .value,
        checks: ["sentinel"],
        allowedDelay: .seconds(4),
        lasts: .seconds(6)...(.seconds(8)),
        warmUp: 160,
        // A device that prints three digits cannot send them, and its numbers would be others.
        suits: { $0.noise != nil && $0.printsDecimals },
        makeEffect: { SentinelFault($0) },
    )

    static let codes: [Double] = [-9_999, -999, 9_999, 32_767, 65_535]

    /// The share of the samples that are replaced.
    static func share(_ severity: FaultSeverity) -> Double {
        switch severity {
        case .plain: 0.5
        case .gentle: 0.1
        }
    }

    private let field: Int
    private let share: Double
    private let code: Double
    private var random: SeededRandom
    private var isFirst = true

    init(_ context: FaultContext) {
        field = context.field
        random = context.random
        share = Self.share(context.severity)
        code = Self.codes[random.index(below: Self.codes.count)]
    }

    /// The first one is always replaced: the fault begins with it.
    mutating func distort(_ reading: inout PlantReading) {
        let isReplaced = random.chance(share)
        if isReplaced || isFirst { reading.values[field] = code }
        isFirst = false
    }
}
