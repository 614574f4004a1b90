import Monitoring

/// `sequenceGap`: every second or two a few messages in a row are lost, as where a queue on the way
/// overflows (faults.md 16). Most come, so that only the numbers tell how many did not.
struct SequenceGapFault: FaultEffect {
    static let definition = FaultDefinition(
        kind: "sequenceGap",
        summary: "a few messages in a row are lost again and again",
        concern: .data,
        checks: ["sequence", "gap"],
        // Numbers may come late: what is lost is known after the reorder time of 5 s.
        allowedDelay: .seconds(12),
        lasts: .seconds(11)...(.seconds(13)),
        suits: { $0.carriesTime && $0.isMeasurement },
        makeEffect: { SequenceGapFault($0) },
    )

    /// How many are lost at a time.
    static func loss(_ severity: FaultSeverity) -> ClosedRange<Int> {
        switch severity {
        case .plain: 2...4
        case .gentle: 1...3
        }
    }
    /// How many come in between: too many for two gaps in time to stand close together.
    static func rest(_ severity: FaultSeverity) -> ClosedRange<Int> {
        switch severity {
        case .plain: 12...16
        case .gentle: 16...20
        }
    }

    private let severity: FaultSeverity
    private var random: SeededRandom
    private var isLosing = true
    private var left: Int

    init(_ context: FaultContext) {
        severity = context.severity
        random = context.random
        left = random.integer(in: Self.loss(context.severity))
    }

    mutating func transmit(_ message: PlantMessage) -> [PlantMessage] {
        defer { count() }
        return isLosing ? [] : [message]
    }

    private mutating func count() {
        left -= 1
        guard left == 0 else { return }
        isLosing.toggle()
        left = random.integer(in: isLosing ? Self.loss(severity) : Self.rest(severity))
    }
}
