import Logging
import Monitoring
import Mosquitto

/// Turns what happens to broker connections into log lines and system alarms.
struct ConnectionWatch {
    private let brokers: [BrokerSettings]
    private let logger: Logger
    /// Filters refused or limited in the subscription under way, by broker.
    private var refusals: [[String]]
    /// When each broker last came up, as the pipeline has seen it.
    private var upSince: [ReceiveTime?]
    /// Whether feeds can be read from the first broker, over which alarms go out too.
    private var isReadable = false
    private var isPublishingBlocked = false

    init(brokers: [BrokerSettings], logger: Logger) {
        self.brokers = brokers
        self.logger = logger
        refusals = brokers.map { _ in [] }
        upSince = brokers.map { _ in nil }
    }

    /// The pipeline has seen a connection come up.
    mutating func noteUp(_ broker: Int, at time: ReceiveTime) {
        upSince[broker] = time
    }

    /// The gateway's clock was set: the same moments on it.
    mutating func setClock(_ step: ClockStep) {
        for broker in upSince.indices { upSince[broker]?.nanoseconds += step.length.count }
    }

    /// The conditions that an event brings, after it is logged.
    mutating func take(_ event: ConnectionEvent) -> MonitorReport.SystemCondition? {
        let name = brokers[event.broker].name
        log(event)
        switch event.kind {
        case .subscriptionRefused, .grantedLower:
            refusals[event.broker].append(event.text)
            return nil
        case .online, .resubscribed:
            defer { refusals[event.broker] = [] }
            let texts = refusals[event.broker]
            return condition(
                "subscription/\(name)",
                isAbnormal: !texts.isEmpty,
                at: event.at,
                detail: texts.isEmpty
                    ? "every subscription is granted"
                    : "broker \(name) " + texts.joined(separator: "; "),
            )
        case .couldNotConnect, .clientIDContested:
            // Batches wait while the engine waits, events do not: one of before the
            // connection came up must not raise the alarm that its coming up has ended.
            if let up = upSince[event.broker], event.at < up { return nil }
            return condition(
                "broker/\(name)",
                isAbnormal: true,
                at: event.at,
                detail: "broker \(name) \(event.text)",
            )
        // `system/store` tells of a connection that was closed for the store.
        case .lost, .closedForStore, .stillConnecting, .fellBackTo311, .sessionLost, .eventsDropped:
            return nil
        }
    }

    private func condition(
        _ name: String,
        isAbnormal: Bool,
        at time: ReceiveTime,
        detail: String,
    ) -> MonitorReport.SystemCondition {
        MonitorReport.SystemCondition(
            name: name,
            isAbnormal: isAbnormal,
            at: time,
            detail: String(detail.prefix(600)),
        )
    }

    private mutating func log(_ event: ConnectionEvent) {
        if event.broker == 0 {
            switch event.kind {
            case .online: isReadable = true
            case .lost, .couldNotConnect, .closedForStore: isReadable = false
            default: break
            }
        }
        if let line = ConnectionLine(event.kind) { log(line, brokers[event.broker]) }
    }

    private func log(_ line: ConnectionLine, _ broker: BrokerSettings) {
        let host = broker.host.contains(":") ? "[\(broker.host)]" : broker.host
        let facts: Logger.Metadata = [
            "broker": "\(broker.name)", "address": "\(host):\(broker.port)",
        ]
        logger.log(
            level: line.level,
            line.message,
            metadata: facts.merging(line.facts) { first, _ in first },
        )
    }

    /// The connection that publishes alarms has a line of its own only where it stands differently
    /// from the one that reads feeds of the same broker: one cable, one line.
    mutating func takePublishing(_ event: ConnectionEvent) {
        let broker = brokers[0]
        switch event.kind {
        case .couldNotConnect(let problem, let attempt):
            guard isReadable, attempt >= 4 else { return }
            isPublishingBlocked = true
            guard var line = ConnectionLine(event.kind) else { return }
            line = ConnectionLine(
                level: .error,
                message: "alarms cannot be published; trying again",
                facts: line.facts.merging(["reason": "\(problem.text)"]) { $1 },
            )
            log(line, broker)
        case .clientIDContested:
            guard var line = ConnectionLine(event.kind) else { return }
            line.facts["client"] = "\(broker.clientID)-out"
            log(line, broker)
        case .online:
            guard isPublishingBlocked else { return }
            isPublishingBlocked = false
            log(ConnectionLine(level: .info, message: "alarms are published again"), broker)
        case .lost, .stillConnecting, .fellBackTo311, .sessionLost, .resubscribed,
            .subscriptionRefused, .grantedLower, .closedForStore, .eventsDropped:
            return
        }
    }
}
