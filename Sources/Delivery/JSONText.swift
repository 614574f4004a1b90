import Alarms

/// Writes one JSON document, member by member, in the order in which it is told.
///
/// Foundation's encoder would do, but gives the members of an object no order of their own: equal
/// alarms must give equal bytes, and a person reads them. What is nil is left out, never `null`.
/// Numbers that are not finite are left out too. About 20 µs for an alarm in release, most of it its seven instants.
struct JSONText {
    private(set) var bytes: [UInt8] = []
    private var needsComma = false

    init() {
        bytes.reserveCapacity(2_048)
    }

    mutating func object(_ name: String? = nil, _ members: (inout JSONText) -> Void) {
        enclose(name, UInt8(ascii: "{"), UInt8(ascii: "}"), members)
    }

    mutating func array(_ name: String, _ elements: [String]) {
        enclose(name, UInt8(ascii: "["), UInt8(ascii: "]")) { json in
            for element in elements {
                json.separate()
                json.quote(element)
                json.needsComma = true
            }
        }
    }

    mutating func array<Element>(
        _ name: String,
        of elements: [Element],
        _ members: (inout JSONText, Element) -> Void,
    ) {
        enclose(name, UInt8(ascii: "["), UInt8(ascii: "]")) { json in
            for element in elements { json.object { members(&$0, element) } }
        }
    }

    mutating func member(_ name: String, _ value: String?) {
        guard let value else { return }
        begin(name)
        quote(value)
    }

    mutating func member(_ name: String, _ value: Bool?) {
        guard let value else { return }
        begin(name)
        bytes += (value ? "true" : "false").utf8
    }

    mutating func member(_ name: String, _ value: Int64?) {
        guard let value else { return }
        begin(name)
        bytes += String(value).utf8
    }

    mutating func member(_ name: String, _ value: Int?) {
        member(name, value.map { Int64($0) })
    }

    mutating func member(_ name: String, _ value: Double?) {
        guard let value, value.isFinite else { return }
        begin(name)
        bytes += PlainText.number(value).utf8
    }

    // MARK: Parts

    private mutating func enclose(
        _ name: String?,
        _ open: UInt8,
        _ close: UInt8,
        _ content: (inout JSONText) -> Void,
    ) {
        if let name { begin(name) } else { separate() }
        bytes.append(open)
        needsComma = false
        content(&self)
        bytes.append(close)
        needsComma = true
    }

    private mutating func begin(_ name: String) {
        separate()
        quote(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
    }

    /// RFC 8259 section 7: only the quote, the backslash and control characters need an escape.
    private mutating func quote(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case UInt8(ascii: "\n"): bytes += "\\n".utf8
            case UInt8(ascii: "\r"): bytes += "\\r".utf8
            case UInt8(ascii: "\t"): bytes += "\\t".utf8
            case 0..<0x20:
                let digits = String(byte, radix: 16)
                bytes += "\\u00\(digits.count == 1 ? "0" : "")\(digits)".utf8
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
