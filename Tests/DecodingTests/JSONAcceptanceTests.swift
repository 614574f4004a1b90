import Decoding
import Monitoring
import TestSupport
import Testing

/// What is JSON and what is not, and why not: known answers.
@Suite("JSON acceptance")
struct JSONAcceptanceTests {
    private static let json = PayloadSettings(format: "json")

    @Test(
        "a document by RFC 8259 is read",
        arguments: [
            "{}", "[]", "0", "-0", "-0.0e-0", "1e5", "1E+5", "1.25e-3", "true", "false", "null",
            "\"\"", "\"a\"", " \t\r\n{ \t\r\n\"a\" \t\r\n: \t\r\n1 \t\r\n, \"b\" : [ ] } \n",
            "[1 , 2,[ ],{ }]", "{\"a\":{\"a\":{\"a\":1}}}", "[[],[[]],{}]",
            "{\"\":1}", "{\"a\\u0000b\":1}", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\"",
            "\"\\uD834\\uDD1E\"", "\"\\uFFFF\\uFFFE\"", "\"\u{7F}\u{80}\u{7FF}\u{800}\u{FFFD}\"",
            "\"\u{10FFFF}\u{10000}\"", "{\"é\":1,\"e\u{301}\":2}", "{\"a\":1,\"A\":2}",
            "[{\"a\":1},{\"a\":2}]", "{\"a\":1,\"b\":{\"a\":1}}", "123456789012345678901234567890",
            "0.00000000000000000000000000000000000000001", "1e99999", "-1e99999", "1e-99999",
            "\u{FEFF}{\"v\":1}", "{\"v\":1}\0",
        ]
    )
    func accepted(_ document: String) {
        #expect(problem(document, Self.json) == nil)
    }

