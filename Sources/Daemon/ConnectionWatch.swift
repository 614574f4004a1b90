import Logging
import Monitoring
import Mosquitto

/// Turns what happens to broker connections into log lines and system alarms.
struct ConnectionWatch {
    private let names: [String]
    private let logger: Logger
    /// Filters refused or limited in the subscription under way, by broker.
    private var refusals: [[String]]
    /// When each broker last came up, as the pipeline has seen it.
    private var upSince: [ReceiveTime?]

    init(names: [String], logger: Logger) {
        self.names = names
        self.logger = logger
        refusals = names.map { _ in [] }
        upSince = names.map { _ in nil }
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
        let name = names[event.broker]
        log(event, name: name)
        switch event.kind {
        case .subscriptionRefused, .grantedLower:
            refusals[event.broker].append(event.text)
            return nil
        case .online:
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
        case .couldNotConnect, .closedForStore, .clientIDContested:
            // Batches wait while the engine waits for the store, events do not: one of before the
            // connection came up must not raise the alarm that its coming up has ended.
            if let up = upSince[event.broker], event.at < up { return nil }
            return condition(
                "broker/\(name)",
                isAbnormal: true,
                at: event.at,
                detail: "broker \(name) \(event.text)",
            )
        case .lost, .stillConnecting, .fellBackTo311, .sessionLost, .eventsDropped: return nil
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

    private func log(_ event: ConnectionEvent, name: String) {
        let facts: Logger.Metadata = ["broker": "\(name)", "event": "\(event.text)"]
        switch event.kind {
        case .online: logger.info("broker connected", metadata: facts)
        case .lost, .stillConnecting, .fellBackTo311, .sessionLost, .eventsDropped:
            logger.warning("broker connection changed", metadata: facts)
        case .couldNotConnect(_, let attempt):
            // The first failure, then each doubling: an absent broker does not fill the log.
            if attempt & (attempt - 1) == 0 {
                logger.error("broker cannot be reached", metadata: facts)
            }
        case .subscriptionRefused, .grantedLower, .clientIDContested, .closedForStore:
            logger.error("broker needs a person", metadata: facts)
        }
    }
}
