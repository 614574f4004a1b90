import Monitoring

/// `outOfOrder`: messages overtake each other, so that source times go back, as over two network
/// paths (faults.md 21). Every second message is held until after its successor.
struct OutOfOrderFault: FaultEffect {
    static let definition = FaultDefinition(
        kind: "outOfOrder",
        summary: "messages overtake each other, source times go back",
        concern: .clock,
        checks: ["outOfOrder"],
        // A message that is overtaken is missing until it comes.
        consequences: [.data],
        allowedDelay: .seconds(6),
        lasts: .seconds(6)...(.seconds(8)),
        suits: { $0.carriesTime },
        makeEffect: { OutOfOrderFault(period: $0.source.period) },
    )

    private let period: Nanoseconds
    private var count = 0

    init(period: Nanoseconds) {
        self.period = period
    }

    mutating func transmit(_ message: PlantMessage) -> [PlantMessage] {
        count += 1
        guard !count.isMultiple(of: 2) else { return [message] }
        var overtaken = message
        overtaken.dueAt.nanoseconds += period.count * 3 / 2
        return [overtaken]
    }
}
