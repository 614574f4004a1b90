import Monitoring

/// `duplicate`: messages are sent again, byte for byte, as by a publisher that repeats after a lost
/// acknowledgement (faults.md 20).
struct DuplicateFault: FaultEffect {
    static let definition = FaultDefinition(
        kind: "duplicate",
        summary: "messages are sent twice",
        concern: .clock,
        checks: ["duplicate", "duplicateTimestamp"],
        allowedDelay: .seconds(6),
        lasts: .seconds(6)...(.seconds(8)),
        suits: { $0.carriesTime },
        makeEffect: { DuplicateFault($0) },
    )

    /// The share that is sent again.
    static func share(_ severity: FaultSeverity) -> Double {
        switch severity {
        case .plain: 0.6
        case .gentle: 0.3
        }
    }
    /// From the message to its copy: before the next message of a feed of 20 Hz.
    static let pause = Nanoseconds.milliseconds(20)

    private let share: Double
    private var random: SeededRandom

    init(_ context: FaultContext) {
        share = Self.share(context.severity)
        random = context.random
    }

    mutating func transmit(_ message: PlantMessage) -> [PlantMessage] {
        guard random.chance(share) else { return [message] }
        var copy = message
        copy.dueAt.nanoseconds += Self.pause.count
        return [message, copy]
    }
}
