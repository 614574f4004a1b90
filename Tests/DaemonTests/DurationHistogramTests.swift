import Monitoring
import Mosquitto
import TestSupport
import Testing

@testable import Daemon

@Suite("How long commits took lately")
struct DurationHistogramTests {
    private static let start = MonotonicTime(nanoseconds: 5_000_000_000_000)

    /// Goal: a quantile is never below the true one and at most a quarter above. Method: sorted lists.
    @Test(
        "quantiles are those of a sorted list, at most a quarter too high",
        arguments: [1, 2, 3] as [UInt64]
    )
    func oracle(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var histogram = DurationHistogram()
        var lengths: [Int64] = []
        for index in 1...500 {
            // From a microsecond to a minute, evenly by magnitude.
            let exponent = Double.random(in: 3...10.8, using: &random)
            let length = Int64(Double.random(in: 1...10, using: &random) * exp10(exponent - 1))
            lengths.append(length)
            histogram.add(Nanoseconds(length), at: Self.start)
            guard index % 50 == 0 else { continue }
            let sorted = lengths.sorted()
            #expect(histogram.longest == Nanoseconds(sorted[index - 1]))
            for share in [0.5, 0.99] {
                let exact = sorted[Int((share * Double(index)).rounded(.up)) - 1]
                let told = histogram.quantile(share)?.count ?? 0
                #expect(told >= exact, "seed \(seed)")
                #expect(Double(told) <= 1.25 * Double(exact) + 1_000, "seed \(seed)")
            }
        }
    }

    private func exp10(_ exponent: Double) -> Double {
        var value = 1.0
        for _ in 0..<Int(exponent) { value *= 10 }
        return value
    }

    @Test("bins follow one another without a gap")
    func bins() {
        for microseconds in 0..<100_000 as Range<UInt64> {
            let bin = DurationHistogram.bin(of: microseconds)
            let end = DurationHistogram.end(of: bin).count / 1_000
            #expect(Int64(microseconds) < end)
            if bin > 0 {
                #expect(Int64(microseconds) >= DurationHistogram.end(of: bin - 1).count / 1_000)
            }
        }
    }

    @Test("what is older than ten minutes is forgotten, what is younger than five never")
    func forgets() {
        var histogram = DurationHistogram()
        #expect(histogram.quantile(0.5) == nil && histogram.longest == nil)
        histogram.add(.milliseconds(900), at: Self.start)
        for second in stride(from: 0, through: 299, by: 10) as StrideThrough<Int64> {
            histogram.advance(to: Self.start.after(.seconds(second)))
            #expect(histogram.longest == .milliseconds(900))
        }
        histogram.add(.milliseconds(1), at: Self.start.after(.seconds(400)))
        #expect(histogram.longest == .milliseconds(900))
        histogram.add(.milliseconds(1), at: Self.start.after(.seconds(710)))
        #expect(histogram.longest == .milliseconds(1))
        histogram.advance(to: Self.start.after(.seconds(5_000)))
        #expect(histogram.longest == nil)
    }
}
