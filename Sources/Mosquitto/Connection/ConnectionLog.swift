internal import Logging

extension ConnectionEvent.Kind {
    /// For who follows the transport itself. What an operator reads of connections, the daemon says,
    /// once, from the events that it takes.
    func log(to logger: Logger, broker: BrokerSettings) {
        let metadata: Logger.Metadata = [
            "broker": "\(broker.name)",
            "host": "\(broker.host)",
            "port": "\(broker.port)",
            "client": "\(broker.clientID)",
            "event": "\(text)",
        ]
        logger.debug("connection event", metadata: metadata)
    }
}
