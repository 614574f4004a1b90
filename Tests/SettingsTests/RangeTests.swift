import Testing

@testable import Settings

/// Both ends of every range: the last value that is allowed, and the first one that is not.
@Suite("The range of a setting")
struct RangeTests {
    struct Range: Sendable, CustomTestStringConvertible {
        /// The file, with `VALUE` where the value stands.
        var text: String
        var allowed: [String]
        var refused: [String]

        var testDescription: String { text }
    }

    private static func broker(_ key: String, _ allowed: [String], _ refused: [String]) -> Range {
        Range(
            text: "broker: {url: mqtt://localhost, \(key): VALUE}\nfeeds: [{topic: a}]\n",
            allowed: allowed,
            refused: refused,
        )
    }

    private static func feed(_ key: String, _ allowed: [String], _ refused: [String]) -> Range {
        Range(
            text: "feeds: [{topic: a, \(key): VALUE}]\n",
            allowed: allowed,
            refused: refused,
        )
    }

    private static func top(_ line: String, _ allowed: [String], _ refused: [String]) -> Range {
        Range(text: "\(line)\nfeeds: [{topic: a}]\n", allowed: allowed, refused: refused)
    }

    private static func letters(_ count: Int) -> String { String(repeating: "n", count: count) }

    static let all = [
        broker("qos", ["0", "1"], ["-1", "3"]),
        broker("keepAlive", ["5s", "65535s"], ["4s", "65536s"]),
        broker("sessionExpiry", ["60s", "4294967294s"], ["59s", "4294967295s"]),
        broker("receiveMaximum", ["1", "65535"], ["0", "65536"]),
        broker("maximumPacketSize", ["1024B", "256MiB"], ["1023B", "268435457B"]),
        broker("name", ["n", letters(64)], ["\"\"", letters(65)]),
        broker("clientID", ["n", letters(256)], [letters(257), "\"a\\tb\"", "\"a\\x1fb\""]),
        feed("period", ["1ms", "31536000s"], ["999us", "31536001s"]),
        feed("window", ["1s", "60s"], ["999ms", "60001ms"]),
        top("store: {commitInterval: VALUE}", ["10ms", "10s"], ["9ms", "10001ms"]),
        top(
            "store: {retention: {maxBytes: VALUE}}",
            ["16MiB", "1024TiB"],
            ["16777215B", "1025TiB"]
        ),
        top("discovery: {limit: VALUE}", ["1", "1048576"], ["0", "1048577"]),
        top("discovery: {forgetAfter: VALUE}", ["1h"], ["3599s"]),
        feed(
            "alarm",
            ["{timeToRespond: 1s}", "{timeToRespond: 365d}"],
            ["{timeToRespond: 999ms}", "{timeToRespond: 366d}"]
        ),
    ]

    @Test("includes its ends, and nothing beyond", arguments: all)
    func ends(range: Range) {
        for value in range.allowed {
            let found = problems(of: range.text.replacing("VALUE", with: value))
                .filter { $0.severity == .error }
            #expect(found.isEmpty, "\(value): \(found)")
        }
        for value in range.refused {
            #expect(throws: ConfigurationProblems.self, "\(value)") {
                try parse(range.text.replacing("VALUE", with: value))
            }
        }
    }
}
