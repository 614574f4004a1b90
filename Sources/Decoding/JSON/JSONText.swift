import Monitoring

/// The lexical parts of RFC 8259: white space, strings, literals. Strict, and bounds-checked.
enum JSONText {
    /// Moves `position` behind white space. Cost: one comparison where there is none.
    @inline(__always)
    static func skipSpace(_ bytes: Span<UInt8>, _ position: inout Int) {
        while position < bytes.count, bytes[position] <= 0x20, Payload.isSpace(bytes[position]) {
            position &+= 1
        }
    }

    /// The byte at `position`; a document that ends here is truncated.
    @inline(__always)
    static func byte(_ bytes: Span<UInt8>, _ position: Int) throws(DecodeFailure) -> UInt8 {
        guard position < bytes.count else { throw DecodeFailure(.truncated, at: bytes.count) }
        return bytes[position]
    }

    /// Moves `position` behind `true`, `false` or `null`, given as a word of its bytes, the first
    /// in the lowest bits.
    static func skipLiteral(
        _ literal: UInt64,
        _ count: Int,
        _ bytes: Span<UInt8>,
        _ position: inout Int,
    ) throws(DecodeFailure) {
        for index in 0..<count {
            let expected = UInt8(truncatingIfNeeded: literal >> UInt64(index * 8))
            guard try byte(bytes, position) == expected else {
                throw DecodeFailure(.syntax, at: position)
            }
            position += 1
        }
    }

    // MARK: Strings

    /// The place of the quote that closes the string whose first byte is at `start`. Everything
    /// between is checked: control characters, escapes, surrogate pairs, UTF-8.
    @inline(__always)
    static func endOfString(
        _ bytes: Span<UInt8>,
        from start: Int,
        isEscaped: inout Bool,
    ) throws(DecodeFailure) -> Int {
        var position = start
        while true {
            while position &+ 8 <= bytes.count {
                let special = specialBytes(bytes.word(at: position))
                if special != 0 {
                    position &+= special.trailingZeroBitCount >> 3
                    break
                }
                position &+= 8
            }
            let byte = try byte(bytes, position)
            if byte == UInt8(ascii: "\"") { return position }
            if byte == UInt8(ascii: "\\") {
                isEscaped = true
                try skipEscape(bytes, &position)
            } else if byte >= 0x80 {
                try skipSequence(bytes, &position)
            } else if byte < 0x20 {
                throw DecodeFailure(.syntax, at: position)
            } else {
                position &+= 1
            }
        }
    }

    /// The top bit of each byte that is no plain character of a string: a control character, a
    /// quote, a backslash or beyond ASCII. The lowest set bit is exact; the borrow of the
    /// subtraction may set bits above it for nothing.
    @inline(__always)
    private static func specialBytes(_ word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quotes = word ^ (ones &* 0x22)
        let backslashes = word ^ (ones &* 0x5C)
        let controls = (word &- ones &* 0x20) & ~word
        let isSpecial =
            controls | ((quotes &- ones) & ~quotes) | ((backslashes &- ones) & ~backslashes) | word
        return isSpecial & (ones &* 0x80)
    }

    private static func skipEscape(
        _ bytes: Span<UInt8>,
        _ position: inout Int,
    ) throws(DecodeFailure) {
        let start = position
        switch try byte(bytes, position + 1) {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
            UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            position += 2
        case UInt8(ascii: "u"):
            let unit = try codeUnit(bytes, at: position + 2)
            position += 6
            guard unit & 0xF800 == 0xD800 else { return }
            guard unit < 0xDC00,
                try byte(bytes, position) == UInt8(ascii: "\\"),
                try byte(bytes, position + 1) == UInt8(ascii: "u"),
                try codeUnit(bytes, at: position + 2) & 0xFC00 == 0xDC00
            else { throw DecodeFailure(.loneSurrogate, at: start) }
            position += 6
        default:
            throw DecodeFailure(.syntax, at: position + 1)
        }
    }

