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
            state = fold(state ^ rest(of: bytes, from: offset), second)
        }
        return fold(state, first ^ second)
    }

    /// The bytes from `offset`, at most seven of them, padded with zeros.
    private static func rest(of bytes: Span<UInt8>, from offset: Int) -> UInt64 {
        let count = bytes.count
        if count >= 8 {
            // Safety: as above, eight bytes from the end.
            let word = unsafe bytes.bytes.unsafeLoadUnaligned(
                fromByteOffset: count &- 8,
                as: UInt64.self,
            )
            return word >> UInt64((8 &- (count &- offset)) &* 8)
        }
        var word: UInt64 = 0
        for index in offset..<count { word |= UInt64(bytes[index]) << UInt64((index - offset) * 8) }
        return word
    }

    /// Whether two spans hold the same bytes, eight at a time.
    static func isEqual(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
        let count = left.count
        guard count == right.count else { return false }
        var offset = 0
        // Safety: the raw views live as long as their spans.
        let (leftRaw, rightRaw) = unsafe (left.bytes, right.bytes)
        while offset &+ 8 <= count {
            // Safety: any eight bytes are a valid UInt64, and the spans check the bounds.
            let mine = unsafe leftRaw.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
            let theirs = unsafe rightRaw.unsafeLoadUnaligned(
                fromByteOffset: offset,
                as: UInt64.self,
            )
            if mine != theirs { return false }
            offset &+= 8
        }
        return offset == count || rest(of: left, from: offset) == rest(of: right, from: offset)
    }

    /// Mixes two numbers into one; also used to join a time with a payload's hash.
    public static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right | 1)
        return product.high ^ product.low
    }
}
