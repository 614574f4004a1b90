import Monitoring

/// What the program itself knows of its own alarms, `system/<name>` (alarms.md 1.1).
enum SystemAlarm: String, CaseIterable {
    case broker
    case subscription
    case store
    case storeReset = "store-reset"
    case clock
    case shed
    case cardinality
    case quarantine
    case timeZone = "time-zone"
    case alarmFlood = "alarm-flood"
    case configuration

    /// The alarm of a name such as `broker/main`, and the `main` in it; nil for a name of which
    /// nothing is known.
    static func parse(_ name: String) -> (alarm: SystemAlarm, instance: String)? {
        let parts = name.split(separator: "/", maxSplits: 1)
        guard let first = parts.first, let alarm = SystemAlarm(rawValue: String(first)) else {
            return nil
        }
        return (alarm, parts.count > 1 ? String(parts[1]) : "")
    }

    var priority: Priority {
        switch self {
        case .store, .storeReset: .high
        case .broker, .subscription, .clock, .shed, .cardinality, .quarantine, .alarmFlood,
            .configuration:
            .medium
        case .timeZone: .low
        }
    }

    /// Whether it ends by a person's acknowledgement, because nothing else can end it.
    var endsByAcknowledgement: Bool { self == .storeReset }

    func title(_ instance: String) -> String {
        switch self {
        case .broker: "Broker \(instance): not connected"
        case .subscription: "Broker \(instance): subscription refused or limited"
        case .store: "Database cannot be written"
        case .storeReset: "Database was lost and started anew"
        case .clock: "Gateway clock is not reliable"
        case .shed: "Messages are being dropped: the daemon is behind"
        case .cardinality: "Limit on feeds, topics or fields reached"
        case .quarantine: "Quarantine is full"
        case .timeZone: "Times without a time zone"
        case .alarmFlood: "Alarm flood"
        case .configuration: "Configuration file was refused"
        }
    }

    func guidance(_ instance: String) -> Guidance {
        switch self {
        case .broker: SystemGuidance.broker(instance)
        case .subscription: SystemGuidance.subscription(instance)
        case .store: SystemGuidance.store
        case .storeReset: SystemGuidance.storeReset
        case .clock: SystemGuidance.clock
        case .shed: SystemGuidance.shed
        case .cardinality: SystemGuidance.cardinality
        case .quarantine: SystemGuidance.quarantine
        case .timeZone: SystemGuidance.timeZone
        case .alarmFlood: SystemGuidance.alarmFlood
        case .configuration: SystemGuidance.configuration
        }
    }
}
