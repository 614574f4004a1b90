/// The tests' source of chance: SplitMix64 (Steele, Lea and Flood, *Fast splittable pseudorandom
/// number generators*, OOPSLA 2014). Equal seeds give equal streams on every machine, and the seed
/// is the whole state: one that a test prints is the whole report of a bug.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(seed: UInt64) {
        state = seed
    }

    /// Says which seed a test runs on, so that a failure can be repeated.
    public static func printed(_ seed: UInt64, _ test: String) -> SeededGenerator {
        print("\(test): seed \(seed)")
        return SeededGenerator(seed: seed)
    }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Uniform in `0..<bound`, without bias.
    public mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }

    /// Uniform in [0, 1), in steps of 2^-53.
    public mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// True with that probability.
    public mutating func chance(_ probability: Double) -> Bool { unit() < probability }

    /// A multiple of 1/16 in a range, so that sums and differences are exact.
    public mutating func dyadic(_ range: ClosedRange<Int>) -> Double {
        Double(Int.random(in: range, using: &self)) / 16
    }

    /// Sum of twelve uniforms less six: variance 1, near enough to normal for tests.
    public mutating func normal() -> Double { (0..<12).reduce(-6.0) { sum, _ in sum + unit() } }
}
