import TestSupport
import Testing

@testable import Monitoring

/// The checks of the concern `data`: silence, gap, completeness.
@Suite("data checks")
struct DataCheckTests {
    // MARK: silence

    private static func pulse(
        quiet: Double,
        isConnected: Bool = true,
        isSeen: Bool = true,
        learned: Double? = nil,
    ) -> Pulse {
        Pulse(
            now: ReceiveTime(nanoseconds: FeedLine.instant(quiet)),
            quietSince: ReceiveTime(nanoseconds: FeedLine.base),
            isConnected: isConnected,
            isSeen: isSeen,
            learnedLimit: learned.map { Nanoseconds(Int64($0 * 1e9)) },
        )
    }

    /// The limit that a check takes, seen from its deadline.
    private static func limit(_ check: SilenceCheck?, _ pulse: Pulse) -> Double? {
        check?.deadline(pulse).map { Double($0.nanoseconds - FeedLine.base) / 1e9 }
    }

    @Test("the limit is what was given, agreed or learned, in this order of trust")
    func limits() {
        let seen = Self.pulse(quiet: 0)
        let learned = Self.pulse(quiet: 0, learned: 40)
        let unseen = Self.pulse(quiet: 0, isSeen: false)
        let given = SilenceCheck.make(["after": .seconds(0.5)])
        #expect(Self.limit(given, learned) == 0.5, "what is given is not second-guessed")
        let free = SilenceCheck.make()
        #expect(Self.limit(free, seen) == nil, "nothing learned, nothing agreed")
        #expect(Self.limit(free, learned) == 40)
        #expect(Self.limit(free, Self.pulse(quiet: 0, learned: 0.3)) == 2, "a busy gateway")
        #expect(Self.limit(free, unseen) == nil, "nothing is expected of it")
        let agreed = SilenceCheck.make(context: .example(period: 10, isDeclared: true))
        #expect(Self.limit(agreed, seen) == 35)
        #expect(Self.limit(agreed, learned) == 40)
        #expect(Self.limit(agreed, unseen) == 60, "devices take a minute to start")
        let fast = SilenceCheck.make(context: .example(period: 0.1, isDeclared: true))
        #expect(Self.limit(fast, seen) == 2)
        let slow = SilenceCheck.make(context: .example(period: 60, isDeclared: true))
        #expect(Self.limit(slow, unseen) == 210)
        let bare = SilenceCheck.make(context: .example(isDeclared: true))
        #expect(Self.limit(bare, unseen) == 60, "declared, so it should speak")
        #expect(Self.limit(bare, Self.pulse(quiet: 0, isSeen: false, learned: 40)) == 40)
    }

    @Test("fails when the deadline is reached, not a nanosecond before")
    func deadline() throws {
        var check = try #require(SilenceCheck.make(["after": .seconds(7)]))
        #expect(check.tick(Self.pulse(quiet: 6.999_999_999)) == .unknown)
        #expect(check.tick(Self.pulse(quiet: 7)) == Assessment(.fail, observed: 7, limit: 7))
        #expect(check.tick(Self.pulse(quiet: 90)) == Assessment(.fail, observed: 90, limit: 7))
    }

    @Test("while the connection is down no timer runs and nothing is said")
    func disconnected() throws {
        var check = try #require(SilenceCheck.make(["after": .seconds(7)]))
        let down = Self.pulse(quiet: 90, isConnected: false)
        #expect(check.tick(down) == .unknown)
        #expect(check.deadline(down) == nil)
    }

    @Test("any message ends it, also one that cannot be read")
    func message() throws {
        var check = try #require(SilenceCheck.make())
        let now = ReceiveTime(nanoseconds: FeedLine.base)
        #expect(check.observe(MessageObservation(receivedAt: now)) == .good)
        #expect(check.observe(MessageObservation(receivedAt: now, problem: .syntax)) == .good)
    }

    @Test("a limit of centuries is no overflow")
    func centuries() throws {
        let check = SilenceCheck.make(["after": .duration(Nanoseconds(.max))])
        #expect(check?.deadline(Self.pulse(quiet: 0))?.nanoseconds == .max)
    }

    // MARK: gap

