/// What follows from an event, in order. Raw values are the words of journals and tests.
public enum AlarmEffect: Sendable, Hashable {
    /// Deliveries are told.
    public enum Notification: String, Sendable {
        case raise, escalate, clear, unmasked, ack, realarm
        /// Normal again, but latched; `clear` comes with the reset.
        case returnedLatched = "rtn_latched"

        /// Whether it calls a person, so that a masked alarm must not send it.
        public var isAnnunciation: Bool {
            switch self {
            case .raise, .escalate, .unmasked, .realarm: true
            case .clear, .ack, .returnedLatched: false
            }
        }
    }

    /// Only the journal is told.
    public enum Audit: String, Sendable {
        case shelved, unshelved
        case oneShotEnded = "oneshot_end"
        case outOfService = "oos"
        case inService = "in_service"
    }

    case notify(Notification)
    case audit(Audit)
    /// A person's command that cannot be obeyed in this state, which then does not change.
    case reject(AlarmRejection)
    /// A timer that no longer means anything; the state does not change.
    case ignored
}

/// Why a command was refused. The raw value is the answer's word.
public enum AlarmRejection: String, Sendable, Error {
    case masked
    case noOccurrence = "no_occurrence"
    case alreadyAcknowledged = "already_acked"
    case notLatched = "not_latched"
    case stillActive = "still_active"
    case notAcknowledged = "not_acked"
    case notShelvable = "not_shelvable"
    case outOfService = "out_of_service"
    case alreadyShelved = "already_shelved"
    case notActive = "not_active"
    case notShelved = "not_shelved"
    case alreadyOutOfService = "already_oos"
    case inService = "in_service"
    /// No alarm has that key.
    case unknownAlarm = "unknown_alarm"
}
