/// What can happen to an alarm. Timers are events, so the reducer needs no clock.
public enum AlarmEvent: Sendable, Hashable {
    /// How bad the condition is.
    public enum Level: Int, Sendable, CaseIterable {
        /// A verdict of suspect.
        case warning = 1
        /// A verdict of fail.
        case critical = 2
    }

    /// The concern was found good, on positive evidence.
    case normal
    case abnormal(Level)
    /// The concern cannot be judged: no data, bad quality, connection lost.
    case unknown
    case onDelayElapsed
    case offDelayElapsed

    case acknowledge
    /// Drops a latch.
    case reset
    case shelve
    /// Shelved until it returns to normal, and no longer than its time.
    case shelveOnce
    case unshelve
    case shelfExpired
    /// The first suppression rule became true.
    case suppress
    /// The last suppression rule became false.
    case unsuppress
    case takeOutOfService
    case returnToService
    case realarmElapsed
    /// The daemon was started again with the stored state: the identity, and silent.
    case restart
}
