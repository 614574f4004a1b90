import Decoding
import Monitoring
import TestSupport
import Testing

/// What the `payload:` mapping promises.
@Suite("Declared paths")
struct DeclaredPathTests {
    private typealias Value = Decoded.Value

    private static func settings(
        _ change: (inout PayloadSettings) throws -> Void
    ) throws -> PayloadSettings {
        var settings = PayloadSettings(
            format: "json",
            fields: [PayloadSettings.Field(name: nil, value: try path("$.v"), unit: nil)],
        )
        try change(&settings)
        return settings
    }

    @Test("time, sequence, quality and unit come with the value, in whatever order they stand")
    func attributes() throws {
        let settings = try Self.settings {
            $0.time = try path("$.ts")
            $0.sequence = try path("$.meta.seq")
            $0.quality = try path("$.q")
            $0.unit = .path(try path("$.unit"))
        }
        let expected = Value(
            name: "v",
            kind: .number,
            value: 21.53,
            quality: .good,
            unit: "Cel",
            nanoseconds: 1_700_000_000_250_000_000,
            timeProblem: .none,
            sequence: 12_345,
        )
        var members = [
            "\"ts\":1700000000250", "\"v\":21.53", "\"meta\":{\"seq\":12345}", "\"q\":\"GOOD\"",
            "\"unit\":\"Cel\"", "\"other\":{\"v\":[{\"v\":7}]}",
        ]
        var generator = SeededGenerator.printed(5, "orders")
        var decoder = Decoded([settings])
        for _ in 0..<50 {
            members.shuffle(using: &generator)
            let payload = Array("{\(members.joined(separator: ","))}".utf8)
            let message = decoder.decode([payload])[0]
            #expect(decoder.values(of: message) == [expected])
        }
        #expect(decoder.announced.count == 1)
        #expect(decoder.announced.first?.isDeclared == true)
    }

