import TestSupport
import Testing

@testable import Monitoring

private let second: Int64 = 1_000_000_000
private let now = Plant.start * second

@Suite("A feed's clock")
struct FeedClockTests {
    private func judge(
        _ offset: Int64,
        _ clock: inout FeedClock,
        after: Int64 = 0,
    ) -> FeedClock.Judgement {
        clock.judge(
            SourceTime(nanoseconds: now + after + offset),
            receivedAt: ReceiveTime(nanoseconds: now + after),
            timing: FeedTiming(),
        )
    }

    @Test(
        "the borders belong to the inside",
        arguments: [
            (60 * second, FeedClock.Placement.inside), (60 * second + 1, .future),
            (-3_600 * second, .inside), (-3_600 * second - 1, .past), (0, .inside),
        ],
    )
    func borders(offset: Int64, placement: FeedClock.Placement) {
        var clock = FeedClock()
        #expect(judge(offset, &clock).placement == placement)
    }

    @Test("trust is lost with the 20th stray in a row, and not if one came inside")
    func losing() {
        var clock = FeedClock()
        for _ in 0..<19 { #expect(!judge(7_200 * second, &clock).isSwitch) }
        #expect(!judge(0, &clock).isSwitch)
        for _ in 0..<19 { #expect(!judge(7_200 * second, &clock).isSwitch) }
        let last = judge(7_200 * second, &clock)
        #expect(last.isSwitch)
        #expect(last.placement == .inside)
        #expect(last.at == EventTime(nanoseconds: now))
        for _ in 0..<19 { #expect(!judge(second, &clock).isSwitch) }
        #expect(judge(second, &clock).isSwitch)
        #expect(clock.isTrusted)
    }

    @Test("trust is won by 20 samples inside in a row: one stray among them begins the row anew")
    func winning() {
        var clock = FeedClock()
        for _ in 0..<20 { _ = judge(7_200 * second, &clock) }
        #expect(!clock.isTrusted)
        for _ in 0..<19 { #expect(!judge(0, &clock).isSwitch) }
        #expect(!judge(7_200 * second, &clock).isSwitch)
        for _ in 0..<19 { #expect(!judge(0, &clock).isSwitch) }
        #expect(judge(0, &clock).isSwitch)
        #expect(clock.isTrusted)
    }

    @Test("trust is lost after 30 s of strays, however few, and not a nanosecond before")
    func losingByTime() {
        var clock = FeedClock()
        #expect(!judge(7_200 * second, &clock).isSwitch)
        #expect(!judge(7_200 * second, &clock, after: 30 * second - 1).isSwitch)
        #expect(judge(7_200 * second, &clock, after: 30 * second).isSwitch)
    }

    @Test("strays that spread by 10 s are no clock that is wrong by a constant")
    func spread() {
        var clock = FeedClock()
        for index in 0..<100 {
            let offset = 7_200 * second + (index % 2 == 0 ? 0 : 10 * second)
            #expect(!judge(offset, &clock).isSwitch)
        }
        for index in 0..<19 {
            let offset = 7_200 * second + (index % 2 == 0 ? 0 : 10 * second - 1)
            _ = judge(offset, &clock)
        }
        #expect(judge(7_200 * second, &clock).isSwitch)
    }

    @Test(
        "the first and last instants there are, in any order, are strays and no trap",
        arguments: [1, 2] as [UInt64],
    )
    func extremes(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var clock = FeedClock()
        let times: [Int64] = [.min, .min + 1, -1, 0, 1, .max - 1, .max]
        for index in 0..<1_000 {
            let source = times[Int.random(in: 0..<times.count, using: &random)]
            let judgement = clock.judge(
                SourceTime(nanoseconds: source),
                receivedAt: ReceiveTime(nanoseconds: now + Int64(index) * second),
                timing: FeedTiming(),
            )
            guard clock.isTrusted else { continue }
            #expect(judgement.placement == (source > 1 ? .future : .past))
        }
    }
}
