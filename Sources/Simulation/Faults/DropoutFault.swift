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
        makeEffect: { DropoutFault(random: $0.random) },
    )

    /// The share that is lost.
    static let loss = 0.85

    private var random: SeededRandom

    init(random: SeededRandom) {
        self.random = random
    }

    mutating func transmit(_ message: PlantMessage) -> [PlantMessage] {
        random.chance(Self.loss) ? [] : [message]
    }
}
