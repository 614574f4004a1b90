import Glibc
import TestSupport
import Testing

@testable import Monitoring

/// The estimators that learned limits are made of, against slow ones that keep everything.
@Suite("learned limits")
struct LearnedLimitTests {
    // MARK: Tail

    /// The recipe, from the list of all statistics so far.
    private static func limit(
        _ statistics: [Double],
        least: Double,
        distance: Double,
        prior: Double,
    ) -> Double? {
        var logarithms: [Double] = []
        var mean = 0.0
        var variance = 0.0
        func deviation() -> Double {
            let n = Double(logarithms.count)
            return ((n * variance + 4 * prior * prior) / (n + 4)).squareRoot()
        }
        for start in stride(from: 0, to: statistics.count - statistics.count % 32, by: 32) {
            var y = log(max(statistics[start..<start + 32].max() ?? 0, least))
            if logarithms.count >= 6 {
                let reach = distance * deviation()
                y = min(max(y, mean - reach), mean + reach)
            }
            logarithms.append(y)
            mean = logarithms.reduce(0, +) / Double(logarithms.count)
            variance =
                logarithms.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(logarithms.count)
        }
        return logarithms.count < 6 ? nil : exp(mean + distance * deviation())
    }

    @Test("a tail's limit is that of the log-normal of all block maxima", arguments: [1, 2, 3])
    func tail(seed: UInt64) throws {
        var random = SeededGenerator.printed(seed, "tail")
        let shape = Tail.Shape(distance: 3.4, prior: 0.1)
        var tail = Tail()
        var seen: [Double] = []
        for index in 0..<2_000 {
            // One value in 200 is a fault of a hundredfold.
            let size = random.normal().magnitude * (random.chance(0.005) ? 100 : 1)
            seen.append(size)
            tail.add(size, least: 0.01, shape)
            guard index % 7 == 0 else { continue }
            let wanted = Self.limit(seen, least: 0.01, distance: 3.4, prior: 0.1)
            #expect(tail.isKnown == (wanted != nil), "after \(index + 1)")
            guard let wanted else { continue }
            #expect((Double(tail.limit) / wanted - 1).magnitude < 1e-4, "after \(index + 1)")
        }
    }

    @Test("a block in which nothing moved does not count, and a fault hardly moves the limit")
    func tailAtRest() {
        let shape = Tail.Shape()
        var tail = Tail()
        for _ in 0..<10_000 { tail.add(0, least: 0, shape) }
        #expect(!tail.isKnown && tail.limit.isNaN)
        for index in 0..<3_200 { tail.add(Double(index % 3), least: 0, shape) }
        let before = tail.limit
        for index in 0..<32 { tail.add(index == 5 ? 1e30 : 1, least: 0, shape) }
        #expect(tail.limit < 1.1 * before)
    }

    // MARK: Neighbours

    @Test("median and deviation of the last 61 are those of the sorted list", arguments: [1, 2, 3])
    func neighbours(seed: UInt64) {
        var random = SeededGenerator.printed(seed, "neighbours")
        var ring = Neighbourhood()
        var all: [Float] = []
        for index in 0..<3_000 {
            // Few different values, so that many are equal.
            let value = Float(random.dyadic(index % 500 < 250 ? -8...8 : -8_000...8_000))
            ring.add(value)
            all.append(value)
            if random.chance(0.002) {
                ring.removeAll()
                all = []
            }
            let sorted = all.suffix(61).sorted()
            let n = sorted.count
            #expect(Int(ring.count) == n)
            let summary = ring.summary()
            #expect((summary == nil) == (n == 0))
            guard let summary else { continue }
            let median = n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2
            let distances = sorted.map { ($0 - median).magnitude }.sorted()
            #expect(summary.median == median, "seed \(seed), after \(index)")
            #expect(summary.deviation == distances[n / 2], "seed \(seed), \(index)")
            #expect(summary.smallest == sorted[0] && summary.largest == sorted[n - 1])
            #expect((0..<n).map { ring[$0] } == sorted, "seed \(seed), after \(index)")
        }
    }

