import Monitoring

/// `dropout`: most messages of one feed are lost at random, as over a weak radio link (faults.md
/// 16).
struct DropoutFault: FaultEffect {
    static let definition = FaultDefinition(
        kind: "dropout",
        summary: "most messages of the feed are lost at random",
        concern: .data,
        checks: ["gap", "completeness", "silence", "sequence", "rate"],
        allowedDelay: .seconds(12),
        lasts: .seconds(11)...(.seconds(13)),
        suits: { $0.isMeasurement },
        makeEffect: { DropoutFault($0) },
    )

    /// The share that is lost.
    static func loss(_ severity: FaultSeverity) -> Double {
        switch severity {
        case .plain: 0.85
        case .gentle: 0.6
        }
    }

    private let loss: Double
    private var random: SeededRandom

    init(_ context: FaultContext) {
        loss = Self.loss(context.severity)
        random = context.random
    }

    mutating func transmit(_ message: PlantMessage) -> [PlantMessage] {
        random.chance(loss) ? [] : [message]
    }
}
