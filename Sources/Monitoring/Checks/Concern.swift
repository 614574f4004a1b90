/// What an alarm is about: findings of one concern on one feed make one alarm (alarms.md 1.1).
///
/// The order of the cases is the order of precedence within a feed.
public enum Concern: UInt8, Sendable, CaseIterable {
    /// Samples do not come as they should.
    case data = 0
    /// What comes cannot be read, or is not what was agreed.
    case format = 1
    /// The time or the order of the samples is wrong.
    case clock = 2
    /// Single values cannot be true.
    case value = 3
    /// The value does not move as it should.
    case frozen = 4
    /// The feed has left its baseline.
    case behaviour = 5
    /// Feeds contradict each other.
    case consistency = 6

    /// As in alarm keys, settings and SQL.
    public var name: String {
        switch self {
        case .data: "data"
        case .format: "format"
        case .clock: "clock"
        case .value: "value"
        case .frozen: "frozen"
        case .behaviour: "behaviour"
        case .consistency: "consistency"
        }
    }

    public var defaultPriority: Priority {
        switch self {
        case .data, .format, .consistency: .medium
        case .clock, .value, .frozen, .behaviour: .low
        }
    }

    /// While one of these is active on a feed, this concern is not raised there.
    public var maskedBy: [Concern] {
        switch self {
        case .data: []
        case .format, .clock, .consistency: [.data]
        case .value, .frozen: [.data, .format, .clock]
        case .behaviour: [.data, .format, .clock, .frozen]
        }
    }
}

/// ISA-18.2 priority. The raw value orders them, 0 is the most urgent.
public enum Priority: UInt8, Sendable, CaseIterable, Comparable {
    case critical = 0
    case high = 1
    case medium = 2
    case low = 3
    /// No response needed: recorded, not an alarm.
    case journal = 4

    public var name: String {
        switch self {
        case .critical: "critical"
        case .high: "high"
        case .medium: "medium"
        case .low: "low"
        case .journal: "journal"
        }
    }

    public init?(name: String) {
        guard let match = Priority.allCases.first(where: { $0.name == name }) else { return nil }
        self = match
    }

    public static func < (left: Priority, right: Priority) -> Bool {
        left.rawValue < right.rawValue
    }
}

/// What a person should know and do: every alarm of priority low or above carries all four.
/// `{feed}`, `{value}` and `{limit}` are filled in when the alarm is raised.
public struct Guidance: Sendable, Equatable {
    public var cause: String
    public var consequence: String
    public var action: String
    public var timeToRespond: Nanoseconds

    public init(cause: String, consequence: String, action: String, timeToRespond: Nanoseconds) {
        self.cause = cause
        self.consequence = consequence
        self.action = action
        self.timeToRespond = timeToRespond
    }
}
