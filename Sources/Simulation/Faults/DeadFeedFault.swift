import Monitoring

/// `deadFeed`: nothing comes any more, as when a device loses power (faults.md 17). It lasts far
/// longer than any silence that is normal.
struct DeadFeedFault: FaultEffect {
    static let definition = FaultDefinition(
        kind: "deadFeed",
        summary: "the feed stops",
        concern: .data,
        checks: ["silence", "completeness"],
        allowedDelay: .seconds(12),
        lasts: .seconds(30)...(.seconds(90)),
        suits: { $0.isMeasurement },
        makeEffect: { _ in DeadFeedFault() },
    )

    mutating func transmit(_ message: PlantMessage) -> [PlantMessage] { [] }
}
