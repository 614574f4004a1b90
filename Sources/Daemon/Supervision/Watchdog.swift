import Monitoring
import Mosquitto

/// Decides when the supervisor is told that the pipeline goes on.
///
/// What counts as progress is what the daemon is there for, not that a thread is alive:
///
/// - the time of the engine moved, so that ticks went through it, *and*
/// - what came of it was committed, or there was nothing to commit; *or*
/// - the store refused a commit. Then the daemon works as designed without it (decision 0008), at the
///   bound even without a tick: it must be told apart from one that hangs, and the try itself, made by
///   the engine's task once a second, does that. An error that waiting does not mend ends the daemon.
///
/// So a poll thread that delivers nothing, a batch that is never finished, a commit that never returns
/// and a commit that never becomes due each end the messages.
///
/// A store that refuses is asked once a second, so a period below three seconds would be missed then.
struct Watchdog {
    /// Ticks come every 100 ms of the engine's time.
    private static let tick = Nanoseconds.milliseconds(100)

    /// Half of what the supervisor waits.
    private let interval: Nanoseconds
    private var toldAt: MonotonicTime?
    /// The engine's time when the supervisor was told last.
    private var tickAtTelling: ReceiveTime?
    private var hasTicked = false
    private var isStored = false

    init(period: Nanoseconds) {
        interval = Nanoseconds(period.count / 2)
    }

    /// The engine's time is `time`. It may have gone back: the gateway's clock was set.
    mutating func didReach(_ time: ReceiveTime) {
        let start = tickAtTelling ?? time
        tickAtTelling = start
        let (moved, overflow) = time.nanoseconds.subtractingReportingOverflow(start.nanoseconds)
        if overflow || moved.magnitude >= UInt64(Self.tick.count) { hasTicked = true }
    }

    /// What came of the ticks is in the store, or nothing came of them.
    mutating func didStore() { isStored = true }

    /// The store answered, and refused.
    mutating func didRefuse() {
        isStored = true
        hasTicked = true
    }

    /// Whether the supervisor is to be told now. Whoever could tell it then calls `didTell`.
    func isDue(at now: MonotonicTime) -> Bool {
        guard hasTicked, isStored else { return false }
        return toldAt.map { now.since($0) >= interval } ?? true
    }

    mutating func didTell(at now: MonotonicTime) {
        toldAt = now
        tickAtTelling = nil
        hasTicked = false
        isStored = false
    }
}
