/// Eight bytes at a time: the only loads of the decoder that are wider than a byte.
extension Span where Element == UInt8 {
    /// The eight bytes from `offset`, the first in the lowest bits. Stops when they are not all
    /// within the span.
    @inline(__always)
    func word(at offset: Int) -> UInt64 {
        // Safety: `unsafeLoadUnaligned` checks its bounds, and every bit pattern is a UInt64.
        let word = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
        return UInt64(littleEndian: word)
    }

    /// The bytes from `offset`, at most eight of them, padded with zeros.
    @inline(__always)
    func paddedWord(at offset: Int, count length: Int) -> UInt64 {
        if offset &+ 8 <= count {
            let word = word(at: offset)
            return length >= 8 ? word : word & ((1 << UInt64(length &* 8)) &- 1)
        }
        var word: UInt64 = 0
        for index in 0..<Swift.min(length, 8) {
            word |= UInt64(self[offset + index]) << UInt64(index * 8)
        }
        return word
    }

    /// Whether the array holds the same bytes.
    func hasSameBytes(as other: [UInt8]) -> Bool {
        let other = other.span
        guard count == other.count else { return false }
        for index in 0..<count where self[index] != other[index] { return false }
        return true
    }
}
