import Delivery
import History
import Monitoring
import Mosquitto

extension Configuration {
    /// The settings in which this one differs from the one that a daemon runs with and that only a
    /// start takes over, as a person writes them; empty where it can be taken over as it is.
    ///
    /// Taken over are `feeds`, `classes`, `discovery`, `store.retention` and `store.commitInterval`. The
    /// others decide what topics are called, which sessions there are and where things are stored: a
    /// daemon with others of these is another daemon.
    public func settingsForRestart(of running: Configuration) -> [String] {
        var settings: [String] = []
        if gateway != running.gateway { settings.append("gateway") }
        if brokers.map(\.name) != running.brokers.map(\.name) {
            settings.append("broker (which there are, or their order)")
        } else {
            for (new, old) in zip(brokers, running.brokers) {
                let keys = new.keys(differingFrom: old)
                if !keys.isEmpty {
                    settings.append("broker \(new.name) (\(keys.joined(separator: ", ")))")
                }
            }
        }
        if store.path != running.store.path { settings.append("store.path") }
        if deliveries != running.deliveries { settings.append("deliveries") }
        return settings
    }
}

extension BrokerSettings {
    /// The keys of `broker:` under which two stand differently.
    fileprivate func keys(differingFrom other: BrokerSettings) -> [String] {
        let isSameAddress =
            host == other.host && port == other.port && (tls == nil) == (other.tls == nil)
        let keys: [(String, Bool)] = [
            ("url", isSameAddress),
            ("tls", tls == other.tls || tls == nil || other.tls == nil),
            ("clientID", clientID == other.clientID),
            ("username", username == other.username),
            ("passwordFile", passwordFile == other.passwordFile),
            ("qos", qualityOfService == other.qualityOfService),
            ("keepAlive", keepAlive == other.keepAlive),
            ("receiveMaximum", receiveMaximum == other.receiveMaximum),
            ("sessionExpiry", sessionExpiry == other.sessionExpiry),
            ("maximumPacketSize", maximumPacketSize == other.maximumPacketSize),
        ]
        let differing = keys.filter { !$0.1 }.map(\.0)
        // A setting that is added and not entered here must not be taken over in silence.
        return differing.isEmpty && self != other ? ["settings"] : differing
    }
}
