import Testing

@testable import Monitoring

@Suite("Slots")
struct SlotTrackerTests {
    private static let period: Int64 = 10_000_000_000

    private func time(_ periods: Int64) -> EventTime {
        EventTime(nanoseconds: 1_700_000_040_000_000_000 + periods * Self.period)
    }

    @Test("what was filled stays filled, and nothing else, when the grid restarts further on")
    func restarting() {
        var slots = SlotTracker()
        slots.setPeriod(Nanoseconds(Self.period), isDeclared: true, at: time(0))
        let first = slots.place(time(0)).slot
        _ = slots.fill(first)
        slots.restart(at: time(2))
        #expect(slots.newestSlot == first + 2)
        #expect([first + 2, first + 1, first].map { slots.fill($0) } == [true, true, false])
    }

    @Test("a grid that restarts further back has no slot left that was filled there")
    func restartingBack() {
        var slots = SlotTracker()
        slots.setPeriod(Nanoseconds(Self.period), isDeclared: true, at: time(0))
        for step in Int64(0)..<4 { _ = slots.fill(slots.place(time(step)).slot) }
        let newest = slots.newestSlot
        slots.restart(at: time(1))
        #expect(slots.newestSlot == newest - 2)
        #expect(
            [newest - 2, newest - 3, newest - 4].map { slots.fill($0) } == [false, false, true]
        )
    }

    @Test("a restart 64 slots away or more, either way, leaves none filled", arguments: [64, -64])
    func restartingFar(periods: Int64) {
        var slots = SlotTracker()
        slots.setPeriod(Nanoseconds(Self.period), isDeclared: true, at: time(0))
        _ = slots.fill(slots.place(time(0)).slot)
        slots.restart(at: time(periods))
        let newest = slots.newestSlot
        let isEmpty = (0..<64).map { slots.fill(newest - $0) }
        #expect(isEmpty.allSatisfy { $0 })
    }
}