    @Test("one lost sample is a gap, jitter is none, and the step is told in seconds")
    func gap() throws {
        var check = try #require(GapCheck.make(["factor": .number(1.5)]))
        var line = FeedLine(period: 1)
        #expect(check.ask(line.sample(1, at: 0)) == .unknown, "nothing before it")
        #expect(check.ask(line.sample(1, at: 1.5)) == .good)
        #expect(
            check.ask(line.sample(1, at: 3.25)) == Assessment(.suspect, observed: 1.75, limit: 1.5)
        )
        #expect(check.ask(line.sample(nil, at: 6))?.verdict == .suspect, "without value, in time")
    }

    @Test("an agreed longest gap fails beyond it, alone or with a factor")
    func maxGap() throws {
        var alone = try #require(GapCheck.make(["maxGap": .seconds(4)]))
        var both = try #require(GapCheck.make(["maxGap": .seconds(4), "factor": .number(2)]))
        var line = FeedLine(period: 1)
        let steps = [
            (1.0, Verdict.good, Verdict.good), (2, .good, .good), (3, .good, .suspect),
            (4, .good, .suspect), (4.000_000_001, .fail, .fail), (1, .good, .unknown),
        ]
        var time = 0.0
        let first = line.sample(1, at: 0)
        #expect(alone.ask(first) == .unknown && both.ask(first) == .unknown)
        for (step, expectedAlone, expectedBoth) in steps {
            time += step
            let observation = line.sample(1, at: time)
            #expect(alone.ask(observation)?.verdict == expectedAlone, "after \(step) s")
            #expect(both.ask(observation)?.verdict == expectedBoth, "after \(step) s")
        }
    }

    @Test("two gaps within ten samples are one finding, so a crumbling feed confirms")
    func cluster() throws {
        var check = try #require(GapCheck.make(["factor": .number(1.5)]))
        var line = FeedLine(period: 1)
        var verdicts: [Verdict] = []
        for second in 0...30 where second != 5 && second != 10 {
            verdicts.append(check.ask(line.sample(1, at: Double(second)))?.verdict ?? .missing)
        }
        #expect(verdicts[1...4].allSatisfy { $0 == .good })
        #expect(verdicts[5] == .suspect && verdicts[9] == .suspect)
        #expect(verdicts[6...8].allSatisfy { $0 == .unknown }, "no good answer between them")
        #expect(verdicts[10...18].allSatisfy { $0 == .unknown } && verdicts[19] == .good)
    }

    @Test("without a period there is no gap, unless one was agreed")
    func noPeriod() throws {
        var check = try #require(GapCheck.make(["factor": .number(1.5)]))
        var line = FeedLine(period: 0)
        _ = check.ask(line.sample(1, at: 0))
        #expect(check.ask(line.sample(1, at: 9_999)) == .unknown)
    }

    @Test("time without connection or with unreadable messages is no gap")
    func excused() throws {
        var check = try #require(GapCheck.make(["maxGap": .seconds(2), "factor": .number(2)]))
        var line = FeedLine(period: 1)
        _ = check.ask(line.sample(1, at: 0))
        #expect(check.ask(line.sample(1, at: 60) { $0.followsOutage = true }) == .unknown)
        #expect(check.ask(line.sample(1, at: 120) { $0.followsUndecodable = true }) == .unknown)
        #expect(check.ask(line.sample(1, at: 180))?.verdict == .fail)
    }

    @Test("on arrival times a stalled network is forgiven a quarter of a second")
    func jitter() throws {
        for (period, forgiven, found) in [(0.1, 0.39, 0.42), (8, 13.9, 14.1)] {
            var check = try #require(GapCheck.make(["factor": .number(1.5)]))
            var line = FeedLine(period: period)
            line.hasSourceTime = false
            _ = check.ask(line.sample(1, at: 0))
            #expect(check.ask(line.sample(1, at: forgiven)) == .good)
            #expect(check.ask(line.sample(1, at: forgiven + found))?.verdict == .suspect)
        }
    }

    @Test("swapped samples are out of order and not a gap as well")
    func swapped() throws {
        var check = try #require(GapCheck.make(["factor": .number(1.5)]))
        var line = FeedLine(period: 1)
        var flags = 0
        for pair in 0..<100 {
            let time = Double(2 * pair)
            for at in [time + 1, time] where !(pair == 0 && at == 0) {
                let answer = check.ask(line.sample(1, at: at))
                flags += answer?.verdict.isFlagged == true ? 1 : 0
            }
        }
        #expect(flags <= 1, "the first pair may look like a gap")
        #expect(check.ask(line.sample(1, at: 206))?.verdict == .suspect, "a real one is found")
        for second in 207...227 { _ = check.ask(line.sample(1, at: Double(second))) }
        #expect(check.ask(line.sample(1, at: 229))?.verdict == .suspect, "in order for 20 samples")
    }

    // MARK: completeness

    @Test("six of sixty lost is suspect within one block of the loss")
    func lost() throws {
        var check = try #require(CompletenessCheck.make(["fail": .number(0.5)]))
        var line = FeedLine(period: 1)
        for second in 0..<100 {
            let answer = check.ask(line.sample(1, at: Double(second)))
            let isJudged = answer?.verdict != .unknown
            #expect(second >= 60 || !isJudged, "unknown until a window has passed")
            #expect(answer?.verdict.isFlagged == false)
        }
        var found: [Assessment] = []
        for second in 106..<110 {
            if let answer = check.ask(line.sample(1, at: Double(second))),
                answer.verdict.isFlagged
            {
                found.append(answer)
            }
        }
        let first = try #require(found.first)
        #expect(first.verdict == .suspect && first.limit == 0.95)
        #expect(abs(first.observed - 0.9) < 0.02)
    }

    @Test("null after null empties the window, which then fails")
    func nulls() throws {
        var check = try #require(CompletenessCheck.make(["fail": .number(0.5)]))
        var line = FeedLine(period: 1)
        var worst = 1.0
        for second in 0..<140 {
            let value: Double? = second < 70 ? 1 : nil
            let answer = check.ask(line.sample(value, at: Double(second)))
            if answer?.verdict == .fail { worst = min(worst, answer?.observed ?? 1) }
        }
        #expect(worst == 0, "the whole window is without value at 132 s")
    }

    @Test("an outage and unreadable messages start the window again", arguments: [true, false])
    func restart(isOutage: Bool) throws {
        var check = try #require(CompletenessCheck.make(["min": .number(0.95)]))
        var line = FeedLine(period: 1)
        for second in 0..<100 { _ = check.ask(line.sample(1, at: Double(second))) }
        for second in 130..<189 {
            let answer = check.ask(
                line.sample(1, at: Double(second)) {
                    if second == 130 {
                        $0.followsOutage = isOutage
                        $0.followsUndecodable = !isOutage
                    }
                }
            )
            #expect(answer == .unknown, "at \(second) s")
        }
        let later = (189..<200).map { check.ask(line.sample(1, at: Double($0))) }
        #expect(later.contains(.good))
    }

    @Test("a slow feed is judged on 20 slots at least, so that one lost is good")
    func slow() throws {
        // 3.1 s: a minute holds 19 of them.
        for (period, lost, isFlagged) in [(10.0, 1, false), (10, 2, true), (3.1, 1, false)] {
            var check = try #require(CompletenessCheck.make(["min": .number(0.95)]))
            var line = FeedLine(period: period)
            var flags = 0
            for index in 0..<100 where index < 50 || index >= 50 + lost {
                let answer = check.ask(line.sample(1, at: period * Double(index)))
                flags += answer?.verdict.isFlagged == true ? 1 : 0
            }
            #expect((flags > 0) == isFlagged, "\(lost) lost, one each \(period) s")
        }
    }

    @Test("swapped samples fill their slots")
    func swappedComplete() throws {
        var check = try #require(CompletenessCheck.make(["min": .number(0.95)]))
        var line = FeedLine(period: 1)
        var goods = 0
        for pair in 0..<100 {
            for second in [2 * pair + 1, 2 * pair] {
                let answer = check.ask(line.sample(1, at: Double(second)))
                #expect(answer?.verdict.isFlagged == false, "at \(second) s")
                goods += answer?.verdict == .good ? 1 : 0
            }
        }
        #expect(goods > 25)
    }

    @Test("sliding and tumbling equal the count over the whole record", arguments: 1...30)
    func oracle(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let isTumbling = seed % 2 == 0
        let window = isTumbling ? 60.0 : 32
        var check = try #require(
            CompletenessCheck.make([
                "min": .number(0.8), "fail": .number(0.5), "window": .seconds(window),
                "mode": .choice(isTumbling ? "tumbling" : "sliding"),
            ])
        )
        var line = FeedLine(period: 1)
        // Filled slots by whole second; 0.25 keeps them clear of the blocks' edges.
        var filled: [Bool] = []
        var judged = 0
        for second in 0..<600 {
            let comes = second == 0 || random.chance(second % 200 < 120 ? 0.9 : 0.45)
            let hasValue = random.chance(0.97)
            filled.append(comes && hasValue)
            guard comes else { continue }
            let time = Double(second) + 0.25
            let answer = check.ask(line.sample(hasValue ? 1 : nil, at: time))
            guard let answer, answer.verdict != .unknown else { continue }
            judged += 1
            // Sliding answers at the end of each 16th of the window, 2 s.
            let end = isTumbling ? second / 60 * 60 : second / 2 * 2
            let slots = filled[(end - Int(window))..<end]
            let fraction = Double(slots.filter(\.self).count) / window
            let expected: Verdict = fraction < 0.5 ? .fail : fraction < 0.8 ? .suspect : .good
            #expect(answer.verdict == expected, "seed \(seed), at \(second) s: \(fraction)")
            if answer.verdict.isFlagged { #expect(answer.observed == fraction) }
        }
        #expect(judged >= (isTumbling ? 8 : 150), "seed \(seed) proves little: \(judged)")
    }
}
