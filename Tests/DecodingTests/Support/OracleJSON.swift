/// A slow, plain reader of JSON for comparison, after the diagrams of RFC 8259: over an array of
/// Unicode scalars, by recursion, with a dictionary for keys and `Double(String)` for numbers. It
/// shares no line with the decoder.
struct OracleJSON {
    indirect enum Value {
        case null
        case boolean(Bool)
        case number(Double)
        case string([Unicode.Scalar])
        case array([Value])
        case object([(key: String, value: Value)])
    }

    struct Refusal: Error {}

    private var scalars: [Unicode.Scalar]
    private var position = 0
    private var depth = 0

    /// The document, or nil if it is none.
    static func read(_ bytes: [UInt8]) -> Value? {
        var bytes = bytes[...]
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
        if bytes.last == 0 { bytes = bytes.dropLast() }
        guard let text = String(validating: Array(bytes), as: UTF8.self) else { return nil }
        var reader = OracleJSON(scalars: Array(text.unicodeScalars))
        guard let value = try? reader.value() else { return nil }
        reader.skipSpace()
        return reader.position == reader.scalars.count ? value : nil
    }

    private init(scalars: [Unicode.Scalar]) {
        self.scalars = scalars
    }

    private var next: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    private mutating func take() throws -> Unicode.Scalar {
        guard let next else { throw Refusal() }
        position += 1
        return next
    }

    private mutating func expect(_ text: String) throws {
        for scalar in text.unicodeScalars where try take() != scalar { throw Refusal() }
    }

    private mutating func skipSpace() {
        while let next, " \n\r\t".unicodeScalars.contains(next) { position += 1 }
    }

    private mutating func value() throws -> Value {
        skipSpace()
        switch next {
        case "{": return .object(try nested { try $0.members() })
        case "[": return .array(try nested { try $0.elements() })
        case "\"": return .string(try string())
        case "t":
            try expect("true")
            return .boolean(true)
        case "f":
            try expect("false")
            return .boolean(false)
        case "n":
            try expect("null")
            return .null
        default: return .number(try number())
        }
    }

    private mutating func nested<Result>(_ read: (inout Self) throws -> Result) throws -> Result {
        depth += 1
        if depth > 64 { throw Refusal() }
        let result = try read(&self)
        depth -= 1
        return result
    }

    private mutating func members() throws -> [(key: String, value: Value)] {
        try expect("{")
        var members: [(key: String, value: Value)] = []
        // Keys are compared by scalars: `String` would call canonical equivalents equal.
        var keys: Set<[Unicode.Scalar]> = []
        skipSpace()
        if next == "}" {
            position += 1
            return members
        }
        while true {
            skipSpace()
            let key = try string()
            guard keys.insert(key).inserted else { throw Refusal() }
            skipSpace()
            try expect(":")
            let value = try value()
            var text = ""
            text.unicodeScalars.append(contentsOf: key)
            members.append((text, value))
            skipSpace()
            switch try take() {
            case "}": return members
            case ",": continue
            default: throw Refusal()
            }
        }
    }

    private mutating func elements() throws -> [Value] {
        try expect("[")
        var elements: [Value] = []
        skipSpace()
        if next == "]" {
            position += 1
            return elements
        }
        while true {
            elements.append(try value())
            skipSpace()
            switch try take() {
            case "]": return elements
            case ",": continue
            default: throw Refusal()
            }
        }
    }

    private mutating func string() throws -> [Unicode.Scalar] {
        try expect("\"")
        var text: [Unicode.Scalar] = []
        while true {
            let scalar = try take()
            if scalar == "\"" { return text }
            if scalar.value < 0x20 { throw Refusal() }
            text.append(scalar == "\\" ? try escape() : scalar)
        }
    }

    private mutating func escape() throws -> Unicode.Scalar {
        let kind = try take()
        let plain: [Unicode.Scalar: Unicode.Scalar] = [
            "\"": "\"", "\\": "\\", "/": "/", "b": "\u{8}", "f": "\u{C}", "n": "\n", "r": "\r",
            "t": "\t",
        ]
        if let scalar = plain[kind] { return scalar }
        guard kind == "u" else { throw Refusal() }
        let first = try hexadecimal()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xDC00 else { throw Refusal() }
        try expect("\\u")
        let second = try hexadecimal()
        guard (0xDC00...0xDFFF).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) * 0x400 + (second - 0xDC00))
        else { throw Refusal() }
        return scalar
    }

    private mutating func hexadecimal() throws -> UInt32 {
        var text = ""
        for _ in 0..<4 { text.unicodeScalars.append(try take()) }
        guard text.allSatisfy(\.isHexDigit), text.utf8.count == 4,
            let value = UInt32(text, radix: 16)
        else { throw Refusal() }
        return value
    }

    private mutating func number() throws -> Double {
        var text = ""
        while let next, "+-.0123456789eE".unicodeScalars.contains(next) {
            text.unicodeScalars.append(next)
            position += 1
        }
        guard text.wholeMatch(of: /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/) != nil,
            let value = Double(text)
        else { throw Refusal() }
        return value
    }
}
