/// A seeded 64-bit hash of bytes for tables in memory: eight bytes a step, folded by a 64 × 64 →
/// 128 bit multiplication. About 5 ns for a topic of 30 bytes. Not for storage and not
/// cryptographic.
public enum ByteHash {
    private static let first: UInt64 = 0x9E37_79B9_7F4A_7C15
    private static let second: UInt64 = 0xD6E8_FEB8_6659_FD93

    public static func hash(_ bytes: Span<UInt8>, seed: UInt64 = 0) -> UInt64 {
        // Safety: the raw view lives as long as the span it is taken from.
        let raw = unsafe bytes.bytes
        let count = raw.byteCount
        var state = fold(seed ^ first, second ^ UInt64(truncatingIfNeeded: count))
        var offset = 0
        while offset + 8 <= count {
            // Safety: any eight bytes are a valid UInt64, and the span checks the bounds.
            let word = unsafe raw.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
            state = fold(state ^ word, first)
            offset += 8
        }
        if offset < count {
            var word: UInt64 = 0
            var shift: UInt64 = 0
            while offset < count {
                word |= UInt64(bytes[offset]) << shift
                shift += 8
                offset += 1
            }
            state = fold(state ^ word, second)
        }
        return fold(state, first ^ second)
    }

    /// Mixes two numbers into one; also used to join a time with a payload's hash.
    public static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right | 1)
        return product.high ^ product.low
    }
}
