internal import Monitoring

/// Tells a wall clock that was set from time that passed: the distance between wall clock and
/// monotonic clock jumps.
///
/// A time service that slews moves both clocks alike, so the distance stays. What is read here never
/// goes back but by a step: a wall clock that is set back by up to `Limits.clockStep` stands still
/// until it has caught up. Costs a subtraction and two comparisons a reading.
struct ClockWatch {
    /// A distance that changes by more than this is looked at closely: the thread may have been put
    /// to sleep between the two readings.
    private static let noise: Int64 = 1_000_000

    /// Wall clock less monotonic clock.
    private var distance: Int64
    /// The time to stamp with.
    private(set) var now: ReceiveTime

    init(_ reading: ClockReading) {
        distance = Self.distance(reading)
        now = reading.wall
    }

    /// Takes a reading that may be loose.
    ///
    /// - Parameter exact: reads again, both clocks at one moment; asked only where it matters.
    /// - Returns: that the clock was set; nil: time passed.
    mutating func take(_ loose: ClockReading, exact: () -> ClockReading) -> ClockStep? {
        let moved = Self.distance(loose) - distance
        guard moved.magnitude > Self.noise.magnitude else {
            distance += moved
            now = max(now, loose.wall)
            return nil
        }
        return take(exact())
    }

    private mutating func take(_ reading: ClockReading) -> ClockStep? {
        let before = distance
        distance = Self.distance(reading)
        guard (distance - before).magnitude > Limits.clockStep.count.magnitude else {
            now = max(now, reading.wall)
            return nil
        }
        let expected = ReceiveTime(nanoseconds: reading.monotonic.nanoseconds + before)
        defer { now = reading.wall }
        return ClockStep(from: max(now, expected), to: reading.wall)
    }

    private static func distance(_ reading: ClockReading) -> Int64 {
        reading.wall.nanoseconds - reading.monotonic.nanoseconds
    }
}
