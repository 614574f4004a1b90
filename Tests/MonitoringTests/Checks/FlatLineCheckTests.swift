import TestSupport
import Testing

@testable import Monitoring

@Suite("flatLine")
struct FlatLineCheckTests {
    @Test("a constant is flagged from the moment its time is full, with tolerance 0")
    func constant() throws {
        var check = try #require(
            FlatLineCheck.make(["suspect": .seconds(10), "fail": .seconds(30)])
        )
        var line = FeedLine(period: 1)
        _ = check.ask(line.sample(4, at: 0))
        for second in 1...40 {
            let answer = check.ask(line.sample(5, at: Double(second)))
            let length = Double(second - 1)
            let expected: Assessment =
                length >= 30
                ? Assessment(.fail, observed: length, limit: 30)
                : length >= 10 ? Assessment(.suspect, observed: length, limit: 10) : .good
            #expect(answer == expected, "at \(second) s")
        }
        #expect(check.ask(line.sample(5.0625, at: 41)) == .good, "it moved")
    }

    /// A feed of 10 s watched for 20 s: its own rhythm must not count as an interruption.
    @Test(
        "up to one and a half periods between samples interrupt nothing, however short the time",
        arguments: [(12.0, true), (15, true), (15.5, false)],
    )
    func rhythm(spacing: Double, isFlagged: Bool) throws {
        var check = try #require(FlatLineCheck.make(["fail": .seconds(20)]))
        var line = FeedLine(period: 10)
        let verdicts = (0..<5).map { number in
            check.ask(line.sample(1, at: Double(number) * spacing))?.verdict
        }
        #expect(verdicts.contains(.fail) == isFlagged)
    }

    @Test("`for` is another word for `fail`, and `fail` counts where both stand")
    func shorthand() throws {
        for (values, limit) in [
            (["for": CheckParameterValue.seconds(5)], 5.0),
            (["for": .seconds(5), "fail": .seconds(8)], 8),
        ] {
            var check = try #require(FlatLineCheck.make(values))
            var line = FeedLine(period: 1)
            for second in 0..<Int(limit) {
                #expect(check.ask(line.sample(1, at: Double(second))) == .unknown)
            }
            #expect(check.ask(line.sample(1, at: limit))?.verdict == .fail)
        }
    }

    @Test("without a time it learns, and a text or a switch has nothing to learn")
    func learning() {
        #expect(FlatLineCheck.make() != nil)
        #expect(FlatLineCheck.definition.learns(with: nil, hasPeriod: true))
        let given = CheckParameters(values: ["for": .seconds(60)])
        #expect(!FlatLineCheck.definition.learns(with: given, hasPeriod: true))
        var context = CheckContext.example()
        context.kind = .boolean
        #expect(FlatLineCheck.make(context: context) == nil)
    }

    @Test("ten samples a second and tolerance 0 work")
    func tenHertz() throws {
        var check = try #require(FlatLineCheck.make(["for": .seconds(2)]))
        var line = FeedLine(period: 0.1)
        let verdicts = (0...30).map { check.ask(line.sample(7, at: Double($0) / 10))?.verdict }
        #expect(verdicts[19] == .unknown && verdicts[20] == .fail && verdicts[30] == .fail)
    }

    @Test("a gap inside the time starts over: unknown, not flagged", arguments: [nil, 3.0])
    func gap(missing: Double?) throws {
        var check = try #require(FlatLineCheck.make(["for": .seconds(9)]))
        var line = FeedLine(period: 1)
        _ = check.ask(line.sample(1, at: 0))
        for second in 1...7 { _ = check.ask(line.sample(2, at: Double(second))) }
        if missing == nil {
            for second in 8...11 { _ = check.ask(line.sample(nil, at: Double(second))) }
        }
        #expect(check.ask(line.sample(2, at: 12)) == .unknown, "9 s of 2 have not been seen")
        for second in 13...20 {
            #expect(check.ask(line.sample(2, at: Double(second))) == .unknown)
        }
        #expect(check.ask(line.sample(2, at: 21))?.verdict == .fail)
    }

    @Test("a feed slower than a third of the time is judged by its own cadence")
    func slowFeed() throws {
        var check = try #require(FlatLineCheck.make(["for": .seconds(1_500)]))
        var line = FeedLine(period: 600)
        let verdicts = (0...3).map { check.ask(line.sample(3, at: 600 * Double($0)))?.verdict }
        #expect(verdicts == [.unknown, .unknown, .unknown, .fail])
    }

    @Test("a spread of exactly the tolerance stands still, also written in decimals")
    func decimals() throws {
        // Half of these differences are more than 0.05 as doubles.
        for low in [0.1, 0.3, 20.5, 20.55, 99.95, 1e6 + 0.1] {
            var check = try #require(
                FlatLineCheck.make(["for": .seconds(3), "tolerance": .number(0.05)])
            )
            var line = FeedLine(period: 1)
            for second in 0...2 {
                let value = second % 2 == 0 ? low : low + 0.05
                #expect(check.ask(line.sample(value, at: Double(second))) == .unknown)
            }
            #expect(check.ask(line.sample(low + 0.05, at: 3))?.verdict == .fail, "from \(low)")
            #expect(check.ask(line.sample(low + 0.0501, at: 4)) == .good, "from \(low)")
        }
    }

    @Test("what was never seen to stand still does not count: a cut stretch begins at a sample")
    func sparse() throws {
        var check = try #require(
            FlatLineCheck.make(["for": .seconds(30), "tolerance": .number(1)])
        )
        var line = FeedLine(period: 10)
        let record = [(0.0, 0.0), (10, 0.5), (20, 0.5), (30, 1.25), (32, 1.25), (40, 1.25)]
        let answers = record.map { time, value in check.ask(line.sample(value, at: time)) }
        #expect(answers[4] == .good, "22 s from 10 to 32, not from the end of 0's block")
        #expect(answers[5]?.verdict == .fail, "30 s from 10 to 40")
    }

    @Test("a slow ramp is not flat, however long it lasts and wherever it goes")
    func ramp() throws {
        var check = try #require(
            FlatLineCheck.make(["for": .seconds(60), "tolerance": .number(1)])
        )
        var line = FeedLine(period: 1)
        for second in 0..<20_000 {
            let answer = check.ask(line.sample(Double(second) / 32, at: Double(second)))
            #expect(answer?.verdict.isFlagged == false, "at \(second) s")
        }
    }

    @Test("equals the definition at every prefix with tolerance 0", arguments: 1...30)
    func exactOracle(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        var check = try #require(
            FlatLineCheck.make(["suspect": .seconds(6), "fail": .seconds(20)])
        )
        var line = FeedLine(period: 1)
        var record = Record()
        var flagged = 0
        for index in 0..<400 {
            record.append(&random, stays: 0.9, levels: 0...1)
            let answer = check.ask(line.sample(record.values.last, at: record.times[index]))
            let lasting = record.flatTime(tolerance: 0, longestGap: .infinity)
            let expected: Verdict? =
                record.isAcrossGap(20 / 3)
                ? nil : lasting >= 20 ? .fail : lasting >= 6 ? .suspect : nil
            let suspectGap = record.isAcrossGap(2)
            if let expected, !suspectGap {
                flagged += 1
                #expect(answer?.verdict == expected, "seed \(seed), sample \(index)")
            } else if !suspectGap {
                #expect(answer?.verdict.isFlagged == false, "seed \(seed), sample \(index)")
            }
        }
        #expect(flagged > 0, "seed \(seed) proves nothing")
    }

    @Test(
        "what is flagged kept within the tolerance, a thirtieth longer is flagged",
        arguments: 1...60
    )
    func sandwichOracle(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed) + 100)
        let time = [30.0, 90, 13][seed % 3]
        let tolerance = 0.5
        let level = [0.0, 1e6, -1e9][seed % 3]
        var check = try #require(
            FlatLineCheck.make(["fail": .seconds(time), "tolerance": .number(tolerance)])
        )
        var line = FeedLine(period: 1)
        var record = Record(level: level)
        var counts = (flagged: 0, not: 0)
        for index in 0..<600 {
            record.append(&random, stays: 0.5, levels: random.chance(0.03) ? -40...40 : -4...4)
            let answer = check.ask(line.sample(record.values.last, at: record.times[index]))
            let isFlagged = answer?.verdict == .fail
            let lasting = record.flatTime(tolerance: tolerance, longestGap: max(time / 3, 1.5))
            if lasting >= time * (1 + 1 / 30.0) {
                counts.flagged += 1
                #expect(isFlagged, "seed \(seed), sample \(index): flat for \(lasting)")
            } else if !record.keepsWithin(tolerance, for: time) {
                counts.not += 1
                #expect(!isFlagged, "seed \(seed), sample \(index): flat for \(lasting) only")
            }
        }
        #expect(counts.flagged > 0 && counts.not > 0, "seed \(seed) proves nothing: \(counts)")
    }

    @Test("the compatible mode equals ioos_qc's definition at every prefix", arguments: 1...20)
    func qartodOracle(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed) + 200)
        let period = Double(1 + seed % 3)
        var check = try #require(
            FlatLineCheck.make([
                "suspect": .seconds(6), "fail": .seconds(12.9), "tolerance": .number(0.3),
                "mode": .choice("qartod"),
            ])
        )
        var line = FeedLine(period: period)
        var record: [Double?] = []
        for index in 0..<300 {
            let isMissing = random.chance(0.05)
            record.append(isMissing ? nil : random.dyadic(0...(index % 60 < 30 ? 4 : 12)))
            let answer = check.ask(line.sample(record[index], at: period * Double(index)))
            func isFlat(_ seconds: Int) -> Bool {
                let steps = seconds / Int(period)
                guard record.count > steps else { return false }
                let values = record.suffix(steps + 1).compactMap { $0 }
                return (values.max() ?? 0) - (values.min() ?? 0) < 0.3
            }
            let expected: Verdict =
                isMissing ? .unknown : isFlat(12) ? .fail : isFlat(6) ? .suspect : .good
            #expect(answer?.verdict == expected, "seed \(seed), sample \(index)")
        }
    }

    @Test("the compatible mode never flags with tolerance 0, as ioos_qc does not")
    func qartodZero() throws {
        var check = try #require(
            FlatLineCheck.make(["for": .seconds(3), "mode": .choice("qartod")])
        )
        var line = FeedLine(period: 1)
        for second in 0..<20 {
            #expect(check.ask(line.sample(1, at: Double(second))) == .good)
        }
    }

    /// A record kept whole, and the definition on it.
    private struct Record {
        var level = 0.0
        var times: [Double] = []
        var values: [Double] = []

        /// Mostly one second after the one before; now and then a gap.
        mutating func append(
            _ random: inout SeededGenerator,
            stays: Double,
            levels: ClosedRange<Int>,
        ) {
            let step = random.chance(0.01) ? 9.0 : random.chance(0.1) ? 0.5 : 1
            times.append((times.last ?? -step) + step)
            let value = level + random.dyadic(levels)
            values.append(random.chance(stays) ? values.last ?? value : value)
        }

        /// How long the longest stretch without a gap that ends now has kept within a tolerance.
        func flatTime(tolerance: Double, longestGap: Double) -> Double {
            var low = Double.infinity
            var high = -Double.infinity
            var start = times.count
            while start > 0 {
                if start < times.count, times[start] - times[start - 1] > longestGap { break }
                low = min(low, values[start - 1])
                high = max(high, values[start - 1])
                guard high - low <= tolerance else { break }
                start -= 1
            }
            return start < times.count ? times[times.count - 1] - times[start] : 0
        }

        /// Whether all values of the last time lie within a tolerance, and the record covers it.
        func keepsWithin(_ tolerance: Double, for time: Double) -> Bool {
            guard let now = times.last, let first = times.first, first <= now - time else {
                return false
            }
            let inside = times.indices.filter { times[$0] >= now - time }.map { values[$0] }
            return (inside.max() ?? 0) - (inside.min() ?? 0) <= tolerance
        }

        /// Whether a longer gap lies in the flat stretch that ends now.
        func isAcrossGap(_ longestGap: Double) -> Bool {
            flatTime(tolerance: 0, longestGap: .infinity)
                != flatTime(tolerance: 0, longestGap: max(longestGap, 1.5))
        }
    }
}
