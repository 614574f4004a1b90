import Monitoring
import TestSupport
import Testing

@testable import Settings

@Suite("Typed texts")
struct TextTests {
    @Test(
        "a duration is a number and a unit",
        arguments: [
            ("30s", 30_000_000_000), ("15min", 900_000_000_000), ("90d", 7_776_000_000_000_000),
            ("500ms", 500_000_000), ("1h", 3_600_000_000_000), ("2w", 1_209_600_000_000_000),
            ("1y", 31_536_000_000_000_000), ("1.5h", 5_400_000_000_000), ("0.25s", 250_000_000),
            ("10us", 10_000), ("7ns", 7), ("0s", 0), ("-1s", -1_000_000_000),
            ("1.000000001s", 1_000_000_001),
            ("292y", 292 * 31_536_000_000_000_000),
        ] as [(String, Int64)]
    )
    func durations(text: String, nanoseconds: Int64) throws {
        #expect(try DurationText.parse(text) == Nanoseconds(nanoseconds))
    }

    @Test(
        "what is no duration says what to write",
        arguments: [
            ("30", "has no unit", "write `30s` if you mean seconds"),
            ("30 s", "is not a duration", "write `30s`"),
            ("5m", "is not a duration", "write `5min`"),
            ("2 hours", "is not a duration", "write `2h`"),
            (
                "5parsecs", "has the unknown unit `parsecs`",
                "write a number and ms, s, min, h, d, w or y, such as `30s`"
            ),
            (
                "soon", "is not a duration",
                "write a number and ms, s, min, h, d, w or y, such as `30s`"
            ),
            (
                "300y", "cannot be kept in whole nanoseconds",
                "write a duration between 1ns and 292y"
            ),
            (
                "0.5ns", "cannot be kept in whole nanoseconds",
                "write a duration between 1ns and 292y"
            ),
            (
                "1.s", "is not a duration",
                "write a number and ms, s, min, h, d, w or y, such as `30s`"
            ),
            (
                "99999999999999999999s", "cannot be kept in whole nanoseconds",
                "write a duration between 1ns and 292y"
            ),
        ]
    )
    func badDurations(text: String, message: String, hint: String) {
        #expect(throws: ValueProblem(message, hint: hint)) { try DurationText.parse(text) }
    }

    @Test("every duration reads back from its shortest text")
    func durationRoundTrip() throws {
        #expect(DurationText.text(.seconds(90 * 86_400)) == "90d")
        #expect(DurationText.text(.seconds(3_650 * 86_400)) == "10y")
        #expect(DurationText.text(.milliseconds(1_500)) == "1500ms")
        let seed: UInt64 = 20_260_101
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        for _ in 0..<10_000 {
            let scale: Int64 =
                [1, 1_000, 1_000_000, 1_000_000_000, 86_400_000_000_000].randomElement(
                    using: &random
                ) ?? 1
            let duration = Nanoseconds(Int64.random(in: 0...100_000, using: &random) * scale)
            #expect(try DurationText.parse(DurationText.text(duration)) == duration)
        }
    }

    @Test(
        "a size is a number and a binary unit",
        arguments: [
            ("2GiB", 2_147_483_648), ("256MiB", 268_435_456), ("1.5KiB", 1_536), ("7B", 7),
            ("1TiB", 1_099_511_627_776), ("0B", 0),
        ] as [(String, Int64)]
    )
    func sizes(text: String, bytes: Int64) throws {
        #expect(try SizeText.parse(text) == bytes)
        #expect(try SizeText.parse(SizeText.text(bytes)) == bytes)
    }

    @Test(
        "what is no size says what to write",
        arguments: [
            ("2GB", "is not a size", "write `2GiB`"),
            ("2G", "is not a size", "write `2GiB`"),
            ("512 MiB", "is not a size", "write `512MiB`"),
            ("512", "has no unit", "write `512MiB` if you mean mebibytes"),
            (
                "0.3B", "is no whole number of bytes below 8388608TiB",
                "write a number and B, KiB, MiB, GiB or TiB, such as `256MiB`"
            ),
            (
                "big", "is not a size",
                "write a number and B, KiB, MiB, GiB or TiB, such as `256MiB`"
            ),
            (
                "9X", "has the unknown unit `X`",
                "write a number and B, KiB, MiB, GiB or TiB, such as `256MiB`"
            ),
        ]
    )
    func badSizes(text: String, message: String, hint: String) {
        #expect(throws: ValueProblem(message, hint: hint)) { try SizeText.parse(text) }
    }

