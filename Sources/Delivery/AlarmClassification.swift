import Alarms
import Monitoring

/// How other systems call what we call priority and concern (alarms.md 1.6 and 2.2).
enum AlarmClassification {
    /// OPC UA severity, 1 to 1000 (OPC 40250-1, table 10).
    static func opcSeverity(_ priority: Priority) -> Int64 {
        switch priority {
        case .critical: 900
        case .high: 700
        case .medium: 500
        case .low: 300
        case .journal: 100
        }
    }

    /// NAMUR NE 107 of the sensor: failure, out of specification, maintenance required, normal.
    static func ne107(_ concern: Concern, isActive: Bool) -> String {
        guard isActive else { return "N" }
        switch concern {
        case .data, .format, .frozen: return "F"
        case .clock, .value, .consistency: return "S"
        case .behaviour: return "M"
        }
    }

    static func className(_ subject: AlarmTransition.Subject) -> String {
        switch subject {
        case .feed(_, .behaviour): "drift"
        case .feed: "data_quality"
        case .system: "system"
        }
    }
}
