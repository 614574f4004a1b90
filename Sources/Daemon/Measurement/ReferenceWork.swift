/// A fixed piece of work that is made of what checks are made of, so that a check's cost can be told
/// in a unit that holds on other machines.
///
/// A turn is a step of a generator of integers, a read of a table that lies in the nearest cache, an
/// addition of doubles that waits for it, and a comparison. It must never change: every committed
/// ratio rests on it.
struct ReferenceWork {
    private static let turns = 100_000
    private let table = (0..<256).map { Double($0 * 37 % 251) }
    private var state: UInt64 = 1
    private var sum = 0.0

    /// - Returns: seconds that a turn took, of processor time.
    mutating func measure() -> Double {
        let began = CheckMeasurement.processorSeconds()
        work()
        return (CheckMeasurement.processorSeconds() - began) / Double(Self.turns)
    }

    // What it comes to is kept, or the optimiser would leave it out.
    @inline(never)
    private mutating func work() {
        for _ in 0..<Self.turns {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            sum += table[Int(state >> 56)]
            if sum > 1_000_000 { sum -= 999_983.5 }
            state &+= UInt64(sum)
        }
    }
}
