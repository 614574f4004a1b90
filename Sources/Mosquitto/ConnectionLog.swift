internal import Logging

extension ConnectionEvent.Kind {
    /// One log line per event: `info` where something asked for has happened, `warning` where we
    /// go on by ourselves, `error` where a person is needed or data may be lost.
    func log(to logger: Logger, broker: BrokerSettings) {
        let metadata: Logger.Metadata = [
            "broker": "\(broker.name)",
            "host": "\(broker.host)",
            "port": "\(broker.port)",
            "event": "\(text)",
        ]
        logger.log(level: level, "broker connection", metadata: metadata)
    }

    private var level: Logger.Level {
        switch self {
        case .online, .fellBackTo311: .info
        case .lost, .stillConnecting, .grantedLower, .eventsDropped: .warning
        case .couldNotConnect(let problem, _): problem.needsPerson ? .error : .warning
        case .sessionLost, .subscriptionRefused, .clientIDContested, .closedForStore: .error
        }
    }
}
