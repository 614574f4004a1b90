package import Monitoring

/// A fault with its place in the plant.
public struct ScheduledFault: Sendable {
    public var definition: FaultDefinition
    /// Index of the source in the plant.
    public var source: Int
    /// Index of the field in the source.
    public var field: Int
    /// Of the fault's own stream of chance.
    public var seed: UInt64
    public var severity: FaultSeverity
    public var label: FaultLabel

    /// - Parameters:
    ///   - index: of the source in `plant`, one with a single feed.
    ///   - chance: decides how long it lasts, and its own seed.
    package init(
        _ definition: FaultDefinition,
        on index: Int,
        of plant: Plant,
        at time: ReceiveTime,
        _ severity: FaultSeverity,
        chance: inout SeededRandom,
    ) {
        let lasts = definition.lasts
        let length = chance.uniform(lasts.lowerBound.seconds, lasts.upperBound.seconds)
        let end = time.nanoseconds + Int64(length * 1_000) * 1_000_000
        self.definition = definition
        self.severity = severity
        source = index
        field = 0
        seed = chance.next()
        label = FaultLabel(
            kind: definition.kind,
            feedKey: plant.sources[index].feedKey(field: 0),
            severity: severity,
            injectedAt: time,
            endsAt: ReceiveTime(nanoseconds: end),
            concern: definition.concern,
            checks: definition.checks,
            consequences: definition.consequences,
            allowedDelay: definition.allowedDelay,
        )
    }
}
