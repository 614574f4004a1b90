import TestSupport
import Testing

@testable import Monitoring

/// How often samples come: the checks `rate` and `regularity`.
@Suite("checks of the cadence")
struct CadenceCheckTests {
    /// Samples at given seconds, that bear their time of arrival.
    private static func ask<C: Check>(
        _ check: inout C,
        _ line: inout FeedLine,
        at time: Double,
        _ change: (inout Observation) -> Void = { _ in },
    ) -> Assessment {
        check.ask(line.sample(1, at: time, change)) ?? .unknown
    }

    /// A feed at a period with a fifth of jitter.
    private static func settle<C: Check>(
        _ check: inout C,
        _ line: inout FeedLine,
        period: Double,
        count: Int,
        seed: UInt64,
    ) -> Double {
        var random = SeededGenerator.printed(seed, "cadence, \(period) s")
        for index in 0..<count {
            let time = (Double(index) + 0.2 * (random.unit() - 0.5)) * period
            let answer = ask(&check, &line, at: time)
            #expect(!answer.verdict.isFlagged, "sample \(index): \(answer)")
        }
        return Double(count) * period
    }

    // MARK: rate

    @Test(
        "a flood of ten times is told within 40 samples, whatever the period",
        arguments: [0.05, 0.1, 1, 60, 180]
    )
    func flood(period: Double) throws {
        var check = try #require(RateCheck.make())
        var line = FeedLine(period: period)
        let start = Self.settle(&check, &line, period: period, count: 2_000, seed: 1)
        var told: Int?
        for index in 0..<200 where told == nil {
            let time = start + Double(index) * period / 10
            if Self.ask(&check, &line, at: time).verdict.isFlagged { told = index }
        }
        // At 20 Hz a block of a second holds 20 by itself.
        #expect(try #require(told) <= 80, "\(told ?? -1)")
    }

    @Test("twice the rate, a lost third and a shaken network are no flood")
    func noFlood() throws {
        var check = try #require(RateCheck.make())
        var line = FeedLine(period: 1)
        var start = Self.settle(&check, &line, period: 1, count: 2_000, seed: 2)
        for index in 0..<1_000 {
            let answer = Self.ask(&check, &line, at: start + Double(index) / 2)
            #expect(!answer.verdict.isFlagged, "twice, \(index)")
        }
        start += 500
        for index in 0..<600 where index % 3 > 0 {
            #expect(!Self.ask(&check, &line, at: start + Double(index)).verdict.isFlagged)
        }
        start += 600
        // Ten seconds without any, then all of them at once, again and again.
        for round in 0..<60 {
            for index in 0..<10 {
                let time = start + Double(round) * 10 + 10 + Double(index) / 1_000
                #expect(!Self.ask(&check, &line, at: time).verdict.isFlagged, "\(round)")
            }
        }
    }

    @Test(
        "what was held back may come at once: an hour of ours, an hour of the publisher's",
        arguments: [true, false]
    )
    func backlog(isOurs: Bool) throws {
        var check = try #require(RateCheck.make())
        var line = FeedLine(period: 1)
        let start = Self.settle(&check, &line, period: 1, count: 2_000, seed: 3)
        for index in 0..<3_600 {
            let time = start + 3_600 + Double(index) / 2_000
            let answer = Self.ask(&check, &line, at: time) {
                $0.followsOutage = isOurs && index == 0
            }
            #expect(!answer.verdict.isFlagged, "sample \(index): \(answer)")
        }
        // The claim does not stay: a flood soon after is one.
        for index in 0..<600 { _ = Self.ask(&check, &line, at: start + 3_700 + Double(index)) }
        var told: Int?
        for index in 0..<1_000 where told == nil {
            let time = start + 4_300 + Double(index) / 20
            if Self.ask(&check, &line, at: time).verdict.isFlagged { told = index }
        }
        #expect(try #require(told) < 60)
    }

    @Test("a feed that sends on change has bursts and no floods, until there are ten times as many")
    func onChange() throws {
        var check = try #require(RateCheck.make())
        var line = FeedLine(period: 0)
        var random = SeededGenerator.printed(4, "on change")
        var time = 0.0
        for _ in 0..<4_000 {
            time += random.chance(0.02) ? 60 * random.unit() : 4 * random.unit() * random.unit()
            let answer = Self.ask(&check, &line, at: time)
            #expect(!answer.verdict.isFlagged, "at \(time): \(answer)")
        }
        var told: Int?
        for index in 0..<5_000 where told == nil {
            time += 0.002
            if Self.ask(&check, &line, at: time).verdict.isFlagged { told = index }
        }
        #expect(told != nil)
    }

    @Test("an hour of it is the feed's rate")
    func relearned() throws {
        var check = try #require(RateCheck.make())
        var line = FeedLine(period: 1)
        let start = Self.settle(&check, &line, period: 1, count: 2_000, seed: 5)
        var last = Assessment.unknown
        var flags = 0
        for index in 0..<(2 * 36_000) {
            last = Self.ask(&check, &line, at: start + Double(index) / 10)
            flags += last.verdict.isFlagged ? 1 : 0
        }
        #expect(flags > 1_000 && last.verdict == .good)
    }

