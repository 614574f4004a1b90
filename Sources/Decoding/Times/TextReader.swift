/// Reads the pieces of times in text form: digits, names, zone offsets.
struct TextReader {
    /// The next byte of the text that is passed to each method.
    var position: Int

    /// Moves behind `byte` if it comes next.
    @inline(__always)
    mutating func skip(_ byte: Unicode.Scalar, _ text: Span<UInt8>) -> Bool {
        guard position < text.count, UInt32(text[position]) == byte.value else { return false }
        position += 1
        return true
    }

    /// Exactly `count` digits.
    mutating func digits(_ count: Int, _ text: Span<UInt8>) -> Int64? {
        guard position + count <= text.count else { return nil }
        var value: Int64 = 0
        for index in position..<position + count {
            let digit = text[index] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            value = value * 10 + Int64(digit)
        }
        position += count
        return value
    }

    /// The next three letters in lower case, as a word of their bytes.
    mutating func threeLetters(_ text: Span<UInt8>) -> UInt64? {
        guard position + 3 <= text.count else { return nil }
        position += 3
        return TextValue.lowercased(text.extracting(position - 3..<position))
    }

    /// Up to nine digits of a fraction, as nanoseconds; nil for none or more.
    mutating func nanoseconds(_ text: Span<UInt8>) -> Int64? {
        var value: Int64 = 0
        var count = 0
        while position < text.count {
            let digit = text[position] &- UInt8(ascii: "0")
            guard digit < 10 else { break }
            guard count < 9 else { return nil }
            value = value * 10 + Int64(digit)
            count += 1
            position += 1
        }
        guard count > 0 else { return nil }
        for _ in count..<9 { value *= 10 }
        return value
    }

    /// `Z`, `UTC`, `GMT`, `±hh:mm`, `±hhmm` or `±hh` in seconds ahead of UTC; nil: none of them.
    mutating func offset(_ text: Span<UInt8>) -> Int64? {
        guard position < text.count else { return nil }
        let sign = text[position]
        if sign | 0x20 == UInt8(ascii: "z") {
            position += 1
            return 0
        }
        guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else {
            // utc, gmt
            guard let name = threeLetters(text), name == 0x63_7475 || name == 0x74_6D67 else {
                return nil
            }
            return 0
        }
        position += 1
        guard let hours = digits(2, text), hours < 24 else { return nil }
        var minutes: Int64 = 0
        let isSeparated = skip(":", text)
        if isSeparated || position < text.count {
            guard let written = digits(2, text), written < 60 else { return nil }
            minutes = written
        }
        let seconds = hours * 3_600 + minutes * 60
        return sign == UInt8(ascii: "-") ? -seconds : seconds
    }
}
