/// How a feed is named everywhere: `[<broker>!]<topic>[:<field>]`, with every byte outside
/// `A–Z a–z 0–9 _ . - : ! /` written `%XX` and an empty level `%00`, so that the key can stand in a
/// topic that we publish (product.md, The words).
public enum FeedKey {
    /// - Parameters:
    ///   - broker: the name of a broker other than the first; nil for the first.
    ///   - field: nil where the payload has one field only.
    public static func make(broker: String?, topic: String, field: String?) -> String {
        var key = ""
        if let broker {
            append(broker, to: &key)
            key += "!"
        }
        for (index, level) in topic.split(separator: "/", omittingEmptySubsequences: false)
            .enumerated()
        {
            if index > 0 { key += "/" }
            if level.isEmpty { key += "%00" } else { append(String(level), to: &key) }
        }
        if let field {
            key += ":"
            append(field, to: &key)
        }
        return key
    }

    private static func append(_ text: String, to key: inout String) {
        for byte in text.utf8 {
            if isPlain(byte) {
                key.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                key += "%"
                key.unicodeScalars.append(hexadecimal(byte >> 4))
                key.unicodeScalars.append(hexadecimal(byte & 15))
            }
        }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        case UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: ":"),
            UInt8(ascii: "!"):
            true
        default: false
        }
    }

    private static func hexadecimal(_ digit: UInt8) -> Unicode.Scalar {
        Unicode.Scalar(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "A") + digit - 10)
    }
}
