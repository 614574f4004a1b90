import Testing

@testable import Monitoring

private let second: Int64 = 1_000_000_000
private let firstMinute = Plant.start / 60

/// The time that many seconds after the first minute began.
private func time(_ seconds: Int64, nanoseconds: Int64 = 0) -> EventTime {
    EventTime(nanoseconds: (Plant.start + seconds) * second + nanoseconds)
}

@Suite("A feed's minutes")
struct MinuteWindowsTests {
    private var rollups: [Rollup] = []

    private func windows() -> MinuteWindows {
        MinuteWindows(feed: FeedID(index: 0), minute: firstMinute, origin: 0)
    }

    /// Slots of 10 s with their centres at 5, 15, … s of each minute.
    private func slots() -> SlotTracker {
        var slots = SlotTracker()
        slots.setPeriod(.seconds(10), isDeclared: true, at: time(5))
        return slots
    }

    @Test("a minute closes when the watermark reaches its end, and not a nanosecond before")
    mutating func closing() {
        var windows = windows()
        windows.close(through: time(60, nanoseconds: -1), slots: slots(), into: &rollups)
        #expect(rollups.isEmpty)
        windows.close(through: time(60), slots: slots(), into: &rollups)
        #expect(rollups.map(\.minute) == [firstMinute])
        windows.close(through: time(180), slots: slots(), into: &rollups)
        #expect(rollups.map(\.minute) == [firstMinute, firstMinute + 1, firstMinute + 2])
        #expect(rollups.allSatisfy { $0.isClosed })
    }

    @Test("a slot counts for the minute that holds its centre, also once the next minute has begun")
    mutating func lastSlot() throws {
        var windows = windows()
        var slots = slots()
        windows.countSlots(after: slots.newestSlot - 1)
        for seconds in stride(from: Int64(5), through: 115, by: 10) {
            windows.move(to: time(seconds), slots: slots, into: &rollups)
            windows.addFilled(slots.place(time(seconds)).slot)
        }
        let last = slots.newestSlot
        windows.move(to: time(125), slots: slots, into: &rollups)
        // Out of order behind the sample that opened the third minute.
        windows.addFilled(last, -1)
        windows.addFilled(last)
        windows.addFilled(slots.place(time(125)).slot)
        windows.addFilled(last, -1)
        windows.close(through: time(180), slots: slots, into: &rollups)
        let second = try #require(rollups.first { $0.minute == firstMinute + 1 })
        #expect(second.expected == 6 && second.filled == 5)
        let third = try #require(rollups.first { $0.minute == firstMinute + 2 })
        #expect(third.expected == 6 && third.filled == 1)
        let first = try #require(rollups.first { $0.minute == firstMinute })
        #expect(first.expected == 6 && first.filled == 6)
    }

    @Test("slots count from where they are told to, and not before")
    mutating func counting() throws {
        var windows = windows()
        var slots = slots()
        for seconds in stride(from: Int64(5), through: 185, by: 10) {
            windows.move(to: time(seconds), slots: slots, into: &rollups)
            let slot = slots.place(time(seconds)).slot
            if seconds == 85 { windows.countSlots(after: slot) }
            windows.addFilled(slot)
        }
        windows.close(through: time(180), slots: slots, into: &rollups)
        #expect(rollups.map(\.expected) == [-1, 3, 6])
        #expect(rollups.map(\.filled) == [0, 3, 6])
    }

    @Test("no slot is expected of the time that a leap passes over")
    mutating func leaping() throws {
        var windows = windows()
        let slots = slots()
        windows.countSlots(after: slots.newestSlot - 1)
        windows.move(to: time(65), slots: slots, into: &rollups)
        windows.leap(to: time(7 * 86_400 + 30), slots: slots, into: &rollups)
        windows.close(through: time(7 * 86_400 + 120), slots: slots, into: &rollups)
        let landing = firstMinute + 7 * 1_440
        #expect(rollups.map(\.minute) == [firstMinute, firstMinute + 1, landing, landing + 1])
        #expect(rollups.map(\.expected) == [6, 6, 3, 6])
    }
}
