import TestSupport
import Testing

@testable import Monitoring

/// How a value moves: the checks `rateOfChange` and `attenuated`.
@Suite("checks of the movement")
struct MotionCheckTests {
    private static func verdicts<C: Check>(
        _ check: inout C,
        _ steps: [(at: Double, value: Double?)],
        period: Double = 0,
    ) -> [Verdict] {
        var line = FeedLine(period: period)
        return steps.map { step in
            check.ask(line.sample(step.value, at: step.at))?.verdict ?? .missing
        }
    }

    // MARK: rateOfChange

    @Test("is right below a second and between whole ones, where a peer cuts its times")
    func fractions() throws {
        var ten = try #require(RateOfChangeCheck.make(["suspect": .number(10)]))
        #expect(
            Self.verdicts(&ten, [(0, 0), (0.1, 5), (0.2, 5.5)]) == [.unknown, .suspect, .good]
        )
        var three = try #require(RateOfChangeCheck.make(["suspect": .number(3)]))
        #expect(Self.verdicts(&three, [(0, 0), (1.9, 3.8)]) == [.unknown, .good], "2 a second")
        var hertz = try #require(
            RateOfChangeCheck.make(["suspect": .number(4), "fail": .number(8)])
        )
        let slope = (0..<100).map { (at: Double($0) / 10, value: Optional(0.5 * Double($0))) }
        #expect(
            Self.verdicts(&hertz, slope).dropFirst().allSatisfy { $0 == .suspect },
            "5 a second"
        )
    }

    @Test(
        "a pace at the threshold is allowed, the first value and one of the same time are unknown"
    )
    func edges() throws {
        var check = try #require(RateOfChangeCheck.make(["fail": .number(2)]))
        let steps: [(at: Double, value: Double?)] = [
            (0, 1), (1, 3), (2, 5.0625), (2, 90), (3, nil), (4, 7), (5, 7), (6, 9.5),
        ]
        #expect(
            Self.verdicts(&check, steps) == [
                .unknown, .good, .fail, .unknown, .missing, .unknown, .good, .fail,
            ]
        )
        var zero = try #require(RateOfChangeCheck.make(["suspect": .number(0)]))
        #expect(
            Self.verdicts(&zero, [(0, 1), (1, 1), (2, 1.0625)]) == [.unknown, .good, .suspect],
            "0 allows nothing, and is not none"
        )
    }

    @Test("over missing samples a slow pace says nothing, and a fast one does")
    func apart() throws {
        var check = try #require(RateOfChangeCheck.make(["suspect": .number(1)]))
        let steps: [(at: Double, value: Double?)] = [(0, 0), (1, 0.5), (9, 0), (10, 0), (20, 50)]
        #expect(
            Self.verdicts(&check, steps, period: 1) == [.unknown, .good, .unknown, .good, .suspect]
        )
    }

    @Test("equals a slow oracle on random streams at 20 Hz", arguments: [1, 2, 3, 4])
    func paceOracle(seed: UInt64) throws {
        let limits = (suspect: 12.0, fail: 40.0)
        var check = try #require(
            RateOfChangeCheck.make([
                "suspect": .number(limits.suspect), "fail": .number(limits.fail),
            ])
        )
        var random = SeededGenerator.printed(seed, "pace")
        var steps: [(at: Double, value: Double?)] = []
        for index in 0..<3_000 {
            let at = Double(index) * 0.0625 + Double(random.below(3)) / 64
            steps.append((at, random.chance(0.05) ? nil : random.dyadic(-20...20)))
        }
        let found = Self.verdicts(&check, steps)
        for index in 1..<steps.count {
            guard let x = steps[index].value else { continue }
            var expected = Verdict.unknown
            let seconds = steps[index].at - steps[index - 1].at
            if let old = steps[index - 1].value, seconds > 0 {
                let pace = abs(x - old) / seconds
                expected = pace > limits.fail ? .fail : pace > limits.suspect ? .suspect : .good
            }
            #expect(found[index] == expected, "sample \(index)")
        }
        #expect(Set(found) == [.good, .suspect, .fail, .unknown, .missing])
    }

    /// 2,000 samples of noise of ±1 in sixteenths, then what the caller makes of the index after.
    private static func learned<C: Check>(
        _ check: inout C,
        seed: UInt64,
        period: Double = 1,
        _ fault: (Int, Double) -> Double,
    ) -> [Verdict] {
        var random = SeededGenerator.printed(seed, "movement")
        var line = FeedLine(period: period)
        var verdicts: [Verdict] = []
        for index in 0..<2_200 {
            let usual = 20 + random.dyadic(-16...16)
            let value = index < 2_000 ? usual : fault(index - 2_000, usual)
            let answer = check.ask(line.sample(value, at: Double(index) * period)) ?? .unknown
            if index < 2_000 { #expect(!answer.verdict.isFlagged, "sample \(index): \(answer)") }
            if index >= 2_000 { verdicts.append(answer.verdict) }
        }
        return verdicts
    }

    @Test(
        "without a threshold a run-away is told, a lone step and noise are one or none",
        arguments: [0.05, 1, 60]
    )
    func runAway(period: Double) throws {
        var ramp = try #require(RateOfChangeCheck.make())
        let rising = Self.learned(&ramp, seed: 7, period: period) { 20 + 15 * Double($0) + $1 }
        #expect(rising.prefix(10).count { $0.isFlagged } >= 9)
        var step = try #require(RateOfChangeCheck.make())
        let stepped = Self.learned(&step, seed: 8, period: period) { $1 + 15 }
        #expect(stepped.count { $0.isFlagged } == 1 && stepped[0].isFlagged)
        var noise = try #require(RateOfChangeCheck.make())
        let noisy = Self.learned(&noise, seed: 9, period: period) { 20 + 2 * ($1 - 20) }
        #expect(noisy.allSatisfy { !$0.isFlagged })
    }

    // MARK: attenuated

    @Test("warm-up is unknown, never fail")
    func warmUp() throws {
        var check = try #require(
            AttenuatedCheck.make(["fail": .number(1), "window": .seconds(60)])
        )
        let flat = (0..<70).map { (at: Double($0), value: Optional(5.0)) }
        let verdicts = Self.verdicts(&check, flat, period: 1)
        #expect(verdicts.prefix(59).allSatisfy { $0 == .unknown })
        #expect(verdicts.suffix(10).allSatisfy { $0 == .fail })
    }

    @Test("a gap that empties half of the window is unknown, and what came before it is forgotten")
    func gap() throws {
        var check = try #require(
            AttenuatedCheck.make(["min": .number(0.5), "window": .seconds(32)])
        )
        var steps: [(at: Double, value: Double?)] = []
        for index in 0..<64 { steps.append((Double(index), Double(index % 2) * 4)) }
        for index in 0..<64 { steps.append((Double(index) + 90, 7)) }
        let verdicts = Self.verdicts(&check, steps, period: 1)
        #expect(verdicts[40..<64].allSatisfy { $0 == .good })
        #expect(verdicts[64..<79].allSatisfy { $0 == .unknown })
        #expect(verdicts[96...].allSatisfy { $0 == .suspect })
    }

    @Test("a huge value leaves no trace once it has left the window")
    func noTrace() throws {
        var check = try #require(
            AttenuatedCheck.make([
                "min": .number(1e9), "window": .seconds(10), "minObservations": .count(2),
            ])
        )
        var line = FeedLine(period: 1)
        var last = Assessment.unknown
        var tail: [Double] = []
        for index in 0..<60 {
            let value = index == 20 ? 1e9 : Double(index % 3) / 4
            if index >= 50 { tail.append(value) }
            last = check.ask(line.sample(value, at: Double(index))) ?? .unknown
        }
        let mean = tail.reduce(0, +) / 10
        let deviation = (tail.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 10).squareRoot()
        #expect(abs(last.observed - deviation) < 1e-15, "\(last.observed), not \(deviation)")
    }

    @Test("a spread of 0.01 at a level of a million comes out right")
    func level() throws {
        var check = try #require(
            AttenuatedCheck.make([
                "min": .number(9), "window": .seconds(32), "minObservations": .count(2),
            ])
        )
        var line = FeedLine(period: 1)
        _ = check.ask(line.sample(0, at: 0))
        var last = Assessment.unknown
        for index in 1..<200 {
            let value = 1_048_576 + Double(index % 2) / 64
            last = check.ask(line.sample(value, at: Double(index))) ?? .unknown
        }
        #expect(abs(last.observed - 0x1p-7) < 1e-9, "\(last.observed)")
    }

    @Test(
        "equals a slow oracle on random streams, exactly where the window holds 32 samples",
        arguments: ["deviation", "range"],
        [1, 2, 3]
    )
    func spreadOracle(measure: String, seed: UInt64) throws {
        let limits = measure == "range" ? (least: 1.5, fail: 0.75) : (least: 0.5, fail: 0.25)
        var check = try #require(
            AttenuatedCheck.make([
                "min": .number(limits.least), "fail": .number(limits.fail),
                "window": .seconds(32), "minObservations": .count(12),
                "measure": .choice(measure),
            ])
        )
        var random = SeededGenerator.printed(seed, measure)
        var steps: [(at: Double, value: Double?)] = []
        var time = 0.0
        for index in 0..<2_000 {
            time += random.chance(0.02) ? Double(1 + random.below(60)) : 1
            let width = 4 * (1 + index / 200 % 5)
            steps.append((time, random.chance(0.05) ? nil : random.dyadic(-width...width)))
        }
        let found = Self.verdicts(&check, steps, period: 1)
        for (index, step) in steps.enumerated() where step.value != nil {
            let window = steps[...index].filter { $0.at > step.at - 32 }.compactMap(\.value)
            let mean = window.reduce(0, +) / Double(window.count)
            let squares = window.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            let range = (window.max() ?? 0) - (window.min() ?? 0)
            let size =
                measure == "range" ? range : (squares / Double(window.count)).squareRoot()
            let isNear = min(abs(size - limits.least), abs(size - limits.fail)) < 1e-12
            guard measure == "range" || !isNear else { continue }
            let expected: Verdict =
                window.count < 12
                ? .unknown : size < limits.fail ? .fail : size < limits.least ? .suspect : .good
            #expect(found[index] == expected, "sample \(index): \(size) of \(window.count)")
        }
        #expect(Set(found) == [.good, .suspect, .fail, .unknown, .missing])
    }

    @Test("takes as long for a span of an hour as for one of a minute")
    func constantState() throws {
        let day = try #require(
            AttenuatedCheck.make(["min": .number(0.09), "window": .seconds(86_400)])
        )
        var check = day
        var line = FeedLine(period: 1)
        var flags = 0
        for index in 0..<200_000 {
            let move = Double(index % 5) - 2
            let value = index < 100_000 ? move : move / 16
            flags += check.ask(line.sample(value, at: Double(index)))?.verdict == .suspect ? 1 : 0
        }
        // A window after the change, to a thirty-second of it.
        #expect(flags >= 100_000 - 86_400 && flags <= 100_000 - 86_400 + 2_700, "\(flags)")
    }

    @Test("without a threshold a signal at a sixteenth is told, one at half is not")
    func quiet() throws {
        var dead = try #require(AttenuatedCheck.make())
        let told = Self.learned(&dead, seed: 10) { 20 + ($1 - 20) / 16 }
        let first = try #require(told.firstIndex { $0.isFlagged })
        #expect(first < 64 && told[first...].allSatisfy { $0.isFlagged })
        var half = try #require(AttenuatedCheck.make())
        #expect(Self.learned(&half, seed: 11) { 20 + ($1 - 20) / 2 }.allSatisfy { !$0.isFlagged })
    }

    @Test("a feed whose neighbours often are equal has no quiet to find")
    func coarse() throws {
        var check = try #require(AttenuatedCheck.make())
        var line = FeedLine(period: 1)
        for index in 0..<4_000 {
            let isResting = index > 3_000
            let value = Double(isResting ? 5 : index / 3 % 7)
            let answer = check.ask(line.sample(value, at: Double(index))) ?? .unknown
            #expect(answer == .unknown, "sample \(index)")
        }
    }
}
