public import Monitoring

/// Where a gateway's alarms stand on the broker (alarms.md 2.3).
public struct AlarmTopics: Sendable, Equatable {
    /// Such as `assay/gw-furnace-3`; no wildcard, no slash at its end.
    public var root: String

    public init(root: String) {
        self.root = root
    }

    /// Retained: the latest state of an alarm.
    public func state(_ key: String) -> String { "\(root)/alarms/state/\(key)" }

    /// One message per transition. `journal` holds what nobody is told of.
    public func event(_ priority: Priority, _ key: String) -> String {
        "\(root)/alarms/event/\(priority.name)/\(key)"
    }

    /// Retained, every ten seconds: how the daemon itself is.
    public var own: String { "\(root)/self" }

    /// Retained, and the last will.
    public var status: String { "\(root)/status" }
}
