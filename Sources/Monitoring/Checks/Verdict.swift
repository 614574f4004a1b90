/// What a check says of a sample. Raw values are QARTOD's (IOOS Manual, data quality flags), and
/// are stored.
public enum Verdict: UInt8, Sendable, CaseIterable {
    case good = 1
    /// Not evaluated: warm-up, a window that is not full, a check that does not apply.
    case unknown = 2
    case suspect = 3
    case fail = 4
    /// There is no value to judge.
    case missing = 9

    /// Order of severity for aggregation: missing < unknown < good < suspect < fail.
    public var rank: UInt8 {
        switch self {
        case .missing: 0
        case .unknown: 1
        case .good: 2
        case .suspect: 3
        case .fail: 4
        }
    }

    /// The worse of two verdicts, as QARTOD aggregates them.
    public func worse(_ other: Verdict) -> Verdict {
        other.rank > rank ? other : self
    }

    /// Whether a finding comes of it.
    public var isFlagged: Bool { self == .suspect || self == .fail }

    public var name: String {
        switch self {
        case .good: "good"
        case .unknown: "unknown"
        case .suspect: "suspect"
        case .fail: "fail"
        case .missing: "missing"
        }
    }
}