    /// Four hexadecimal digits.
    private static func codeUnit(
        _ bytes: Span<UInt8>,
        at start: Int,
    ) throws(DecodeFailure) -> UInt32 {
        var unit: UInt32 = 0
        for index in start..<start + 4 {
            let digit = try byte(bytes, index)
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): unit = unit << 4 | UInt32(digit & 0x0F)
            case UInt8(ascii: "A")...UInt8(ascii: "F"), UInt8(ascii: "a")...UInt8(ascii: "f"):
                unit = unit << 4 | (UInt32(digit & 0x0F) + 9)
            default: throw DecodeFailure(.syntax, at: index)
            }
        }
        return unit
    }

    /// Moves behind one well-formed UTF-8 sequence of two to four bytes (RFC 3629: no overlong
    /// form, no surrogate, nothing above U+10FFFF).
    private static func skipSequence(
        _ bytes: Span<UInt8>,
        _ position: inout Int,
    ) throws(DecodeFailure) {
        let lead = bytes[position]
        var allowed: ClosedRange<UInt8> = 0x80...0xBF
        let length: Int
        switch lead {
        case 0xC2...0xDF: length = 2
        case 0xE0: (length, allowed) = (3, 0xA0...0xBF)
        case 0xED: (length, allowed) = (3, 0x80...0x9F)
        case 0xE1...0xEF: length = 3
        case 0xF0: (length, allowed) = (4, 0x90...0xBF)
        case 0xF4: (length, allowed) = (4, 0x80...0x8F)
        case 0xF1...0xF3: length = 4
        default: throw DecodeFailure(.invalidUTF8, at: position)
        }
        for index in position + 1..<position + length {
            guard allowed.contains(try byte(bytes, index)) else {
                throw DecodeFailure(.invalidUTF8, at: position)
            }
            allowed = 0x80...0xBF
        }
        position += length
    }

    // MARK: Decoding

    /// The text of a string that `endOfString` has checked, with its escapes resolved, into
    /// `text`, which is emptied first.
    static func unescape(_ bytes: Span<UInt8>, into text: inout [UInt8]) {
        text.removeAll(keepingCapacity: true)
        var index = 0
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "\\") else {
                text.append(bytes[index])
                index += 1
                continue
            }
            let kind = bytes[index + 1]
            index += 2
            switch kind {
            case UInt8(ascii: "b"): text.append(0x08)
            case UInt8(ascii: "f"): text.append(0x0C)
            case UInt8(ascii: "n"): text.append(0x0A)
            case UInt8(ascii: "r"): text.append(0x0D)
            case UInt8(ascii: "t"): text.append(0x09)
            case UInt8(ascii: "u"): append(scalar(bytes, &index), to: &text)
            default: text.append(kind)
            }
        }
    }

    /// The character whose four digits, and those of its second half, begin at `index`.
    private static func scalar(_ bytes: Span<UInt8>, _ index: inout Int) -> UInt32 {
        guard let unit = try? codeUnit(bytes, at: index) else { return 0xFFFD }
        index += 4
        guard unit & 0xFC00 == 0xD800, let low = try? codeUnit(bytes, at: index + 2) else {
            return unit
        }
        index += 6
        return 0x10000 + (unit & 0x3FF) << 10 + (low & 0x3FF)
    }

    private static func append(_ scalar: UInt32, to text: inout [UInt8]) {
        switch scalar {
        case ..<0x80: text.append(UInt8(scalar))
        case ..<0x800:
            text.append(UInt8(0xC0 | scalar >> 6))
            text.append(UInt8(0x80 | scalar & 0x3F))
        case ..<0x10000:
            text.append(UInt8(0xE0 | scalar >> 12))
            text.append(UInt8(0x80 | scalar >> 6 & 0x3F))
            text.append(UInt8(0x80 | scalar & 0x3F))
        default:
            text.append(UInt8(0xF0 | scalar >> 18))
            text.append(UInt8(0x80 | scalar >> 12 & 0x3F))
            text.append(UInt8(0x80 | scalar >> 6 & 0x3F))
            text.append(UInt8(0x80 | scalar & 0x3F))
        }
    }
}
