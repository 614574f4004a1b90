import Monitoring

/// A JSON value that was read: what it is, and where its bytes are.
struct JSONToken: Sendable {
    enum Kind: UInt8, Sendable {
        /// The document does not have it.
        case absent
        case null
        case boolean
        case number
        case string
        /// An object or an array.
        case container
    }

    var kind = Kind.absent
    /// Of a boolean.
    var isTrue = false
    /// Whether a string holds escapes, so that its bytes are not its text.
    var isEscaped = false
    /// First byte of a string's content, or of the value.
    var start: Int32 = 0
    /// Behind the last byte.
    var end: Int32 = 0
    /// Of a number.
    var number = DecimalNumber()

    /// The value's bytes within the document; those of a string without its quotes.
    var range: Range<Int> { Int(start)..<Int(end) }

    @inline(__always)
    static func number(_ number: DecimalNumber, _ range: Range<Int>) -> JSONToken {
        JSONToken(
            kind: .number,
            start: Int32(truncatingIfNeeded: range.lowerBound),
            end: Int32(truncatingIfNeeded: range.upperBound),
            number: number,
        )
    }

    /// A string with this content.
    @inline(__always)
    static func string(_ range: Range<Int>, isEscaped: Bool) -> JSONToken {
        JSONToken(
            kind: .string,
            isEscaped: isEscaped,
            start: Int32(truncatingIfNeeded: range.lowerBound),
            end: Int32(truncatingIfNeeded: range.upperBound),
        )
    }

    /// An object or array at these bytes.
    static func container(_ range: Range<Int>) -> JSONToken {
        JSONToken(
            kind: .container,
            start: Int32(truncatingIfNeeded: range.lowerBound),
            end: Int32(truncatingIfNeeded: range.upperBound),
        )
    }

    /// Reads a value that is neither object nor array from `position`, which moves behind it.
    @inline(__always)
    static func scalar(
        _ bytes: Span<UInt8>,
        at position: inout Int,
    ) throws(DecodeFailure) -> JSONToken {
        let first = try JSONText.byte(bytes, position)
        var token = JSONToken()
        if first == UInt8(ascii: "\"") {
            token.kind = .string
            let start = position &+ 1
            let end = try JSONText.endOfString(bytes, from: start, isEscaped: &token.isEscaped)
            token.start = Int32(truncatingIfNeeded: start)
            token.end = Int32(truncatingIfNeeded: end)
            position = end &+ 1
            return token
        }
        token.start = Int32(truncatingIfNeeded: position)
        if first &- UInt8(ascii: "0") < 10 || first == UInt8(ascii: "-") {
            token.kind = .number
            token.number = try DecimalNumber.json(bytes, at: &position)
        } else {
            try literal(first, bytes, at: &position, into: &token)
        }
        token.end = Int32(truncatingIfNeeded: position)
        return token
    }

    private static func literal(
        _ first: UInt8,
        _ bytes: Span<UInt8>,
        at position: inout Int,
        into token: inout JSONToken,
    ) throws(DecodeFailure) {
        switch first {
        case UInt8(ascii: "t"):
            try JSONText.skipLiteral(0x6575_7274, 4, bytes, &position)
            token.kind = .boolean
            token.isTrue = true
        case UInt8(ascii: "f"):
            try JSONText.skipLiteral(0x65_736C_6166, 5, bytes, &position)
            token.kind = .boolean
        case UInt8(ascii: "n"):
            try JSONText.skipLiteral(0x6C6C_756E, 4, bytes, &position)
            token.kind = .null
        default:
            throw DecodeFailure(.syntax, at: position)
        }
    }
}
