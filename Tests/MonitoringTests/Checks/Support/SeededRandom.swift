/// Pseudo-random numbers that are the same on every machine (SplitMix64, Steele et al. 2014): a
/// failing seed is the bug report.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Uniform in [0, 1).
    mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    mutating func chance(_ probability: Double) -> Bool { unit() < probability }

    /// A multiple of 1/16 in a range, so that sums and differences are exact.
    mutating func dyadic(_ range: ClosedRange<Int>) -> Double {
        Double(Int.random(in: range, using: &self)) / 16
    }
}