    @Test("a declared field must be a value: a container or an undeclared text is undecodable")
    func types() throws {
        let settings = try Self.settings { $0.words = ["RUN"] }
        #expect(
            decoded("{\"v\":\"RUN\"}", settings).values == [Value(name: "v", kind: .word, value: 0)]
        )
        #expect(
            decoded("{\"v\":\"1.5\"}", settings).values == [
                Value(name: "v", kind: .number, value: 1.5)
            ]
        )
        #expect(
            decoded("{\"v\":\"oN\"}", settings).values == [
                Value(name: "v", kind: .boolean, value: 1)
            ]
        )
        #expect(
            decoded("{\"v\":null}", settings).values == [Value(name: "v", kind: .missing, value: 0)]
        )
        #expect(decoded("{\"v\":\"\\u0052UN\"}", settings).values.first?.kind == .word)
        let outcomes: [(String, DecodeProblem, Int32)] = [
            ("{\"v\":\"STOP\"}", .undeclaredWord, 6), ("{\"v\":\"\"}", .undeclaredWord, 6),
            ("{\"v\":\"12,5\"}", .undeclaredWord, 6), ("{\"v\":{}}", .wrongType, 5),
            ("{\"v\":[1]}", .wrongType, 5), ("21.5", .wrongType, 0), ("null", .wrongType, 0),
        ]
        for (text, problem, offset) in outcomes {
            #expect(
                decoded(text, settings).outcome == .undecodable(problem, offset: offset),
                "\(text)"
            )
        }
    }

    @Test("an absent field is no sample; a message with none of them is undecodable, always")
    func deltas() throws {
        let settings = try Self.settings {
            $0.fields.append(.init(name: "w", value: try path("$.s.w"), unit: .declared("W")))
        }
        var decoder = Decoded([settings])
        let outcome = { (decoder: inout Decoded, text: String) in
            decoder.decode([Array(text.utf8)])[0]
        }
        #expect(outcome(&decoder, "{\"x\":1}").outcome == .undecodable(.missingField, offset: 0))
        #expect(outcome(&decoder, "[]").outcome == .undecodable(.missingField, offset: 0))
        let one = outcome(&decoder, "{\"s\":{\"w\":8.9}}")
        #expect(decoder.values(of: one).map(\.name) == ["w"])
        let none = outcome(&decoder, " {\"x\":1}")
        #expect(none.outcome == .undecodable(.missingField, offset: 1))
        #expect(none.brokenPath == -1 && none.sampleCount == 0, "all of them")
        let other = outcome(&decoder, "{\"v\":1}")
        #expect(decoder.values(of: other).map(\.name) == ["v"])
        #expect(decoder.announced.map(\.name) == ["w", "v"])
        #expect(decoder.announced.map(\.unit) == ["W", nil])
    }

    @Test("an undecodable message names the declared path that it breaks")
    func brokenPaths() throws {
        let settings = try Self.settings {
            $0.fields.append(.init(name: "w", value: try path("$.s.w"), unit: nil))
        }
        #expect(settings.declaredPaths == ["$.v", "$.s.w"])
        let readings = try Self.readings()
        #expect(readings.declaredPaths == ["$.d[*]", "$.d[*].id", "$.d[*].m.v"])
        #expect(PayloadSettings().declaredPaths.isEmpty)
        let expected: [(PayloadSettings, String, Int16)] = [
            (settings, "{\"v\":{}}", 0), (settings, "{\"v\":1,\"s\":{\"w\":\"x\"}}", 1),
            (settings, "{\"x\":1}", -1), (settings, "5", -1), (settings, "{", -1),
            (readings, "{\"d\":[{\"m\":{\"v\":1}}]}", 1),
            (readings, "{\"d\":[{\"id\":1,\"m\":{\"v\":\"x\"}}]}", 2),
            (readings, "{\"e\":1}", -1),
        ]
        for (settings, text, path) in expected {
            var decoder = Decoded([settings])
            let message = decoder.decode([Array(text.utf8)])[0]
            #expect(message.brokenPath == path, "\(text)")
            guard case .undecodable = message.outcome else {
                Issue.record("\(text) was read")
                continue
            }
        }
    }

    @Test("several fields may share a path with each other, with the time and with the unit")
    func sharedPaths() throws {
        let settings = PayloadSettings(
            fields: [
                .init(name: "one", value: try path("$.a[0]"), unit: .path(try path("$.u"))),
                .init(name: "two", value: try path("$.a[0]"), unit: .path(try path("$.u"))),
                .init(name: "three", value: try path("$.ts"), unit: .declared("ms")),
            ],
            time: try path("$.ts"),
            unit: .path(try path("$.w")),
        )
        let result = decoded("{\"a\":[5,6],\"u\":\"K\",\"w\":\"W\",\"ts\":1700000000250}", settings)
        #expect(result.values.map(\.name) == ["one", "two", "three"])
        #expect(result.values.map(\.value) == [5, 5, 1_700_000_000_250])
        #expect(result.values.map(\.unit) == ["K", "K", nil])
        #expect(result.values.allSatisfy { $0.nanoseconds == 1_700_000_000_250_000_000 })
    }

    @Test(
        "beside an agreed unit its spellings say nothing, another is marked, a strange one is kept"
    )
    func agreedUnit() throws {
        var settings = PayloadSettings(
            fields: [.init(name: "v", value: try path("$.v"), unit: nil)],
            unit: .path(try path("$.u")),
        )
        #expect(settings.namesUnits)
        settings.agreedUnit = AgreedUnit(spellings: ["Cel", "°C"], others: ["K", "[degF]"])
        var decoder = Decoded([settings])
        let texts = ["Cel", "K", "°C", "Grad", "K", "\\u00b0C"]
        _ = decoder.decode(texts.map { Array("{\"v\":1,\"u\":\"\($0)\"}".utf8) })
        let units = decoder.output.samples.map(\.unit)
        #expect(
            units.map { $0 & Sample.otherUnit != 0 } == [false, true, false, false, true, false]
        )
        #expect([units[0], units[2], units[5]] == [0, 0, 0])
        #expect(decoder.decoder.unitText(units[3]) == "Grad")
    }

    @Test("the document itself may be the field")
    func root() throws {
        let settings = PayloadSettings(
            format: "json",
            fields: [.init(name: nil, value: try path("$"), unit: nil)],
        )
        #expect(decoded("5", settings).values == [Value(name: "value", kind: .number, value: 5)])
        #expect(problem("{}", settings) == .wrongType)
    }

    // MARK: Arrays of readings

    private static func readings() throws -> PayloadSettings {
        PayloadSettings(
            readings: .init(
                each: try path("$.d[*]"),
                name: try path("$.id"),
                value: try path("$.m.v"),
            ),
            time: try path("$.t"),
            quality: try path("$.q"),
            unit: .path(try path("$.u")),
        )
    }

    @Test(
        "each element of an array of readings is a sample with its own name, time, quality and unit"
    )
    func each() throws {
        let settings = try Self.readings()
        let text = """
            {"t":1600000000000,"d":[{"id":"a b","m":{"v":1},"t":1700000000250,"q":true,"u":"K"},\
            {"q":"bad","m":{"v":"2"},"id":7},{"id":"\\u0061 b","m":{"v":null}},{"id":"c"}],"id":"x"}
            """
        let result = decoded(text, settings)
        let expected = [
            Value(
                name: "a b",
                kind: .number,
                value: 1,
                quality: .good,
                unit: "K",
                nanoseconds: 1_700_000_000_250_000_000,
                timeProblem: .none,
            ),
            Value(name: "7", kind: .number, value: 2, quality: .bad),
            Value(name: "a b", kind: .missing, value: 0),
            Value(name: "c", kind: .missing, value: 0),
        ]
        #expect(result.values == expected)
    }

    @Test("a reading without a name, or with a value that is none, makes the message undecodable")
    func unreadableReadings() throws {
        let settings = try Self.readings()
        #expect(problem("{\"d\":[{\"m\":{\"v\":1}}]}", settings) == .missingField)
        #expect(problem("{\"d\":[{\"id\":null,\"m\":{\"v\":1}}]}", settings) == .missingField)
        #expect(problem("{\"d\":[1]}", settings) == .missingField)
        #expect(problem("{\"d\":[{\"id\":\"a\",\"m\":{\"v\":[]}}]}", settings) == .wrongType)
        #expect(
            problem("{\"d\":[{\"id\":\"a\",\"m\":{\"v\":\"x\"}}]}", settings) == .undeclaredWord
        )
        #expect(problem("{\"x\":[]}", settings) == .missingField)
        #expect(problem("{\"d\":{}}", settings) == .missingField)
        #expect(decoded("{\"d\":[]}", settings).outcome == .decoded)
        var decoder = Decoded([settings])
        let texts = ["{\"d\":[{\"id\":\"a\",\"m\":{\"v\":1}}]}", "{\"x\":[]}", "{\"d\":[]}"]
        let messages = decoder.decode(texts.map { Array($0.utf8) })
        #expect(
            messages.map(\.outcome)
                == [.decoded, .undecodable(.missingField, offset: 0), .decoded],
            "an empty array is agreed, its absence is not, also after a reading",
        )
    }

    @Test("the usual arrays are recognised without configuration, what is no reading passed over")
    func recognisedArrays() {
        let kepserver = """
            {"timestamp":1600000000000,"values":[{"id":"A.B","v":1,"q":false,"t":1700000000250},\
            {"id":"A.C","v":"text"},{"id":"A.D","v":"5","q":true},{"v":1},{"id":"A.E"},3,[]],"x":1}
            """
        let result = decoded(kepserver)
        #expect(result.values.map(\.name) == ["A.B", "A.D", "x"])
        #expect(result.values.map(\.quality) == [.bad, .good, .unstated])
        let times = result.values.map(\.nanoseconds)
        #expect(
            times == [
                1_700_000_000_250_000_000, 1_600_000_000_000_000_000, 1_600_000_000_000_000_000,
            ]
        )
        let siemens = decoded(
            "{\"vals\":[{\"id\":\"1\",\"val\":true,\"qc\":3},{\"id\":\"2\",\"val\":0,\"qc\":0}]}"
        )
        #expect(siemens.values.map(\.quality) == [.good, .bad])
        #expect(siemens.values.map(\.kind) == [.boolean, .number])
        #expect(decoded("{\"values\":{\"a\":1}}").values.map(\.name) == ["values.a"])
        #expect(decoded("{\"a\":{\"values\":[{\"id\":\"b\",\"v\":1}]}}").values.isEmpty)
    }

    // MARK: Without paths

    @Test("a time key inside is a time of its object only where it can be placed")
    func nestedTimes() {
        let text = """
            {"params":{"ts":1700000000.25,"a":{"power":1},"cycle":{"time":12.5}},"outer":2,\
            "late":{"x":3,"ts":1700000001}}
            """
        let result = decoded(text)
        #expect(
            result.values.map(\.name) == ["params.a.power", "params.cycle.time", "outer", "late.x"]
        )
        let instant: Int64 = 1_700_000_000_250_000_000
        #expect(result.values.map(\.nanoseconds) == [instant, instant, nil, instant + 750_000_000])
        #expect(decoded("{\"time\":12.5,\"v\":1}").values.map(\.timeProblem) == [.impossible])
    }

    @Test("of two times of an object the one that can be placed counts, and null is no time")
    func severalTimes() {
        let both = decoded("{\"Time\":\"2020-01-01T00:00:00\",\"v\":1,\"ts\":1700000000250}")
        #expect(both.values.map(\.nanoseconds) == [1_700_000_000_250_000_000])
        let reverse = decoded("{\"ts\":1700000000250,\"v\":1,\"Time\":\"2020-01-01T00:00:00\"}")
        #expect(reverse.values.map(\.nanoseconds) == [1_700_000_000_250_000_000])
        #expect(decoded("{\"ts\":null,\"v\":1}").values.map(\.timeProblem) == [.absent])
        #expect(
            decoded("{\"Time\":\"2020-01-01T00:00:00\",\"v\":1}").values[0].timeProblem
                == .withoutZone
        )
    }

    @Test("paths for time, quality and unit alone leave the values to be found")
    func flattenedWithPaths() throws {
        let settings = PayloadSettings(
            time: try path("$.m.at"),
            timeUnit: .s,
            sequence: try path("$.n"),
            quality: try path("$.m.ok"),
            unit: .path(try path("$.m.u")),
        )
        let text =
            "{\"n\":\"17\",\"m\":{\"at\":1700000000,\"ok\":64,\"u\":\"bar\",\"p\":2},\"ts\":5}"
        let result = decoded(text, settings)
        #expect(result.values.map(\.name) == ["m.p", "ts"])
        #expect(result.values.allSatisfy { $0.sequence == 17 && $0.unit == "bar" })
        #expect(result.values.allSatisfy { $0.quality == .uncertain })
        #expect(result.values.allSatisfy { $0.nanoseconds == 1_700_000_000_000_000_000 })
    }

    @Test("words are values without paths too, other texts that never were values stay no samples")
    func flattenedWords() {
        let settings = PayloadSettings(words: ["RUN", "STOP"])
        let result = decoded("{\"state\":\"STOP\",\"mode\":\"AUTO\",\"v\":\"3\"}", settings)
        #expect(
            result.values
                == [
                    Value(name: "state", kind: .word, value: 1),
                    Value(name: "v", kind: .number, value: 3),
                ]
        )
    }

    // MARK: Quality and sequence

    @Test("qualities of the usual protocols are understood, unknown ones are uncertain")
    func qualities() throws {
        let settings = try Self.settings { $0.quality = try path("$.q") }
        let expected: [(String, Sample.Quality)] = [
            ("true", .good), ("false", .bad), ("\"GOOD\"", .good), ("\"Bad\"", .bad),
            ("\"uncertain\"", .uncertain), ("\"Uncertain\"", .uncertain),
            ("\"stale?\"", .uncertain),
            ("null", .unstated), ("\"\"", .unstated), ("192", .good), ("216", .good),
            ("64", .uncertain),
            ("0", .bad), ("24", .bad), ("20", .bad), ("128", .bad), ("500", .bad),
            ("\"192\"", .good),
            ("192.0", .good), ("192.5", .uncertain), ("2150694912", .bad), ("-2144272384", .bad),
            ("1073741824", .uncertain), ("3080192", .good), ("4294967296", .uncertain),
            ("1e30", .uncertain), ("{}", .uncertain),
        ]
        for (json, quality) in expected {
            let result = decoded("{\"v\":1,\"q\":\(json)}", settings)
            #expect(result.values.map(\.quality) == [quality], "\(json)")
        }
        #expect(decoded("{\"v\":1}", settings).values.map(\.quality) == [.unstated])
        let own = try Self.settings {
            $0.quality = try path("$.q")
            $0.qualityCodes = .init(good: [0], uncertain: [1], bad: [2])
        }
        for (code, quality) in [
            (0, Sample.Quality.good), (1, .uncertain), (2, .bad), (192, .uncertain),
        ] {
            #expect(decoded("{\"v\":1,\"q\":\(code)}", own).values.map(\.quality) == [quality])
        }
    }

    @Test("a sequence number is a whole number of 64 bits or none")
    func sequences() throws {
        let settings = try Self.settings { $0.sequence = try path("$.n") }
        let expected: [(String, Int64?)] = [
            ("0", 0), ("255", 255), ("-1", -1), ("\"42\"", 42), ("4.2e1", 42),
            ("9223372036854775807", .max), ("-9223372036854775808", .min),
            ("9223372036854775808", nil), ("1.5", nil), ("null", nil), ("true", nil),
            ("\"x\"", nil),
        ]
        for (json, sequence) in expected {
            let result = decoded("{\"v\":1,\"n\":\(json)}", settings)
            #expect(result.values.map(\.sequence) == [sequence], "\(json)")
        }
    }

    // MARK: Settings

    @Test("settings that no decoder can follow are named with what to write instead")
    func problems() throws {
        let field = PayloadSettings.Field(name: nil, value: try path("$.a"), unit: nil)
        let each = try Self.readings().readings
        #expect(DecoderCatalog.problem(in: PayloadSettings()) == nil)
        #expect(DecoderCatalog.problem(in: try Self.readings()) == nil)
        for (settings, part) in [
            (PayloadSettings(format: "jsn"), "`jsn`"),
            (PayloadSettings(fields: [field], readings: each), "`each` and `fields`"),
            (PayloadSettings(fields: [field, field]), "two fields `a`"),
            (PayloadSettings(time: try path("$.a[*]")), "`$.a[*]`"),
            (
                PayloadSettings(
                    readings: .init(
                        each: try path("$.a"),
                        name: try path("$.b"),
                        value: try path("$.c")
                    )
                ), "at its end"
            ),
        ] {
            let problem = try #require(DecoderCatalog.problem(in: settings))
            #expect(problem.contains(part), "\(problem)")
        }
    }
}