    @Test(
        "units in use in plants are UCUM codes",
        arguments: [
            "Cel", "K", "[degF]", "mbar", "bar", "kPa", "m3/h", "l/min", "/min", "kW.h", "mA", "V",
            "%", "[ppm]", "m/s2", "mm/s", "kg/m3", "1", "10*3", "um", "Ohm", "MOhm", "deg", "Hz",
            "N.m", "mm[Hg]", "[psi]", "[gal_us]/min", "bar{gauge}", "{count}", "{count}/min",
            "W/(m2.K)", "mol/l", "cSt", "t/h", "kg.m2.s-2", "dB", "KiBy",
        ]
    )
    func units(code: String) throws {
        try UnitCode.validate(code)
    }

    @Test(
        "what is no UCUM code brings the likely one",
        arguments: [
            ("°C", "write `Cel`"), ("degC", "write `Cel`"), ("psi", "write `[psi]`"),
            ("m³/h", "write `m3/h`"), ("rpm", "write `/min`"), ("kWh", "write `kW.h`"),
            ("cel", "write `Cel`"), ("kg/hr", "write `h` in place of `hr`"),
            ("barr", "did you mean `bar`?"),
            ("", "write a UCUM code such as `Cel`, `bar`, `m3/h` or `1` for a pure number"),
            ("m//s", "write a UCUM code such as `Cel`, `bar`, `m3/h` or `1` for a pure number"),
        ]
    )
    func badUnits(code: String, hint: String) {
        #expect(throws: ValueProblem("is no UCUM code", hint: hint)) { try UnitCode.validate(code) }
    }

    @Test("deep nesting of a unit is refused, not followed")
    func nestedUnit() {
        let nested = String(repeating: "(", count: 100_000)
        #expect(throws: ValueProblem.self) { try UnitCode.validate(nested) }
    }

    @Test("the commonest mistakes lead to codes that are valid")
    func mistakesLeadToCodes() throws {
        for (_, code) in UnitAtoms.commonMistakes { try UnitCode.validate(code) }
    }

    @Test(
        "edits are counted as insert, delete, replace and swap",
        arguments: [
            ("", "", 0), ("a", "", 1), ("kitten", "sitting", 3), ("brokr", "broker", 1),
            ("feeds", "fedes", 1), ("ca", "abc", 3), ("topic", "topic", 0), ("abcd", "badc", 2),
        ]
    )
    func distances(left: String, right: String, distance: Int) {
        let (one, two) = (Array(left.unicodeScalars), Array(right.unicodeScalars))
        #expect(Suggestion.distance(one, two) == distance)
        #expect(Suggestion.distance(two, one) == distance)
    }

    @Test("the nearest word is suggested, and nothing far away")
    func suggestions() {
        let words = ["topic", "class", "broker", "clientID"]
        #expect(Suggestion.nearest(to: "topci", in: words) == "topic")
        #expect(Suggestion.nearest(to: "clientid", in: words) == "clientID")
        #expect(Suggestion.nearest(to: "klass", in: words) == "class")
        #expect(Suggestion.nearest(to: "xyz", in: words) == nil)
        #expect(Suggestion.nearest(to: "", in: words) == nil)
    }

    @Test(
        "a broker's address gives host, port and encryption",
        arguments: [
            ("mqtt://localhost", "localhost", 1_883, false),
            ("mqtts://broker.plant.local", "broker.plant.local", 8_883, true),
            ("mqtt://10.0.0.7:1884/", "10.0.0.7", 1_884, false),
            ("mqtts://[fe80::1]:9", "fe80::1", 9, true), ("mqtt://[::1]", "::1", 1_883, false),
        ] as [(String, String, UInt16, Bool)]
    )
    func addresses(text: String, host: String, port: UInt16, isEncrypted: Bool) throws {
        let url = try BrokerURL(text)
        #expect(url.host == host)
        #expect(url.port == port)
        #expect(url.isEncrypted == isEncrypted)
    }

    @Test("an address with a password is refused without repeating it")
    func passwordInAddress() {
        for text in ["mqtt://me:hunter2@host", "me:hunter2@host", "http://me:hunter2@host"] {
            #expect {
                try BrokerURL(text)
            } throws: { error in
                let problem = error as? ValueProblem
                return problem?.message == "holds a user or a password"
                    && problem?.hint.contains("hunter2") == false
            }
        }
    }
}
