import Logging
import Mosquitto

/// One line of the log about a broker connection: what happened, and what to do about it.
struct ConnectionLine {
    let level: Logger.Level
    let message: Logger.Message
    var facts: Logger.Metadata

    init(level: Logger.Level, message: Logger.Message, facts: Logger.Metadata = [:]) {
        self.level = level
        self.message = message
        self.facts = facts
    }

    /// nil where an event needs no line: of failed attempts the first has one, then each time that
    /// their number has doubled, so that an absent broker does not fill the log.
    init?(_ kind: ConnectionEvent.Kind) {
        switch kind {
        case .couldNotConnect(_, let attempt) where attempt & (attempt - 1) != 0: return nil
        default: (level, message, facts) = Self.line(kind)
        }
    }

    private static func line(
        _ kind: ConnectionEvent.Kind
    ) -> (Logger.Level, Logger.Message, Logger.Metadata) {
        switch kind {
        case .online(let version, let isPresent):
            let session = isPresent ? "kept" : "new"
            return (
                .info, "broker connected",
                ["protocol": "MQTT \(version.text)", "session": "\(session)"]
            )
        case .lost(let problem):
            return (
                .warning, "broker connection lost; connecting again",
                ["reason": "\(problem.text)"]
            )
        case .couldNotConnect(let problem, let attempt):
            let action =
                problem.needsPerson
                ? "correct the configuration or the broker: user, password, certificates, access"
                : "check that the broker runs, its address and the network"
            return (
                problem.needsPerson ? .error : .warning,
                "broker cannot be reached; trying again",
                ["reason": "\(problem.text)", "attempt": "\(attempt)", "action": "\(action)"]
            )
        case .stillConnecting:
            return (
                .warning, "broker has not answered for 10 s; still trying",
                ["action": "check its address and the network"]
            )
        case .fellBackTo311:
            return (
                .info, "broker does not speak MQTT 5; MQTT 3.1.1 is used",
                ["action": "raise max_inflight_messages of the broker where many feeds are read"]
            )
        case .resubscribed: return (.info, "broker has answered the changed subscriptions", [:])
        case .eventsDropped(let count):
            return (.warning, "broker connection changed too often to tell", ["count": "\(count)"])
        case .sessionLost, .subscriptionRefused, .grantedLower, .clientIDContested,
            .closedForStore:
            return trouble(kind)
        }
    }

    /// What a person has to look at.
    private static func trouble(
        _ kind: ConnectionEvent.Kind
    ) -> (Logger.Level, Logger.Message, Logger.Metadata) {
        switch kind {
        case .subscriptionRefused(let filter, let reason):
            return (
                .error, "broker refused a subscription; its feeds get nothing",
                [
                    "filter": "\(filter)", "reason": "\(reason.text)",
                    "action": "allow this user to read the topics in the broker's access list",
                ]
            )
        case .grantedLower(let filter, let quality):
            return (
                .error, "broker granted a lower QoS than asked for; messages may be lost",
                [
                    "filter": "\(filter)", "qos": "\(quality)",
                    "action": "allow the QoS at the broker, or write it as `qos:`",
                ]
            )
        case .clientIDContested(let losses):
            return (
                .error, "broker drops the connection again and again",
                [
                    "losses_per_minute": "\(losses)",
                    "action": "look for a second client with the same client id",
                ]
            )
        case .closedForStore:
            return (
                .error,
                "broker disconnected because the database cannot be written; nothing is lost",
                ["action": "see the lines about the store; the broker sends everything again"]
            )
        default:
            return (
                .error, "broker has forgotten our session; messages of the time away may be lost",
                [
                    "action":
                        "let the broker keep sessions on disk (mosquitto: `persistence true`)"
                ]
            )
        }
    }
}
