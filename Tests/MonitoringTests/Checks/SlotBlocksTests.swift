import Testing

@testable import Monitoring

@Suite("The blocks of a window")
struct SlotBlocksTests {
    private func time(_ seconds: Int64) -> EventTime {
        EventTime(nanoseconds: (Plant.start + seconds) * 1_000_000_000)
    }

    /// A window of 32 s, its slots one second apart, filled but for the first: 32 whole blocks, the
    /// oldest of them empty, and the beginning of the next.
    private func blocks() -> SlotBlocks {
        var blocks = SlotBlocks(window: .seconds(32), startingAt: time(0))
        for second in Int64(1)...32 {
            _ = blocks.advance(to: time(second), slots: 1)
            blocks.fill()
        }
        return blocks
    }

    @Test("a late sample fills a slot in the oldest block of the window, and none behind it")
    func oldest() throws {
        var blocks = blocks()
        #expect(blocks.total?.expected == 32 && blocks.total?.filled == 31)
        blocks.fillLate(at: time(-1))
        #expect(blocks.total?.filled == 31)
        blocks.fillLate(at: time(0))
        #expect(blocks.total?.filled == 32)
        blocks.fillLate(at: time(0))
        #expect(blocks.total?.filled == 32, "no slot is filled twice")
    }
}
