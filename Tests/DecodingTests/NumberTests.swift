import Decoding
import Monitoring
import TestSupport
import Testing

/// Every number becomes the Double that is nearest to what is written.
@Suite("Numbers")
struct NumberTests {
    @Test("100,000 random texts give the same bits as Double(String)")
    func random() {
        var generator = SeededGenerator.printed(0x0123_4567, "numbers")
        var texts: [String] = []
        for _ in 0..<100_000 { texts.append(Self.text(using: &generator)) }
        Self.compare(texts, PayloadSettings(format: "json"))
        Self.compare(texts, PayloadSettings(format: "scalar"))
    }

    @Test(
        "numbers at the edges of each way of reading give the same bits as Double(String)",
        arguments: [
            // Halfway between two Doubles, a bit above and below; ties go to even.
            "9007199254740993", "9007199254740992", "9007199254740991", "9007199254740995",
            "9007199254740995.0", "4503599627370496.5", "4503599627370497.5",
            "9007199254740993.0", "9007199254740993.00000000000000000000000000001",
            "0.500000000000000166533453693773481063544750213623046875",
            "1.00000000000000011102230246251565404236316680908203125",
            "1.00000000000000011102230246251565404236316680908203124",
            "1.00000000000000011102230246251565404236316680908203126",
            "9223372036854775807", "9223372036854775808", "18446744073709551615",
            "18446744073709551616", "9999999999999999999", "99999999999999999999",
            "0.1", "0.2", "0.3", "1e22", "1e23", "1e-22", "1e-23", "8.5e22",
            "123456789012345678e-27",
            "9007199254740993e-1", "9007199254740993e-22", "9007199254740993e-27",
            "9007199254740993e-28", "18446744073709551615e-27", "1e-27", "1e-28",
            // The largest, the smallest normal and the smallest Double, and what is beyond.
            "1.7976931348623157e308", "1.7976931348623158e308", "1.7976931348623159e308", "1e309",
            "2.2250738585072014e-308", "2.2250738585072011e-308", "4.9406564584124654e-324",
            "2.4703282292062328e-324", "2.4703282292062327e-324", "1e-400", "-1e-400", "-0", "-0.0",
            "0e999999999999", "0.0000000000000000000000000000000000000000000000000000001",
            "10000000000000000000000000000000000000000000000000000000000e-58",
            "0.30000000000000004", "5e-324", "179769313486231580793e289",
            "100000000000000000000000000000000000000", "1e400", "-1e400", "1e99999999999999999999",
            "1e-99999999999999999999",
        ]
    )
    func edges(_ text: String) {
        Self.compare([text, "-" + text.drop { $0 == "-" }], PayloadSettings(format: "json"))
    }

    @Test("long runs of digits are rounded once, as a whole")
    func longRuns() {
        var generator = SeededGenerator.printed(99, "long numbers")
        var texts: [String] = []
        for _ in 0..<2_000 {
            let digits = (0..<generator.below(60) + 15).map { _ in "\(generator.below(10))" }
                .joined()
            let trimmed = digits.drop { $0 == "0" }
            let point = generator.below(trimmed.count + 1)
            let whole = trimmed.prefix(point)
            texts.append((whole.isEmpty ? "0" : whole) + "." + trimmed.dropFirst(point) + "1")
            texts.append(trimmed + "1e-\(generator.below(80))")
        }
        Self.compare(texts, PayloadSettings(format: "json"))
    }

    /// All texts as messages of one topic, compared with the standard library's parser.
    private static func compare(_ texts: [String], _ settings: PayloadSettings) {
        var decoder = Decoded([settings])
        for start in stride(from: 0, to: texts.count, by: 1_000) {
            let slice = Array(texts[start..<min(start + 1_000, texts.count)])
            let messages = decoder.decode(slice.map { Array($0.utf8) })
            for (text, message) in zip(slice, messages) {
                guard let expected = Double(text) else { continue }
                guard message.sampleCount == 1 else {
                    Issue.record("\(text): \(message.outcome)")
                    continue
                }
                let sample = decoder.output.samples[Int(message.firstSample)]
                if sample.value.bitPattern != expected.bitPattern {
                    Issue.record("\(text): \(sample.value), not \(expected)")
                }
                #expect((sample.kind == .infinite) == expected.isInfinite)
            }
        }
    }

    /// A number as JSON writes it, of every length and size that matters to the ways of reading.
    private static func text(using generator: inout SeededGenerator) -> String {
        let sign = generator.below(4) == 0 ? "-" : ""
        switch generator.below(6) {
        case 0: return "\(Double(bitPattern: generator.next() & ~(0x7FF << 52)))"
        case 1:
            let value = Double(bitPattern: generator.next())
            return value.isFinite ? "\(value)" : "0"
        case 2: return sign + "\(Double.random(in: 0...10_000, using: &generator))"
        case 3:
            let places = generator.below(28)
            let digits = "\(generator.next() >> UInt64(generator.below(60)))"
            return sign + digits + "e-\(places)"
        case 4:
            let fraction = "\(generator.next() >> UInt64(generator.below(64)))"
            return sign + "\(generator.below(100_000)).\(fraction)"
        default:
            let digits = "\(generator.next() >> UInt64(generator.below(60)))"
            return sign + digits + "e\(generator.below(700) - 350)"
        }
    }
}
