import TestSupport
import Decoding

/// Random documents that look like those of devices, and damage as a bad line or program does it.
enum RandomJSON {
    private static let keys = [
        "a", "b", "c", "v", "value", "temperature", "a.b", "x'y", "k[0]", "", "é", "温度",
        "long key 1",
        "a longer key that does not fit", "a longer key that does not fix", "tab\\t", "\\u0061",
        "q\\\"q", "on", "0",
    ]

    private static let strings = [
        "21.5", " 21.5 ", "+5", "-3e2", ".5", "5.", "007", "ON", "off", "Yes", "no", "TRUE",
        "false",
        "NaN", "-inf", "Infinity", "12,5", "21.5 C", "0x1F", "1_000", "RUN", "", " ", "né",
        "\\u0031\\u002e5", "\\n", "tru", "truer", "1e400", "e5", "-", ".", "GOOD",
    ]

    static func document(using generator: inout SeededGenerator) -> [UInt8] {
        var text = ""
        write(&text, depth: 0, using: &generator)
        return Array(text.utf8)
    }

    private static func write(
        _ text: inout String,
        depth: Int,
        using generator: inout SeededGenerator,
    ) {
        switch generator.below(depth == 0 ? 3 : depth > 4 ? 9 : 12) {
        case 0 where depth < 5, 9, 10: object(&text, depth: depth, using: &generator)
        case 1 where depth < 5:
            depth == 0
                ? object(&text, depth: 0, using: &generator) : array(&text, depth, &generator)
        case 2 where depth < 5: array(&text, depth, &generator)
        case 3: text += ["null", "true", "false"][generator.below(3)]
        case 4, 5: text += "\"" + strings[generator.below(strings.count)] + "\""
        default: text += number(using: &generator)
        }
    }

    private static func object(
        _ text: inout String,
        depth: Int,
        using generator: inout SeededGenerator,
    ) {
        // Mostly different keys in an order of their own; now and then one comes twice.
        var names = Array(keys.shuffled(using: &generator).prefix(generator.below(6)))
        if names.count > 1, generator.below(12) == 0 { names.append(names[0]) }
        text += "{" + space(&generator)
        for (index, name) in names.enumerated() {
            if index > 0 { text += "," + space(&generator) }
            text += "\"\(name)\"" + space(&generator) + ":" + space(&generator)
            write(&text, depth: depth + 1, using: &generator)
            text += space(&generator)
        }
        text += "}"
    }

    private static func array(
        _ text: inout String,
        _ depth: Int,
        _ generator: inout SeededGenerator,
    ) {
        text += "[" + space(&generator)
        for index in 0..<generator.below(4) {
            if index > 0 { text += "," + space(&generator) }
            write(&text, depth: depth + 1, using: &generator)
            text += space(&generator)
        }
        text += "]"
    }

    private static func space(_ generator: inout SeededGenerator) -> String {
        generator.below(3) > 0 ? "" : [" ", "\n", "\t", "\r\n", "   "][generator.below(5)]
    }

    /// A number in one of the ways in which programs print them.
    static func number(using generator: inout SeededGenerator) -> String {
        switch generator.below(6) {
        case 0: "\(Int64.random(in: -1_000...1_000, using: &generator))"
        case 1: "\(Double.random(in: -1_000...1_000, using: &generator))"
        case 2: "\(generator.below(1_000)).\(generator.below(1_000))"
        case 3: "\(Int64(bitPattern: generator.next()))"
        case 4: "\(generator.below(100))e\(generator.below(700) - 350)"
        default: "-0"
        }
    }

    /// Changes, removes, doubles or inserts a byte, or cuts the end off.
    static func damage(_ bytes: inout [UInt8], using generator: inout SeededGenerator) {
        guard !bytes.isEmpty else { return }
        let place = generator.below(bytes.count)
        let alphabet = Array("{}[]\":,\\u09.eE+-tfn \u{0}".utf8) + [0x80, 0xC3, 0xED, 0xFF]
        switch generator.below(5) {
        case 0: bytes[place] = alphabet[generator.below(alphabet.count)]
        case 1: bytes.remove(at: place)
        case 2: bytes.insert(bytes[place], at: place)
        case 3: bytes.insert(alphabet[generator.below(alphabet.count)], at: place)
        default: bytes.removeLast(generator.below(bytes.count) / 4)
        }
    }

    // MARK: Settings

    /// The paths of `declared` as the oracle takes them.
    static let declaredPaths = [["a", "b"], ["c", "#1", "v"], ["a.b"], ["温度", "#0"], ["value"]]

    static var declared: PayloadSettings {
        get throws {
            let texts = ["$.a.b", "$.c[1].v", "$['a.b']", "$.温度[0]", "$.value"]
            return PayloadSettings(
                format: "json",
                fields: try texts.enumerated().map { index, text in
                    PayloadSettings.Field(name: "f\(index)", value: try path(text), unit: nil)
                },
            )
        }
    }

    static var readings: PayloadSettings {
        get throws {
            PayloadSettings(
                readings: PayloadSettings.Readings(
                    each: try path("$.a[*]"),
                    name: try path("$.b"),
                    value: try path("$.v"),
                ),
                time: try path("$.c"),
                quality: try path("$.value"),
            )
        }
    }
}
