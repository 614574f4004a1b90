import Monitoring

/// What a text says as a value: a number, a boolean in words, NaN or an infinity.
enum TextValue {
    /// Reads a whole text; spaces round it do not count, as instruments pad their columns.
    /// nil: it is none of these. Cost: 2 ns for a text that begins like none of them.
    @inline(__always)
    static func read(_ text: Span<UInt8>) -> (kind: Sample.Kind, value: Double)? {
        guard !text.isEmpty, canBegin(text[0]) else { return nil }
        return readSlowly(text)
    }

    /// Whether a value or a space can begin with this byte: a digit, a sign, a point, or the first
    /// letter of true, false, on, off, yes, no, nan, inf.
    @inline(__always)
    private static func canBegin(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"),
            UInt8(ascii: "."), 0x09, 0x0A, 0x0D, 0x20:
            return true
        default:
            let letter = byte | 0x20
            return letter == UInt8(ascii: "t") || letter == UInt8(ascii: "f")
                || letter == UInt8(ascii: "o") || letter == UInt8(ascii: "n")
                || letter == UInt8(ascii: "y") || letter == UInt8(ascii: "i")
        }
    }

    @inline(never)
    private static func readSlowly(_ text: Span<UInt8>) -> (kind: Sample.Kind, value: Double)? {
        let range = Payload.trimmed(text, 0..<text.count)
        guard !range.isEmpty else { return nil }
        switch text[range.lowerBound] {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."):
            return number(text.extracting(range))
        case UInt8(ascii: "+"), UInt8(ascii: "-"):
            return number(text.extracting(range)) ?? signedWord(text.extracting(range))
        default:
            return boolean(text.extracting(range)) ?? nonFinite(text.extracting(range))
        }
    }

    /// A Double as a sample knows it.
    @inline(__always)
    static func sampled(_ value: Double) -> (kind: Sample.Kind, value: Double) {
        (value.isFinite ? .number : .infinite, value)
    }

    private static func number(_ text: Span<UInt8>) -> (kind: Sample.Kind, value: Double)? {
        DecimalNumber.text(text).map { sampled($0.nearestDouble(text)) }
    }

    private static func signedWord(_ text: Span<UInt8>) -> (kind: Sample.Kind, value: Double)? {
        guard let word = nonFinite(text.extracting(1..<text.count)) else { return nil }
        return (word.kind, text[0] == UInt8(ascii: "-") ? 0 - word.value : word.value)
    }

    private static func nonFinite(_ text: Span<UInt8>) -> (kind: Sample.Kind, value: Double)? {
        switch lowercased(text) {
        case 0x6E_616E: (.missing, 0)  // nan
        case 0x66_6E69, 0x7974_696E_6966_6E69: (.infinite, .infinity)  // inf, infinity
        default: nil
        }
    }

    private static func boolean(_ text: Span<UInt8>) -> (kind: Sample.Kind, value: Double)? {
        switch lowercased(text) {
        case 0x6E6F, 0x73_6579, 0x6575_7274: (.boolean, 1)  // on, yes, true
        case 0x6F6E, 0x66_666F, 0x65_736C_6166: (.boolean, 0)  // no, off, false
        default: nil
        }
    }

    /// A text of up to eight bytes as one word, its letters in lower case; 0 for a longer one. Only
    /// letters become letters so: setting bit 5 makes a lower-case letter of itself and of its
    /// capital, and of nothing else.
    @inline(__always)
    static func lowercased(_ text: Span<UInt8>) -> UInt64 {
        guard text.count <= 8 else { return 0 }
        let bits = UInt64(text.count) &* 8
        let mask: UInt64 = bits == 64 ? .max : (1 << bits) &- 1
        return text.paddedWord(at: 0, count: text.count) | (0x2020_2020_2020_2020 & mask)
    }
}
