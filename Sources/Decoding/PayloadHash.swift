/// A fast hash of 64 bits for recognising equal payloads and keys; not meant against forgery.
///
/// Sixteen bytes a step are folded by one full 64 × 64 bit multiplication, whose halves are
/// combined by exclusive or, so that every input bit reaches every output bit. The constants are
/// the fractional parts of √2, √3 and √5, made odd. About 10 ns for 100 bytes.
enum PayloadHash {
    private static var first: UInt64 { 0x6A09_E667_F3BC_C909 }
    private static var second: UInt64 { 0xBB67_AE85_84CA_A73B }
    private static var third: UInt64 { 0x3C6E_F372_FE94_F82B }

    /// The hash of `bytes` under a seed. Equal bytes and seed give an equal hash on every machine.
    static func hash(_ bytes: Span<UInt8>, seed: UInt64 = 0) -> UInt64 {
        var state = seed ^ first
        var offset = 0
        let count = bytes.count
        while offset &+ 16 <= count {
            state = fold(
                bytes.word(at: offset) ^ second ^ state,
                bytes.word(at: offset &+ 8) ^ third,
            )
            offset &+= 16
        }
        let rest = count &- offset
        var low: UInt64 = 0
        var high: UInt64 = 0
        if count >= 16 {
            // The last sixteen bytes, of which the loop may have had some: no loop for the rest.
            low = bytes.word(at: count &- 16)
            high = bytes.word(at: count &- 8)
        } else {
            low = bytes.paddedWord(at: 0, count: rest)
            high = rest > 8 ? bytes.paddedWord(at: 8, count: rest &- 8) : 0
        }
        state = fold(low ^ second ^ state, high ^ third)
        return fold(state ^ first, UInt64(truncatingIfNeeded: count) ^ second)
    }

    @inline(__always)
    private static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }
}