    @Test("between given limits each window is judged, too many at once and too few at its end")
    func given() throws {
        let settings: [String: CheckParameterValue] = [
            "max": .count(30), "min": .count(10), "window": .seconds(10),
        ]
        var check = try #require(RateCheck.make(settings))
        var line = FeedLine(period: 0)
        #expect(Self.ask(&check, &line, at: 5) == .unknown, "half a window is none")
        for index in 0..<30 {
            let answer = Self.ask(&check, &line, at: 10 + Double(index) / 100)
            #expect(answer == .good, "\(index)")
        }
        let over = Self.ask(&check, &line, at: 19.5)
        #expect(over == Assessment(.suspect, observed: 31, limit: 30))
        for index in 0..<9 {
            #expect(
                Self.ask(&check, &line, at: 20 + Double(index)) == .unknown,
                "must prove itself"
            )
        }
        let low = Self.ask(&check, &line, at: 30)
        #expect(low == Assessment(.suspect, observed: 9, limit: 10))
        for index in 1..<10 { _ = Self.ask(&check, &line, at: 30 + Double(index)) }
        #expect(Self.ask(&check, &line, at: 40) == .good, "ten in a window are enough")
    }

    @Test("too few are told by the clock where nothing comes, and not across our own absence")
    func tooFew() throws {
        let settings: [String: CheckParameterValue] = ["min": .count(1), "window": .seconds(10)]
        var check = try #require(RateCheck.make(settings))
        var line = FeedLine(period: 0)
        func pulse(_ now: Double, quiet: Double, isConnected: Bool = true) -> Pulse {
            Pulse(
                now: ReceiveTime(nanoseconds: FeedLine.instant(now)),
                quietSince: ReceiveTime(nanoseconds: FeedLine.instant(quiet)),
                isConnected: isConnected,
                isSeen: true,
                learnedLimit: nil,
            )
        }
        #expect(check.deadline(pulse(0, quiet: 0)) == nil)
        _ = Self.ask(&check, &line, at: 10)
        let due = ReceiveTime(nanoseconds: FeedLine.instant(20))
        #expect(check.deadline(pulse(11, quiet: 10)) == due)
        #expect(check.deadline(pulse(11, quiet: 10, isConnected: false)) == nil)
        #expect(check.tick(pulse(20, quiet: 10)) == .unknown, "one came")
        let empty = check.tick(pulse(30, quiet: 10))
        #expect(empty == Assessment(.suspect, observed: 0, limit: 1))
        #expect(check.tick(pulse(40, quiet: 35)) == .unknown, "the connection came back at 35")
        let after = Self.ask(&check, &line, at: 70) { $0.followsOutage = true }
        #expect(after == .unknown)
        #expect(Self.ask(&check, &line, at: 75) == .unknown)
    }

    // MARK: regularity

    @Test("jitter of three periods in ten is told within 40 samples, a lost sample is not")
    func jitter() throws {
        var check = try #require(RegularityCheck.make())
        var line = FeedLine(period: 1)
        for index in 0..<300 where index % 3 != 1 || index < 150 {
            let answer = Self.ask(&check, &line, at: Double(index))
            #expect(!answer.verdict.isFlagged, "\(index)")
        }
        var told: Int?
        for index in 300..<400 where told == nil {
            let time = Double(index) + (index % 2 == 0 ? 0.3 : 0)
            if Self.ask(&check, &line, at: time).verdict.isFlagged { told = index - 300 }
        }
        #expect(try #require(told) <= 40)
    }

    @Test("a feed that is uneven by itself is left alone; a given share is not")
    func uneven() throws {
        var learned = try #require(RegularityCheck.make())
        var given = try #require(RegularityCheck.make(["min": .number(0.8)]))
        var line = FeedLine(period: 1)
        var random = SeededGenerator.printed(6, "uneven")
        var flags = (learned: 0, given: 0)
        for index in 0..<3_000 {
            let observation = line.sample(1, at: Double(index) + 0.6 * random.unit())
            flags.learned += learned.ask(observation)?.verdict.isFlagged == true ? 1 : 0
            flags.given += given.ask(observation)?.verdict.isFlagged == true ? 1 : 0
        }
        #expect(flags.learned == 0)
        #expect(flags.given > 2_500)
    }

    @Test("samples that a stall held back and that come at once are not out of step")
    func heldBack() throws {
        var check = try #require(RegularityCheck.make())
        var line = FeedLine(period: 1)
        var time = 0.0
        for _ in 0..<400 {
            time += 1
            _ = Self.ask(&check, &line, at: time)
        }
        for round in 0..<5 {
            time += 30
            for index in 0..<30 {
                time += 0.01
                let answer = Self.ask(&check, &line, at: time) {
                    $0.followsOutage = index == 0 && round % 2 == 0
                }
                #expect(!answer.verdict.isFlagged, "round \(round), \(index): \(answer)")
            }
        }
    }

    @Test("regularity equals a slow oracle on random streams", arguments: [1, 2, 3])
    func regularityOracle(seed: UInt64) throws {
        var check = try #require(RegularityCheck.make(["min": .number(0.625)]))
        var line = FeedLine(period: 1)
        var random = SeededGenerator.printed(seed, "regularity")
        var times = [0.0]
        while times.count < 2_000 {
            let isUneven = times.count / 300 % 2 == 1
            times.append(times[times.count - 1] + (isUneven ? 0.75 + 0.5 * random.unit() : 1))
        }
        var hits: [Double] = []
        var mismatches = 0
        for (index, time) in times.enumerated() {
            let answer = Self.ask(&check, &line, at: time)
            guard index > 0 else { continue }
            hits.append(abs(time - times[index - 1] - 1) <= 0.1 ? 1 : 0)
            guard hits.count > 128 else { continue }
            // The mean of the first 32, then a weight of 1/32 for each later one.
            var share = hits.prefix(32).reduce(0, +) / 32
            for hit in hits.dropFirst(32) { share = share * 31 / 32 + hit / 32 }
            let isNear = abs(share - 0.625) < 1e-4
            if !isNear, answer.verdict.isFlagged != (share < 0.625) { mismatches += 1 }
        }
        #expect(mismatches == 0)
    }
}
