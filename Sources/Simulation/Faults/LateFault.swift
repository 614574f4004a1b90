import Monitoring

/// `late`: messages are held back and come in bursts some seconds later, as from a gateway that
/// stores and forwards (faults.md 18).
struct LateFault: FaultEffect {
    static let definition = FaultDefinition(
        kind: "late",
        summary: "messages are held back and come in a burst seconds later",
        concern: .clock,
        checks: ["latency", "clockSkew"],
        // While messages are held back the feed is silent.
        consequences: [.data],
        allowedDelay: .seconds(12),
        lasts: .seconds(9)...(.seconds(9)),
        suits: { $0.carriesTime },
        makeEffect: { LateFault($0) },
    )

    /// How long messages are held: twice the latency that the demo allows, less than the silence.
    static let hold = Nanoseconds.seconds(4)
    /// From one burst to the next hold.
    static let pause = Nanoseconds.milliseconds(500)

    private let begin: ReceiveTime
    private let end: ReceiveTime

    init(_ context: FaultContext) {
        begin = context.begin
        end = context.end
    }

    mutating func transmit(_ message: PlantMessage) -> [PlantMessage] {
        let cycle = Self.hold.count + Self.pause.count
        let position = (message.dueAt.nanoseconds - begin.nanoseconds) % cycle
        guard position < Self.hold.count else { return [message] }
        let burst = message.dueAt.nanoseconds - position + Self.hold.count
        var held = message
        held.dueAt.nanoseconds = min(burst, end.nanoseconds)
        return [held]
    }
}
