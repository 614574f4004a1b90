public import Monitoring

/// What the catalogue knows of a kind of fault: what it does, where it can be laid, and which
/// finding is the right one.
public struct FaultDefinition: Sendable {
    /// As in tables and labels, such as `stuck`.
    public var kind: String
    /// One line: what goes wrong, in plant terms.
    public var summary: String
    /// The concern of the alarm that must come.
    public var concern: Concern
    /// The checks that may rightly name that alarm or stand beside it (`also`), best first.
    public var checks: [String]
    /// Concerns of the same feed that the fault rightly disturbs as well. Their alarms are neither
    /// false nor a find.
    public var consequences: [Concern]
    /// From the first faulty message to the alarm at the latest.
    public var allowedDelay: Nanoseconds
    /// The shortest and longest time it lasts.
    public var lasts: ClosedRange<Nanoseconds>
    /// Samples of the feed that the checks must have seen before it can be found.
    public var warmUp: Int
    /// Whether it makes sense on that source, such as a clock fault only where there is a clock.
    public var suits: @Sendable (PlantSource) -> Bool
    public var makeEffect: @Sendable (FaultContext) -> any FaultEffect

    public init(
        kind: String,
        summary: String,
        concern: Concern,
        checks: [String],
        consequences: [Concern] = [],
        allowedDelay: Nanoseconds,
        lasts: ClosedRange<Nanoseconds>,
        warmUp: Int = 0,
        suits: @escaping @Sendable (PlantSource) -> Bool,
        makeEffect: @escaping @Sendable (FaultContext) -> any FaultEffect,
    ) {
        self.kind = kind
        self.summary = summary
        self.concern = concern
        self.checks = checks
        self.consequences = consequences
        self.allowedDelay = allowedDelay
        self.lasts = lasts
        self.warmUp = warmUp
        self.suits = suits
        self.makeEffect = makeEffect
    }
    /// Whether it can be laid on that source when it was watched for so long.
    func isReady(on source: PlantSource, after time: Nanoseconds) -> Bool {
        suits(source) && time.count >= Int64(warmUp) * source.period.count
    }
}
