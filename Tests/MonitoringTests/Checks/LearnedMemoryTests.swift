import TestSupport
import Testing

@testable import Monitoring

/// What checks with learned limits make of a feed that was away, stood still across a gap, or changed
/// its pace: nothing that outlives it.
@Suite("what learned limits keep of a fault that is over")
struct LearnedMemoryTests {
    // MARK: unit

    /// A value beside what the feed was lately (Fahrenheit) and what its baseline is.
    private static func observation(_ value: Double, mean: Double) -> Observation {
        var observation = Observation(
            at: EventTime(nanoseconds: 0),
            receivedAt: ReceiveTime(nanoseconds: 0),
            value: value,
        )
        observation.period = .seconds(1)
        observation.profile.isEntered = true
        observation.profile.isLearned = true
        observation.profile.isCrowded = true
        observation.profile.value = value
        observation.profile.location = 69.8
        observation.profile.spread = 0.1
        observation.profile.stepLimit = 1
        observation.profile.mean = mean
        observation.profile.deviation = 0.5
        return observation
    }

    @Test("a feed that comes back to its own level is not in another unit, one that leaves it is")
    func home() throws {
        var check = try #require(UnitCheck.make())
        #expect(check.observe(Self.observation(21, mean: 20.8)).verdict == .good)
        #expect(check.observe(Self.observation(21, mean: 69.8)).verdict == .suspect)
        #expect(check.observe(Self.observation(21, mean: 23)).verdict == .suspect)
    }

    @Test("a unit that is doubted now and then is accepted in the end, and the feed learns again")
    func accepted() throws {
        var check = try #require(UnitCheck.make())
        var flagged = 0
        for index in 0..<10_000 {
            var observation = Self.observation(index % 3 == 0 ? 25 : 21, mean: 69.8)
            observation.marks.open = .unit
            let answer = check.observe(observation)
            if answer.verdict.isFlagged { flagged += 1 }
            guard answer.request.contains(.acceptLevel) else { continue }
            #expect(flagged == 4 * 300 - 1, "four times as long as a lasting change needs")
            return
        }
        Issue.record("never accepted")
    }

    @Test("doubts in different findings do not add up")
    func apart() throws {
        var check = try #require(UnitCheck.make())
        for index in 0..<10_000 {
            let answer = check.observe(Self.observation(index % 3 == 0 ? 25 : 21, mean: 69.8))
            #expect(!answer.request.contains(.acceptLevel))
        }
    }

    // MARK: completeness

    @Test("a feed that changed its pace and came back is counted anew, each time")
    func pace() throws {
        var check = try #require(CompletenessCheck.make())
        var line = FeedLine(period: 60)
        var second = 0.0
        func ask(_ period: Double, every step: Double, _ count: Int) {
            for _ in 0..<count {
                second += step
                let answer = check.ask(
                    line.sample(1, at: second) { $0.period = Nanoseconds(Int64(period * 1e9)) }
                )
                #expect(answer?.verdict.isFlagged != true, "at \(second) s")
            }
        }
        ask(60, every: 60, 400)
        // One of four comes, long enough to be taken for the period; then all again.
        ask(60, every: 240, 3)
        ask(240, every: 240, 40)
        ask(240, every: 60, 92)
        ask(60, every: 60, 200)
    }

    @Test("a feed that loses every fifth sample from some day on is told of")
    func loss() throws {
        var check = try #require(CompletenessCheck.make())
        var line = FeedLine(period: 60)
        var flags = 0
        for index in 0..<800 where index < 400 || index % 5 != 0 {
            let answer = check.ask(line.sample(1, at: 60 * Double(index)))
            if answer?.verdict.isFlagged == true { flags += 1 }
        }
        #expect(flags > 3)
    }

    // MARK: flatLine

    @Test("a value that stands still on both sides of a gap is one run; one that moved is not")
    func acrossGap() throws {
        for isMoved in [false, true] {
            var random = SeededGenerator.printed(5, "across a gap")
            var check = try #require(FlatLineCheck.make())
            var line = FeedLine(period: 1)
            var verdicts: [Verdict] = []
            var longest = 0.0
            for second in 0..<520 where !(430..<450).contains(second) {
                let value = second < 400 ? random.dyadic(-64...64) : isMoved && second > 440 ? 2 : 1
                let answer = check.ask(line.sample(value, at: Double(second)))
                if second >= 450 { verdicts.append(answer?.verdict ?? .missing) }
                if let answer, answer.verdict.isFlagged { longest = max(longest, answer.observed) }
            }
            if isMoved {
                #expect(verdicts.first == .unknown && verdicts[1] == .good)
                #expect(longest < 80)
            } else {
                #expect(verdicts.allSatisfy { $0 == .fail }, "from the first after the gap on")
                #expect(longest == 119, "since the value came to stand")
            }
        }
    }

    // MARK: sentinel

    private static let spread: [Double] = (0..<400).map { 900 + 400 * Double(($0 * 37) % 41) / 41 }

    @Test("far below zero on a feed that never was is no value, however long and however near")
    func foreign() throws {
        var check = try #require(SentinelCheck.make())
        var line = FeedLine(period: 1)
        for (second, value) in Self.spread.enumerated() {
            _ = check.ask(line.sample(value, at: Double(second)))
        }
        for second in 400..<2_000 {
            // As a feed would: what is no value does not enter its profile.
            var copy = line
            let answer = check.ask(copy.sample(-200, at: Double(second)))
            #expect(answer?.verdict == .fail && answer?.request == [])
        }
    }

    @Test("it is known from the first values on, and means nothing on a feed that is negative")
    func early() throws {
        var check = try #require(SentinelCheck.make())
        var line = FeedLine(period: 1)
        for second in 0..<10 { _ = check.ask(line.sample(3, at: Double(second))) }
        #expect(check.ask(line.sample(-999, at: 10))?.verdict == .fail)
        var cold = FeedLine(period: 1)
        for second in 0..<10 {
            _ = check.ask(cold.sample(-30 + Double(second), at: Double(second)))
        }
        #expect(check.ask(cold.sample(-200, at: 10))?.verdict == .unknown)
        #expect(check.ask(cold.sample(-201, at: 11))?.verdict == .unknown)
    }
}
