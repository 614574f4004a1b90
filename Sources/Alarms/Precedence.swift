import Monitoring

/// Which concern of a feed keeps which other one from being raised (alarms.md 1.1), so that a sensor
/// that stops gives one alarm and not six.
enum Precedence {
    static let prefix = "concern:"

    /// The suppression rule that stands for an active alarm of that concern.
    static func rule(_ concern: Concern) -> String { prefix + concern.name }

    /// The concerns that an alarm of this one can mask, highest first.
    static func masked(by concern: Concern) -> [Concern] {
        Concern.allCases.filter { $0.maskedBy.contains(concern) }
    }

    /// Whether delays of this concern run on the feed's event time. The others judge what has no
    /// usable event time: absent data, unreadable messages, wrong clocks.
    static func runsOnEventTime(_ concern: Concern) -> Bool {
        switch concern {
        case .data, .format, .clock: false
        case .value, .frozen, .behaviour, .consistency: true
        }
    }
}
