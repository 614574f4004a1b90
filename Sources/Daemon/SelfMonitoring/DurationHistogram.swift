import Monitoring
import Mosquitto

/// How long something took, lately: counts by length, in bins that are at most a quarter wider than
/// long. Two generations of five minutes, so that it tells of the last five to ten.
///
/// 1 KiB, constant; a length costs some nanoseconds.
struct DurationHistogram {
    /// A generation.
    private static let length = Nanoseconds.seconds(300)
    /// Four to each doubling from 1 µs on; the last holds all above 19 min.
    private static let binCount = 120

    private struct Generation {
        var bins = [UInt32](repeating: 0, count: DurationHistogram.binCount)
        var longest = Nanoseconds(0)
        var count = 0
    }

    private var present = Generation()
    private var former = Generation()
    private var generationEndsAt: MonotonicTime?

    mutating func add(_ length: Nanoseconds, at now: MonotonicTime) {
        advance(to: now)
        let microseconds = UInt64(clamping: max(length.count, 0) / 1_000)
        present.bins[Self.bin(of: microseconds)] += 1
        present.longest = max(present.longest, length)
        present.count += 1
    }

    /// Forgets what is too old.
    mutating func advance(to now: MonotonicTime) {
        guard let end = generationEndsAt else {
            generationEndsAt = now.after(Self.length)
            return
        }
        guard now >= end else { return }
        // After a pause nothing of the present one is of the last five minutes either.
        former = now >= end.after(Self.length) ? Generation() : present
        present = Generation()
        generationEndsAt = now.after(Self.length)
    }

    var longest: Nanoseconds? {
        isEmpty ? nil : max(present.longest, former.longest)
    }

    private var isEmpty: Bool { present.count + former.count == 0 }

    /// The length that this share of all did not exceed, rounded up to the end of its bin; nil where
    /// there was none. `share` from 0 to 1.
    func quantile(_ share: Double) -> Nanoseconds? {
        guard let longest else { return nil }
        let count = present.count + former.count
        var left = max(1, Int((share * Double(count)).rounded(.up)))
        for bin in 0..<Self.binCount {
            left -= Int(present.bins[bin]) + Int(former.bins[bin])
            if left <= 0 { return min(Self.end(of: bin), longest) }
        }
        return longest
    }

    /// The place of a length among four bins a doubling: the exponent, and two bits behind the first.
    static func bin(of microseconds: UInt64) -> Int {
        guard microseconds >= 4 else { return Int(microseconds) }
        let exponent = 63 - microseconds.leadingZeroBitCount
        let fraction = Int((microseconds >> UInt64(exponent - 2)) & 3)
        return min(4 * (exponent - 1) + fraction, binCount - 1)
    }

    /// Where a bin ends, which is where the next begins.
    static func end(of bin: Int) -> Nanoseconds {
        let next = bin + 1
        guard next >= 4 else { return Nanoseconds(Int64(next) * 1_000) }
        let begin = Int64(4 + next % 4) << Int64(next / 4 - 1)
        return Nanoseconds(begin * 1_000)
    }
}
