import TestSupport
import Testing

@testable import Monitoring

@Suite("Cadence and period")
struct EstimatorTests {
    private static func seconds(_ seconds: Double) -> Nanoseconds {
        Nanoseconds(Int64((seconds * 1e9).rounded()))
    }

    /// Whether two lengths agree to what single precision keeps.
    private static func agree(_ left: Nanoseconds?, _ seconds: Double?) -> Bool {
        guard let left, let seconds else { return left == nil && seconds == nil }
        return abs(left.seconds - seconds) <= 2e-7 * seconds
    }

    // MARK: Cadence

    @Test("a steady feed may be silent for 3.5 intervals, from the 8th interval on")
    func steady() {
        var cadence = ArrivalCadence()
        for _ in 0..<7 { cadence.add(.seconds(2)) }
        #expect(cadence.silenceLimit == nil && !cadence.isPeriodic && !cadence.isLearned)
        cadence.add(.seconds(2))
        #expect(cadence.silenceLimit == .seconds(7) && cadence.isPeriodic)
    }

    @Test("a pause within the last 20 intervals is allowed again, half as long once more")
    func pause() {
        var cadence = ArrivalCadence()
        for _ in 0..<19 { cadence.add(.seconds(1)) }
        cadence.add(.seconds(40))
        #expect(cadence.silenceLimit == .seconds(60) && cadence.isPeriodic)
        for _ in 0..<20 { cadence.add(.seconds(1)) }
        #expect(Self.agree(cadence.silenceLimit, 3.5), "the pause has left the ring")
    }

    @Test("a feed that reports on change may be silent for three times its longest pause")
    func irregular() {
        var cadence = ArrivalCadence()
        for interval: Int64 in [1, 1, 1, 1, 1, 1, 30, 30, 30] { cadence.add(.seconds(interval)) }
        #expect(!cadence.isPeriodic)
        #expect(cadence.silenceLimit == .seconds(90))
    }

