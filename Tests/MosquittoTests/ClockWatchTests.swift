import Monitoring
import Testing

@testable import Mosquitto

/// A wall clock that is set, and all that only looks like it.
@Suite("Clock watch")
struct ClockWatchTests {
    private static let second: Int64 = 1_000_000_000
    private static let start: Int64 = 1_700_000_000 * second

    private func reading(_ monotonic: Int64, offset: Int64 = 0) -> ClockReading {
        ClockReading(
            wall: ReceiveTime(nanoseconds: Self.start + monotonic + offset),
            monotonic: MonotonicTime(nanoseconds: monotonic),
        )
    }

    private func take(_ watch: inout ClockWatch, _ reading: ClockReading) -> ClockStep? {
        watch.take(reading) { reading }
    }

    @Test(
        "a clock that is set is told once, with the time it would have shown and the one it shows"
    )
    func told() {
        for length in [-3_600, 3_600, -3, 3, 19_000 * 86_400] as [Int64] {
            var watch = ClockWatch(reading(0))
            #expect(take(&watch, reading(5 * Self.second)) == nil)
            let set = reading(7 * Self.second, offset: length * Self.second)
            let step = take(&watch, set)
            #expect(step?.from.nanoseconds == Self.start + 7 * Self.second)
            #expect(step?.to == set.wall)
            #expect(watch.now == set.wall)
            #expect(take(&watch, reading(8 * Self.second, offset: length * Self.second)) == nil)
        }
    }

    @Test(
        "a standstill, a thread put to sleep between two readings and a slew are time that passed"
    )
    func passes() {
        var watch = ClockWatch(reading(0))
        #expect(take(&watch, reading(3_600 * Self.second)) == nil)
        // The monotonic clock was read half a minute before the wall clock.
        let loose = ClockReading(
            wall: ReceiveTime(nanoseconds: Self.start + 3_640 * Self.second),
            monotonic: MonotonicTime(nanoseconds: 3_610 * Self.second),
        )
        #expect(watch.take(loose) { reading(3_640 * Self.second) } == nil)
        #expect(watch.now.nanoseconds == Self.start + 3_640 * Self.second)
        var offset: Int64 = 0
        for number in 0..<10_000 {
            offset += 500_000
            let slewed = reading((3_641 + Int64(number)) * Self.second, offset: offset)
            #expect(take(&watch, slewed) == nil)
            #expect(watch.now == slewed.wall)
        }
    }

    @Test("a leap second stands still for a second, and nothing goes back")
    func leapSecond() {
        var watch = ClockWatch(reading(0))
        #expect(take(&watch, reading(10 * Self.second)) == nil)
        let before = watch.now
        #expect(take(&watch, reading(10 * Self.second + 1, offset: -Self.second)) == nil)
        #expect(watch.now == before)
        #expect(take(&watch, reading(12 * Self.second, offset: -Self.second)) == nil)
        #expect(watch.now.nanoseconds == Self.start + 11 * Self.second)
        // And a step while it stands still begins where it stood.
        #expect(take(&watch, reading(12 * Self.second, offset: -2 * Self.second)) == nil)
        let step = take(&watch, reading(12 * Self.second, offset: -100 * Self.second))
        #expect(step?.from.nanoseconds == Self.start + 11 * Self.second)
    }

    @Test("a machine's clocks are read at one moment")
    func reads() {
        let clock = TestClock()
        let first = clock.gateway.read()
        let second = clock.gateway.read()
        let distance = second.wall.nanoseconds - second.monotonic.nanoseconds
        let before = first.wall.nanoseconds - first.monotonic.nanoseconds
        #expect(abs(distance - before) < 50_000_000)
        #expect(first.monotonic <= second.monotonic)
    }

    @Test("steps that follow each other at once are one, and take no time of their own")
    func joined() {
        var batch = MessageBatch()
        func time(_ seconds: Int64) -> ReceiveTime {
            ReceiveTime(nanoseconds: Self.start + seconds * Self.second)
        }
        batch.append(.connectionUp, at: time(1), broker: 0)
        batch.append(ClockStep(from: time(10), to: time(100)))
        batch.append(ClockStep(from: time(103), to: time(50)))
        #expect(batch.records.map(\.kind) == [.connectionUp, .clockStepped])
        #expect(batch.clockSteps == [ClockStep(from: time(13), to: time(50))])
        #expect(batch.closedAt == time(50))
        batch.append(.connectionDown, at: time(51), broker: 0)
        batch.append(ClockStep(from: time(60), to: time(70)))
        #expect(batch.clockSteps.count == 2)
        batch.removeAll()
        #expect(batch.clockSteps.isEmpty)
        batch.append(ClockStep(from: time(60), to: time(70)))
        #expect(batch.startsAt == time(60))
    }
}
