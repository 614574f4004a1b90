import Glibc
import Monitoring
public import Mosquitto

extension GatewayClock {
    /// The machine's clocks. The only place that asks what time it is.
    public static let system = GatewayClock(
        wall: { ReceiveTime(nanoseconds: read(CLOCK_REALTIME)) },
        monotonic: { MonotonicTime(nanoseconds: read(CLOCK_BOOTTIME)) },
    )

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        // Safety: the pointer is to a local that outlives the call; the call cannot fail for
        // clocks that every Linux has.
        let result = unsafe clock_gettime(clock, &time)
        precondition(result == 0, "the clock \(clock) cannot be read")
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
