import Monitoring
import Mosquitto

/// The engine's side of a supervisor: hears what the engine did, and tells it in turn.
///
/// Without a supervisor every call costs a comparison; with one a clock reading, and a datagram where
/// something is due.
struct Supervision {
    private let notifier: SystemdNotifier?
    private let clock: GatewayClock
    private let brokers: Int
    private var watchdog: Watchdog?
    /// What the supervisor was told last.
    private var told: (isStoreFailing: Bool, brokersUp: Int)?

    init(_ notifier: SystemdNotifier?, brokers: Int, clock: GatewayClock) {
        self.notifier = notifier
        self.brokers = brokers
        self.clock = clock
        watchdog = notifier?.watchdogPeriod.map { Watchdog(period: $0) }
    }

    /// A commit of all that was brought about up to `time` succeeded.
    mutating func storeTook(upTo time: ReceiveTime) {
        watchdog?.didReach(time)
        watchdog?.didStore()
        tellProgress()
    }

    /// A commit failed, and will be tried again.
    mutating func storeRefused() {
        watchdog?.didRefuse()
        tellProgress()
    }

    /// A cycle is finished.
    /// - Parameter hasNothingToCommit: nothing waits for a commit, no acknowledgement either.
    mutating func didCycle(
        at time: ReceiveTime,
        hasNothingToCommit: Bool,
        isStoreFailing: Bool,
        brokersUp: Int,
    ) {
        guard notifier != nil else { return }
        watchdog?.didReach(time)
        if hasNothingToCommit { watchdog?.didStore() }
        tellProgress()
        tellStatus(isStoreFailing: isStoreFailing, brokersUp: brokersUp)
    }

    private mutating func tellProgress() {
        guard let notifier, watchdog != nil else { return }
        let now = clock.monotonic()
        guard watchdog?.isDue(at: now) == true, notifier.progress() else { return }
        watchdog?.didTell(at: now)
    }

    private mutating func tellStatus(isStoreFailing: Bool, brokersUp: Int) {
        // A cycle comes thousands of times a second: no text is made for nothing.
        if let told, told == (isStoreFailing, brokersUp) { return }
        let line = Self.status(isStoreFailing: isStoreFailing, up: brokersUp, of: brokers)
        guard notifier?.status(line) == true else { return }
        told = (isStoreFailing, brokersUp)
    }

    /// One line for people.
    static func status(isStoreFailing: Bool, up: Int, of brokers: Int) -> String {
        let connections =
            brokers == 1
            ? "\(up == 1 ? "connected to" : "waiting for") the broker"
            : "connected to \(up) of \(brokers) brokers"
        return connections
            + (isStoreFailing ? "; the store cannot be written, judging goes on without it" : "")
    }
}
