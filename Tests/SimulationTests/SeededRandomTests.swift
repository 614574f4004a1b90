import Testing

@testable import Simulation

@Suite("Seeded chance")
struct SeededRandomTests {
    @Test("the first numbers of seed 1234567 are those of the published generator")
    func knownAnswer() {
        // The values that implementations of SplitMix64 are commonly checked against.
        var random = SeededRandom(seed: 1_234_567)
        let expected: [UInt64] = [
            6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
            4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
        ]
        #expect((0..<5).map { _ in random.next() } == expected)
    }

    @Test("streams of different names differ, equal names agree")
    func streams() {
        var one = SeededRandom(seed: 7, stream: "a")
        var same = SeededRandom(seed: 7, stream: "a")
        var other = SeededRandom(seed: 7, stream: "b")
        let drawn = (0..<20).map { _ in one.next() }
        #expect(drawn == (0..<20).map { _ in same.next() })
        #expect(drawn != (0..<20).map { _ in other.next() })
    }

    @Test("normal numbers have mean 0, variance 1 and the tails of a normal distribution")
    func gaussian() {
        var random = SeededRandom(seed: 11)
        let count = 100_000
        let drawn = (0..<count).map { _ in random.gaussian() }
        let mean = drawn.reduce(0, +) / Double(count)
        let variance = drawn.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
        let tail = Double(drawn.count { abs($0) > 1.959964 }) / Double(count)
        // Four standard errors: 1/√n, √(2/n), √(0.05 × 0.95/n).
        #expect(abs(mean) < 0.0127)
        #expect(abs(variance - 1) < 0.0179)
        #expect(abs(tail - 0.05) < 0.0028)
    }

    @Test("a shuffle keeps every element, and every place is as likely")
    func shuffle() {
        var random = SeededRandom(seed: 5)
        var firsts = [0, 0, 0, 0]
        for _ in 0..<4_000 {
            let order = random.shuffled([0, 1, 2, 3])
            #expect(order.sorted() == [0, 1, 2, 3])
            firsts[order[0]] += 1
        }
        // 1,000 each; four standard deviations are 110.
        #expect(firsts.allSatisfy { abs($0 - 1_000) < 110 })
    }
}
