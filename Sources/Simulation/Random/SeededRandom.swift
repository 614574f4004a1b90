import Glibc

/// The simulation's only source of chance: SplitMix64 (Steele, Lea and Flood, *Fast splittable
/// pseudorandom number generators*, OOPSLA 2014). Equal seeds give equal numbers on every machine.
///
/// Each part of the simulation draws from a stream of its own (`init(seed:stream:)`), so that one
/// part drawing more or less, such as a fault that is added, changes no number of another.
public struct SeededRandom: Sendable {
    private var state: UInt64

    public init(seed: UInt64) {
        state = seed
    }

    /// The stream of that name: its start is the seed mixed with the name's FNV-1a hash.
    public init(seed: UInt64, stream: String) {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in stream.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        var mixer = SeededRandom(seed: seed ^ hash)
        state = mixer.next()
    }

    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    /// Uniform in [0, 1), in steps of 2^-53.
    public mutating func fraction() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// Uniform in [low, high).
    public mutating func uniform(_ low: Double, _ high: Double) -> Double {
        low + (high - low) * fraction()
    }

    /// Uniform in the range.
    public mutating func uniform(in range: ClosedRange<Double>) -> Double {
        uniform(range.lowerBound, range.upperBound)
    }

    /// Uniform in the range.
    public mutating func integer(in range: ClosedRange<Int>) -> Int {
        range.lowerBound + index(below: range.count)
    }

    /// Uniform in `0..<count`. The bias of the modulus is below 2^-40 for the counts used here.
    public mutating func index(below count: Int) -> Int {
        precondition(count > 0, "a choice was asked for among \(count) things")
        return Int(next() % UInt64(count))
    }

    /// True with that probability.
    public mutating func chance(_ probability: Double) -> Bool {
        fraction() < probability
    }

    /// Standard normal, by Box and Muller's transform. Draws two numbers and keeps one, so that the
    /// stream's position does not depend on an odd or even count.
    public mutating func gaussian() -> Double {
        let radius = sqrt(-2 * log(1 - fraction()))
        return radius * cos(2 * .pi * fraction())
    }

    /// The same elements in random order (Fisher and Yates).
    public mutating func shuffled<Element>(_ elements: [Element]) -> [Element] {
        var elements = elements
        for last in stride(from: elements.count - 1, to: 0, by: -1) {
            elements.swapAt(last, index(below: last + 1))
        }
        return elements
    }
}
