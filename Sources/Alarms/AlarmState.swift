/// The state variables of one alarm (alarms.md 1.2): what is stored, and all that `reduce` sees.
public struct AlarmState: Sendable, Hashable {
    /// Last verdict of the concern.
    public enum Raw: String, Sendable {
        case normal = "N"
        case abnormal = "A"
        case unknown = "U"
    }

    /// Debounce.
    public enum Phase: String, Sendable {
        case idle = "IDLE"
        case pendingOn = "PEND_ON"
        case active = "ACTIVE"
        case pendingOff = "PEND_OFF"
    }

    public enum Shelf: String, Sendable {
        case none, timed
        case oneShot = "oneshot"
    }

    public var raw: Raw = .normal
    /// 0 none, 1 warning level (suspect), 2 critical level (fail) of the verdict while abnormal.
    public var level: Int = 0
    public var phase: Phase = .idle
    /// An occurrence is open.
    public var isOccurring = false
    /// Of the open occurrence; true where none is open.
    public var isAcknowledged = true
    public var isLatched = false
    public var shelf: Shelf = .none
    /// At least one rule suppresses it by design.
    public var isSuppressed = false
    public var isOutOfService = false
    /// Deliveries got "raise" and no "clear" yet.
    public var isDeliveryOpen = false

    public init() {}
}

extension AlarmState {
    /// An occurrence is going on: the condition holds, or has not been gone for long enough.
    public var isActive: Bool { phase == .active || phase == .pendingOff }

    /// Shelved, suppressed or out of service: evaluated and stored, but nobody is told.
    public var isMasked: Bool { isOutOfService || isSuppressed || shelf != .none }

    /// What a person sees; the first match wins (alarms.md 1.2).
    public var display: AlarmDisplay {
        if isOutOfService { return .outOfService }
        if isSuppressed { return .suppressed }
        if shelf != .none { return .shelved }
        if isActive { return isAcknowledged ? .acknowledged : .unacknowledged }
        if isLatched { return isAcknowledged ? .latchedAcknowledged : .latchedUnacknowledged }
        if isOccurring, !isAcknowledged { return .returnedUnacknowledged }
        return .normal
    }
}