    @Test("the two levels are the medians of the last five and of the five before")
    func levels() {
        var random = SeededGenerator.printed(4, "levels")
        var pair = LevelPair()
        var all: [Float] = []
        for _ in 0..<2_000 {
            let value = Float(random.dyadic(-20...20))
            pair.add(value)
            all.append(value)
            if random.chance(0.01) {
                pair.removeAll()
                all = []
            }
            #expect(pair.isKnown == (all.count >= 10))
            guard pair.isKnown else { continue }
            #expect(pair.level == Double(all.suffix(5).sorted()[2]))
            #expect(pair.levelBefore == Double(all.dropLast(5).suffix(5).sorted()[2]))
        }
    }

    // MARK: Charts

    @Test("the CUSUM's limit is R's `spc` 0.6.7 within 1 %, that of a year by Siegmund's formula")
    func cusumLimits() {
        let table = [
            (370.0, 4.775), (86_400, 10.209), (604_800, 12.154), (2_592_000, 13.610),
            (31_536_000, 16.101),
        ]
        for (interval, wanted) in table {
            let limit = ChartLimit.cusum(interval: interval, reference: 0.5)
            #expect((limit / wanted - 1).magnitude < 0.01, "\(interval): \(limit)")
        }
    }

    @Test("the EWMA's limit is R's `spc` 0.6.7 within 5 %, at weight 0.2")
    func ewmaLimits() {
        let table = [(370.0, 2.859), (86_400, 4.351), (604_800, 4.769), (2_592_000, 5.058)]
        for (interval, wanted) in table {
            let limit = ChartLimit.ewma(interval: interval, weight: 0.2)
            #expect((limit / wanted - 1).magnitude < 0.05, "\(interval): \(limit)")
        }
    }

    // MARK: Baseline

    @Test("a baseline is what made the stream, also with one fault in ten among the first values")
    func baseline() {
        var random = SeededGenerator.printed(5, "baseline")
        var baseline = Baseline()
        var neighbours = Neighbourhood()
        var old = 0.0
        for index in 0..<40_000 {
            var x = 0.9 * old + (1 - 0.81).squareRoot() * random.normal()
            if index < 128, index % 10 == 3 { x += 50 }
            baseline.see(step: (x - old).magnitude)
            if baseline.isLearned {
                baseline.refine(x, after: old)
            } else {
                baseline.learn(Float(x), neighbours: neighbours)
            }
            neighbours.add(Float(x))
            old = index < 128 ? old * 0.9 : x
        }
        #expect(baseline.mean.magnitude < 0.1)
        #expect((baseline.variance - 1).magnitude < 0.1)
        #expect((baseline.correlation - 0.9).magnitude < 0.02)
        // Innovations have variance 1 − φ², neighbours differ by 2 (1 − φ) on average square.
        #expect((baseline.innovationVariance - 0.19).magnitude < 0.03)
        #expect((baseline.noise - 0.2.squareRoot() / 2.squareRoot()).magnitude < 0.02)
        #expect(baseline.widening < 1.5)
    }

    /// A ratchet: 2 KiB are wanted, and what a feed holds beside its values is the larger part.
    @Test("a feed of the default set takes no more than 2,700 bytes, all memory of it counted")
    func sizes() {
        print("FeedProfile \(MemoryLayout<FeedProfile>.size)")
        print("  Baseline \(MemoryLayout<Baseline>.size)")
        print("  Neighbourhood \(MemoryLayout<Neighbourhood>.size)")
        print("  LevelPair \(MemoryLayout<LevelPair>.size), Tail \(MemoryLayout<Tail>.size)")
        print("Observation \(MemoryLayout<Observation>.size)")
        let checks = CheckSet(parameters: [:], context: .example())
        for entry in checks.plan.entries { print("  \(entry.id.name): at \(entry.offset)") }
        let feed = MemoryLayout<Feed>.size
        let total = feed + checks.plan.size + 32
        print("Feed \(feed), checks \(checks.plan.size): \(total) bytes")
        print("  FeedTimeline \(MemoryLayout<FeedTimeline>.size)")
        print("  MinuteWindows \(MemoryLayout<MinuteWindows>.size)")
        print("  EpisodeBook \(MemoryLayout<EpisodeBook>.size)")
        #expect(total <= 2_700)
    }
}
