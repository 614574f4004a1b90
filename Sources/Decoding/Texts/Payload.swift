/// What surrounds the content of any text payload.
enum Payload {
    /// The content's bytes: without a byte order mark in front, one trailing NUL (a C string that
    /// was sent with its end) and white space at either side.
    static func content(_ payload: Span<UInt8>) -> Range<Int> {
        var range = 0..<payload.count
        if payload.count >= 3, payload[0] == 0xEF, payload[1] == 0xBB, payload[2] == 0xBF {
            range = 3..<payload.count
        }
        if let last = range.last, payload[last] == 0 { range = range.lowerBound..<last }
        return trimmed(payload, range)
    }

    /// The range without white space at either side.
    @inline(__always)
    static func trimmed(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
        var start = range.lowerBound
        var end = range.upperBound
        while start < end, isSpace(bytes[start]) { start &+= 1 }
        while end > start, isSpace(bytes[end &- 1]) { end &-= 1 }
        return start..<end
    }

    /// Space, tab, line feed, carriage return.
    @inline(__always)
    static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }
}