    @Test(
        "what is no document is refused with its reason and the byte where reading stopped",
        arguments: [
            ("{\"v\":1,}", DecodeProblem.syntax, 7), ("[1,]", .syntax, 3), ("[,1]", .syntax, 1),
            ("{,}", .syntax, 1), ("{\"a\" 1}", .syntax, 5), ("{\"a\"::1}", .syntax, 5),
            ("{a:1}", .syntax, 1), ("{'a':1}", .syntax, 1), ("{1:1}", .syntax, 1),
            ("[1 2]", .syntax, 3), ("[1;2]", .syntax, 2), ("{\"v\":1/*c*/}", .syntax, 6),
            ("// c\n1", .syntax, 0), ("NaN", .syntax, 0), ("[NaN]", .syntax, 1),
            ("[Infinity]", .syntax, 1), ("[-Infinity]", .syntax, 2), ("+1", .syntax, 0),
            ("[+1]", .syntax, 1), ("[01]", .syntax, 1), ("[-01]", .syntax, 2), ("[1.]", .syntax, 3),
            ("[.5]", .syntax, 1), ("[1.e5]", .syntax, 3), ("[1e]", .syntax, 3),
            ("[1e+]", .syntax, 4), ("[-]", .syntax, 2), ("[0x1F]", .syntax, 2),
            ("[1_000]", .syntax, 2), ("[tru]", .syntax, 4), ("[True]", .syntax, 1),
            ("[nul]", .syntax, 4), ("[truee]", .syntax, 5), ("[1}", .syntax, 2),
            ("{\"a\":1]", .syntax, 6), ("]", .syntax, 0), ("\"\t\"", .syntax, 1),
            ("\"a\nb\"", .syntax, 2), ("\"\\x41\"", .syntax, 2), ("\"\\'\"", .syntax, 2),
            ("\"\\u12G4\"", .syntax, 5), ("\"\\U0041\"", .syntax, 2), ("[\u{A0}1]", .syntax, 1),
            ("[\u{C}1]", .syntax, 1), ("[1]\u{A0}", .trailingContent, 3),
            ("{\"v\":1}{\"v\":2}", .trailingContent, 7), ("1 2", .trailingContent, 2),
            ("{\"v\":1}\n{\"v\":2}\n", .trailingContent, 8), ("[]]", .trailingContent, 2),
            ("{\"v\":1}\0\0", .trailingContent, 7), ("{}#", .trailingContent, 2),
            (" ", .truncated, 1), ("{", .truncated, 1), ("[", .truncated, 1),
            ("{\"a", .truncated, 3), ("{\"a\"", .truncated, 4), ("{\"a\":", .truncated, 5),
            ("{\"a\":1", .truncated, 6), ("{\"a\":1,", .truncated, 7), ("[1,", .truncated, 3),
            ("\"", .truncated, 1), ("\"\\", .truncated, 2), ("\"\\u12", .truncated, 5),
            ("-", .truncated, 1), ("1.", .truncated, 2), ("1e", .truncated, 2),
            ("tru", .truncated, 3), ("{\"v\":1,\"v\":2}", .duplicateKey, 7),
            ("{\"v\":1,\"\\u0076\":2}", .duplicateKey, 7), ("{\"\":1,\"\":2}", .duplicateKey, 6),
            ("{\"a\":{\"b\":1,\"c\":2,\"b\":3}}", .duplicateKey, 18),
            ("[{\"a\":1},{\"b\":1,\"b\":2}]", .duplicateKey, 16),
            ("{\"b\":1,\"a\":1,\"c\":1,\"a\":1}", .duplicateKey, 19),
            ("\"\\ud800\"", .loneSurrogate, 1), ("\"\\udc00\"", .loneSurrogate, 1),
            ("\"\\ud800\\ud800\"", .loneSurrogate, 1), ("\"x\\ud800x\"", .loneSurrogate, 2),
            ("\"\\ud800\\u0041\"", .loneSurrogate, 1), ("\"\\ud800\\n\"", .loneSurrogate, 1),
        ]
    )
    func refused(_ document: String, _ expected: DecodeProblem, _ offset: Int32) {
        #expect(
            decoded(document, Self.json).outcome == .undecodable(expected, offset: offset)
        )
    }

    @Test(
        "bytes that are not UTF-8 are refused at their first byte",
        arguments: [
            [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC3, 0x28], [0xE0, 0x80, 0x80],
            [0xE0, 0x9F, 0xBF], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x80, 0x80, 0x80],
            [0xF0, 0x8F, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFE],
            [0xFF], [0xE2, 0x82, 0x28], [0xF0, 0x9F, 0x98, 0x22],
        ] as [[UInt8]]
    )
    func invalidUTF8(_ sequence: [UInt8]) {
        let payload = Array("{\"v\":\"0123456789".utf8) + sequence + Array("\"}".utf8)
        let outcome = decoded(payload, Self.json).outcome
        #expect(outcome == .undecodable(.invalidUTF8, offset: 16))
        let key = Array("{\"v".utf8) + sequence + Array("\":1}".utf8)
        #expect(decoded(key, Self.json).outcome == .undecodable(.invalidUTF8, offset: 3))
    }

    @Test("nesting of 64 is read, of 65 refused, in arrays and objects")
    func depth() {
        for (open, inner, close) in [("[", "", "]"), ("{\"a\":", "1", "}")] {
            let allowed =
                String(repeating: open, count: 64) + inner + String(repeating: close, count: 64)
            #expect(problem(allowed, Self.json) == nil)
            #expect(problem(open + allowed + close, Self.json) == .tooDeep)
        }
        let bomb = String(repeating: "[", count: Limits.payloadBytes)
        #expect(decoded(bomb, Self.json).outcome == .undecodable(.tooDeep, offset: 64))
    }

    @Test("a payload above the limit is refused unread")
    func tooLarge() {
        let payload = [UInt8](repeating: 0x20, count: Limits.payloadBytes) + [0x31]
        #expect(problem(payload) == .tooLarge)
        let largest = "\"" + String(repeating: "x", count: Limits.payloadBytes - 2) + "\""
        #expect(problem(largest, Self.json) == nil)
    }

    @Test("a key given twice is found wherever it stands in an object of any size")
    func duplicateKeys() {
        var generator = SeededGenerator.printed(7, "duplicate keys")
        for count in [2, 3, 10, 100, 3_000] {
            var keys = (0..<count).map { "key\($0)" }
            keys.shuffle(using: &generator)
            let document = { (keys: [String]) in
                "{" + keys.map { "\"\($0)\":1" }.joined(separator: ",") + "}"
            }
            var decoder = Decoded([Self.json])
            let all = Array(document(keys).utf8)
            #expect(decoder.decode([all])[0].outcome == .decoded)
            for _ in 0..<10 {
                let copy = keys[generator.below(count)]
                var twice = keys
                twice.insert(copy, at: generator.below(count + 1))
                let message = decoder.decode([Array(document(twice).utf8)])[0]
                guard case .undecodable(.duplicateKey, _) = message.outcome else {
                    Issue.record("\(copy) among \(count): \(message.outcome)")
                    return
                }
                #expect(decoder.decode([all])[0].outcome == .decoded)
            }
        }
    }
}
