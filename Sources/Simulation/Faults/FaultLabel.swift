public import Monitoring

/// The truth about one laid fault, against which alarms are scored.
public struct FaultLabel: Sendable, Equatable {
    public var kind: String
    public var feedKey: String
    public var severity: FaultSeverity
    public var injectedAt: ReceiveTime
    public var endsAt: ReceiveTime
    public var concern: Concern
    /// Checks that count as the right finding, best first.
    public var checks: [String]
    public var consequences: [Concern]
    /// An alarm later than this after `injectedAt` comes too late.
    public var allowedDelay: Nanoseconds

    public init(
        kind: String,
        feedKey: String,
        severity: FaultSeverity = .plain,
        injectedAt: ReceiveTime,
        endsAt: ReceiveTime,
        concern: Concern,
        checks: [String],
        consequences: [Concern] = [],
        allowedDelay: Nanoseconds,
    ) {
        self.kind = kind
        self.feedKey = feedKey
        self.severity = severity
        self.injectedAt = injectedAt
        self.endsAt = endsAt
        self.concern = concern
        self.checks = checks
        self.consequences = consequences
        self.allowedDelay = allowedDelay
    }
}
