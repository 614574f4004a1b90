import Decoding
import Monitoring
import Testing

@Suite("Bare values")
struct ScalarTests {
    @Test(
        "a number is read with sign, fraction and exponent, and what may surround it",
        arguments: [
            ("21.5", 21.5), (" 21.5\n", 21.5), ("\t21.5\r\n", 21.5), ("+5", 5), ("-3", -3),
            (".5", 0.5), ("5.", 5), ("007", 7), ("1e3", 1_000), ("1E-3", 0.001), ("+1.5e+3", 1_500),
            ("\"21.5\"", 21.5), ("\" 21.5 \"", 21.5), ("\u{FEFF}21.5", 21.5), ("21.5\0", 21.5),
            ("\"2\\u0031.5\"", 21.5),
        ]
    )
    func numbers(_ text: String, _ value: Double) {
        let result = decoded(text)
        #expect(result.values == [.init(name: "value", kind: .number, value: value)])
    }

    @Test(
        "a text that is no value is undecodable, never zero",
        arguments: [
            "0x1F", "1_000", "21.5 C", "12,5", "1.2.3", "1e", "e5", "--5", "+-5", "+", "-", ".",
            "1 2",
            "1e5.5", "٣", "½", "Online", "t", "tru", "onn", "nul", "NULL", "1.#QNAN", "nan(1)",
            "in",
            "infinit", "infinityx", "\"\"", "\"Online\"", "\"21.5", "21.5\"", "\"1\" 2", "\u{0}",
            " ", "\n", "\u{FEFF}", "21.5\0\0", "\u{A0}21.5", "{", "<xml/>", "1;2",
        ]
    )
    func refused(_ text: String) {
        let result = decoded(text)
        guard case .undecodable = result.outcome else {
            Issue.record("\(text) is \(result.outcome) \(result.values)")
            return
        }
        #expect(result.values.isEmpty)
    }

    @Test("booleans are read in words of any case")
    func booleans() {
        for (words, value) in [(["true", "on", "yes"], 1.0), (["false", "off", "no"], 0.0)] {
            for word in words {
                for text in [
                    word, word.uppercased(), word.prefix(1).uppercased() + word.dropFirst(),
                    "\"\(word)\"", " \(word)\n",
                ] {
                    let expected = Decoded.Value(name: "value", kind: .boolean, value: value)
                    #expect(decoded(text).values == [expected], "\(text)")
                }
            }
        }
    }

    @Test("NaN and null are samples without value, infinities and what is beyond Double infinite")
    func nonFinite() {
        for text in ["NaN", "nan", "-nan", "+NaN", "null", "\"NaN\""] {
            let expected = Decoded.Value(name: "value", kind: .missing, value: 0)
            #expect(decoded(text).values == [expected], "\(text)")
        }
        for (text, value) in [
            ("inf", Double.infinity), ("-inf", -.infinity), ("+Infinity", .infinity),
            ("-INFINITY", -.infinity), ("1e400", .infinity), ("-1e400", -.infinity),
        ] {
            let expected = Decoded.Value(name: "value", kind: .infinite, value: value)
            #expect(decoded(text).values == [expected], "\(text)")
        }
        #expect(decoded("1e-400").values == [.init(name: "value", kind: .number, value: 0)])
    }

    @Test("a payload of no bytes is decoded without samples, whatever the settings")
    func empty() throws {
        for settings in [
            PayloadSettings(), PayloadSettings(format: "json"), PayloadSettings(format: "scalar"),
            try RandomJSON.declared, try RandomJSON.readings, PayloadSettings(words: ["A"]),
        ] {
            let result = decoded("", settings)
            #expect(result.outcome == .decoded)
            #expect(result.values.isEmpty)
        }
    }

    @Test("declared words are values by their number, before anything else that they might mean")
    func words() {
        let settings = PayloadSettings(words: ["OFF", "RUN", "1"])
        #expect(decoded("RUN", settings).values == [.init(name: "value", kind: .word, value: 1)])
        #expect(decoded(" OFF\n", settings).values == [.init(name: "value", kind: .word, value: 0)])
        #expect(
            decoded("\"RUN\"", settings).values == [.init(name: "value", kind: .word, value: 1)]
        )
        #expect(decoded("1", settings).values == [.init(name: "value", kind: .word, value: 2)])
        #expect(decoded("2", settings).values == [.init(name: "value", kind: .number, value: 2)])
        #expect(decoded("on", settings).values == [.init(name: "value", kind: .boolean, value: 1)])
        #expect(problem("run", settings) == .undeclaredWord)
        #expect(problem("STOP", settings) == .undeclaredWord)
        #expect(problem("STOP") == .notANumberOrWord)
    }

    @Test("each format reads only its own payloads")
    func formats() {
        #expect(problem("{\"v\":1}", PayloadSettings(format: "scalar")) == .notANumberOrWord)
        #expect(problem("ON", PayloadSettings(format: "json")) == .syntax)
        let bare = decoded("21.5", PayloadSettings(format: "json"))
        #expect(bare.values == [.init(name: "value", kind: .number, value: 21.5)])
        #expect(decoded("[1,2]").values.isEmpty)
        #expect(decoded("[1,2]").outcome == .decoded)
    }
}
