import Glibc
import Monitoring
import Mosquitto
import Synchronization

/// The real clocks, which a test can push forward: a deadline of ten seconds then takes none.
final class TestClock: Sendable {
    private let pushed = Atomic<Int64>(0)

    /// Moves both clocks forward.
    func advance(by length: Nanoseconds) {
        pushed.add(length.count, ordering: .relaxed)
    }

    var gateway: GatewayClock {
        GatewayClock(
            wall: { ReceiveTime(nanoseconds: self.read(CLOCK_REALTIME)) },
            monotonic: { MonotonicTime(nanoseconds: self.read(CLOCK_MONOTONIC)) },
        )
    }

    private func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        // Safety: the pointer lives for the call.
        unsafe clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
            + pushed.load(ordering: .relaxed)
    }
}