    @Test("equals its definition at every prefix", arguments: 1...20)
    func cadenceOracle(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        var cadence = ArrivalCadence()
        var record: [Double] = []
        for index in 0..<200 {
            let interval = (seed % 2 == 0 ? 0.1 : 3) + random.unit() * (random.chance(0.1) ? 9 : 1)
            record.append(interval)
            cadence.add(Self.seconds(interval))
            let last = record.suffix(20).sorted()
            let median = (last[(last.count - 1) / 2] + last[last.count / 2]) / 2
            let rank = Int((0.9 * Double(last.count)).rounded(.up)) - 1
            let isPeriodic = last.count >= 8 && last[rank] <= 2 * median
            let limit =
                isPeriodic
                ? max(3.5 * median, 1.5 * last[last.count - 1])
                : max(10 * median, 3 * last[last.count - 1])
            #expect(cadence.isPeriodic == isPeriodic, "seed \(seed), interval \(index)")
            #expect(
                Self.agree(cadence.silenceLimit, last.count >= 8 ? limit : nil),
                "seed \(seed), interval \(index)",
            )
        }
    }

    @Test("intervals that are none change nothing")
    func noIntervals() {
        var cadence = ArrivalCadence()
        var estimator = PeriodEstimator()
        for count in [0, -1, Int64.min] {
            for _ in 0..<30 {
                cadence.add(Nanoseconds(count))
                estimator.add(Nanoseconds(count))
            }
        }
        #expect(cadence.silenceLimit == nil && estimator.period == nil)
        for _ in 0..<30 { cadence.add(Nanoseconds(.max)) }
        #expect(cadence.silenceLimit.map { $0.count > 0 } == true, "no overflow at 292 years")
    }

    // MARK: Period

    @Test("a period is known after 20 intervals, and is nil before")
    func learned() {
        var estimator = PeriodEstimator()
        for _ in 0..<19 { estimator.add(.milliseconds(50)) }
        #expect(estimator.period == nil)
        estimator.add(.milliseconds(50))
        #expect(Self.agree(estimator.period, 0.05))
    }

    @Test("a clock of milliseconds does not hide a period of a third of one")
    func coarseClock() {
        var estimator = PeriodEstimator()
        for index in 0..<2_000 { estimator.add(.milliseconds(index % 3 == 2 ? 34 : 33)) }
        let error = abs((estimator.period?.seconds ?? 0) - 0.1 / 3)
        #expect(error < 0.00001, "off by \(error) s")
    }

    @Test("a feed that reports on change never gets a period", arguments: 1...5)
    func irregularPeriod(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        var estimator = PeriodEstimator()
        for _ in 0..<100_000 {
            let unit = max(random.unit(), 0x1p-53)
            estimator.add(Self.seconds(1e-6 - Self.logarithm(unit)))
        }
        #expect(estimator.period == nil, "seed \(seed)")
    }

    /// ln x by its series, so that a pure test needs no mathematics library.
    private static func logarithm(_ x: Double) -> Double {
        let ratio = (x.significand - 1) / (x.significand + 1)
        var term = ratio
        var sum = 0.0
        for index in stride(from: 1.0, to: 40, by: 2) {
            sum += term / index
            term *= ratio * ratio
        }
        return 2 * sum + Double(x.exponent) * 0.693_147_180_559_945_3
    }

    @Test("arrivals shaken by half a period are learned after three runs of 20")
    func shaken() {
        var random = SeededGenerator(seed: 7)
        var estimator = PeriodEstimator()
        for index in 0..<60 {
            #expect(estimator.period == nil, "interval \(index)")
            estimator.add(Self.seconds(index % 2 == 0 ? 0.6 + 0.1 * random.unit() : 1.4))
        }
        #expect(estimator.period != nil)
    }

    @Test("dropouts do not move it, a drifting clock does")
    func refined() {
        var estimator = PeriodEstimator()
        for _ in 0..<20 { estimator.add(.seconds(1)) }
        for index in 0..<1_000 { estimator.add(.seconds(index % 2 == 0 ? 1 : 2)) }
        #expect(estimator.period == .seconds(1))
        for _ in 0..<1_000 { estimator.add(.milliseconds(1_010)) }
        #expect(abs((estimator.period?.seconds ?? 0) - 1.01) < 1e-5)
    }

    @Test("a new cadence is adopted after an hour of it, not before")
    func adopted() {
        var estimator = PeriodEstimator()
        for _ in 0..<20 { estimator.add(.seconds(1)) }
        for minute in 1...60 {
            for _ in 0..<30 { estimator.add(.seconds(2)) }
            #expect(estimator.adoptIfChanged() == (minute == 60), "minute \(minute)")
            #expect(estimator.period == .seconds(minute == 60 ? 2 : 1), "minute \(minute)")
        }
    }

    @Test("an hour interrupted by the old cadence, or by a third, starts again")
    func interrupted() {
        for interruption in [Int64(1), 5] {
            var estimator = PeriodEstimator()
            for _ in 0..<20 { estimator.add(.seconds(1)) }
            for minute in 1...119 {
                let interval = minute == 60 ? interruption : 2
                for _ in 0..<30 { estimator.add(.seconds(interval)) }
                #expect(estimator.adoptIfChanged() == false, "minute \(minute)")
            }
            for _ in 0..<30 { estimator.add(.seconds(2)) }
            #expect(estimator.adoptIfChanged() == true)
        }
    }

    @Test("a burst before the feed dies is not adopted")
    func burst() {
        var estimator = PeriodEstimator()
        for _ in 0..<20 { estimator.add(.seconds(1)) }
        for _ in 0..<25 { estimator.add(.seconds(3)) }
        for _ in 0..<500 { #expect(estimator.adoptIfChanged() == false) }
        #expect(estimator.period == .seconds(1))
    }

    @Test("a slow feed that becomes slower is adopted once 20 intervals have shown it")
    func slow() {
        var estimator = PeriodEstimator()
        for _ in 0..<20 { estimator.add(.seconds(300)) }
        var minutes = 0
        var wasAdopted = false
        while !wasAdopted, minutes < 1_000 {
            minutes += 1
            if minutes % 10 == 0 { estimator.add(.seconds(600)) }
            wasAdopted = estimator.adoptIfChanged()
        }
        // 18 of 20 to be regular, and 20 more after the minute that saw it: within 38 to 40.
        #expect((380...400).contains(minutes), "after \(minutes) minutes")
        #expect(estimator.period == .seconds(600))
    }

    @Test("both fit into 120 bytes")
    func sizes() {
        #expect(MemoryLayout<ArrivalCadence>.stride <= 120)
        #expect(MemoryLayout<PeriodEstimator>.stride <= 120)
    }
}
