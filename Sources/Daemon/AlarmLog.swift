import Alarms
import Logging
import Monitoring

/// The lines of the log about alarms: what an operator is told by message stands there too, each
/// transition once, so that the log of a night tells its story without the database.
///
/// A flood is cut: beyond `Limits.alarmLinesPerMinute` the rest of the minute is counted.
struct AlarmLog {
    private static let minute: Int64 = 60_000_000_000

    private let logger: Logger
    private var lastSequence: Int64 = 0
    private var currentMinute: Int64 = 0
    private var lineCount = 0
    private var leftOutCount = 0

    init(logger: Logger) {
        self.logger = logger
    }

    /// Transitions that were seen before are passed over, so the same list may grow and come again.
    mutating func note(_ transitions: [AlarmTransition]) {
        for transition in transitions where transition.sequence > lastSequence {
            lastSequence = transition.sequence
            guard let line = Self.line(transition) else { continue }
            begin(minute: transition.at.nanoseconds / Self.minute)
            guard lineCount < Limits.alarmLinesPerMinute else {
                leftOutCount += 1
                continue
            }
            lineCount += 1
            logger.log(level: line.level, line.message, metadata: Self.facts(transition))
        }
    }

    /// Says what was left out of a minute that is over.
    mutating func tend(at now: ReceiveTime) {
        guard leftOutCount > 0 else { return }
        begin(minute: now.nanoseconds / Self.minute)
    }

    /// The daemon ends: says what was left out of the minute that is not over.
    mutating func finish() { begin(minute: -1) }

    private mutating func begin(minute: Int64) {
        guard minute != currentMinute else { return }
        if leftOutCount > 0 {
            logger.warning(
                "more alarms than lines for them in a minute; not each has one",
                metadata: [
                    "count": "\(leftOutCount)",
                    "action": "look for a common cause; the table alarm_journal has all of them",
                ],
            )
        }
        (currentMinute, lineCount, leftOutCount) = (minute, 0, 0)
    }

    /// nil for what nobody needs to read: refreshed numbers, comments.
    private static func line(
        _ transition: AlarmTransition
    ) -> (level: Logger.Level, message: Logger.Message)? {
        let isUnacknowledged = transition.display == .returnedUnacknowledged
        switch transition.reason {
        case .raise: return (level(transition.priority), "alarm raised")
        case .escalate: return (level(transition.priority), "alarm escalated from suspect to fail")
        case .realarm, .reminder: return (level(transition.priority), "alarm still active")
        case .unmasked: return (level(transition.priority), "alarm is announced now")
        case .deescalate: return (.info, "alarm less severe, from fail to suspect")
        case .clear:
            return (.info, isUnacknowledged ? "alarm cleared, not acknowledged" : "alarm cleared")
        case .returnedUnacknowledged: return (.info, "alarm cleared, not acknowledged")
        case .returnedLatched: return (.info, "alarm condition gone, latched until it is reset")
        case .ack: return (.info, "alarm acknowledged")
        case .unack: return (.info, "alarm acknowledgement withdrawn")
        case .reset: return (.info, "alarm reset")
        case .shelve: return (.info, "alarm shelved")
        case .unshelve, .shelfExpired: return (.info, "alarm no longer shelved")
        case .outOfService: return (.info, "alarm out of service")
        case .inService: return (.info, "alarm in service again")
        case .deleted: return (.info, "alarm removed, its feed is gone")
        case .chatterBegin: return (.warning, "alarm chatters")
        case .chatterEnd: return (.info, "alarm no longer chatters")
        case .suppress, .unsuppress: return (.debug, "alarm masked or no longer masked")
        case .comment, .refresh, .test: return nil
        }
    }

    private static func level(_ priority: Priority) -> Logger.Level {
        switch priority {
        case .critical, .high: .error
        case .medium, .low: .warning
        case .journal: .info
        }
    }

    private static func facts(_ transition: AlarmTransition) -> Logger.Metadata {
        var facts: Logger.Metadata = ["priority": "\(transition.priority.name)"]
        switch transition.subject {
        case .feed(let feed, let concern):
            facts["feed"] = "\(feed.key)"
            facts["concern"] = "\(concern.name)"
            if feed.label != feed.key { facts["label"] = "\(feed.label)" }
        case .system(let name): facts["alarm"] = "system/\(name)"
        }
        if transition.reason.callsPerson {
            // The message says by itself what is wrong; one of a cleared alarm does not.
            facts["text"] = "\(transition.message)"
            facts["action"] = "\(transition.guidance.action)"
        } else {
            facts["text"] = "\(transition.title). \(transition.message)"
        }
        return facts
    }
}

extension AlarmReason {
    /// Whether somebody must now do something.
    fileprivate var callsPerson: Bool {
        switch self {
        case .raise, .escalate, .realarm, .reminder, .unmasked: true
        default: false
        }
    }
}
