import Monitoring
import Testing

@testable import Settings

@Suite("What YAML itself forbids")
struct YAMLProblemTests {
    @Test("an empty file says how to begin")
    func empty() {
        for text in ["", "\n\n", "   ", "# only a comment\n"] {
            expectProblems(
                "§" + text,
                ["the file is empty; begin with `feeds:` and `- topic: plant/#` below it"]
            )
        }
    }

    @Test("a tab is found where it stands")
    func tab() {
        expectProblems(
            "feeds:\n  - topic: a\n§\tlabel: x\n",
            ["a tab is used to indent; indent with spaces, YAML allows nothing else"]
        )
        expectProblems(
            "broker:\n  §\turl: mqtt://localhost\nfeeds: [{topic: a}]\n",
            ["a tab is used to indent; indent with spaces, YAML allows nothing else"]
        )
    }

    @Test("broken syntax is explained in plain words")
    func syntax() {
        let quoting = "put a text in quotes if it has `: `, ` #`, or begins with one of {[*&!%@`"
        expectProblems(
            "feeds:\n  - topic: a\n    label: zone§: 2\n",
            ["a `:` stands where no key can be; check the indentation, and \(quoting)"]
        )
        expectProblems(
            "feeds: [{topic: a, label: x§\n",
            ["a mapping in braces is not closed here; write `,` or `}`, and \(quoting)"]
        )
        expectProblems(
            "feeds:\n  - topic: §*nowhere\n",
            ["the alias is not defined above; write `&name` before the value first"]
        )
        expectProblems(
            "feeds:\n  - topic: §@a\n",
            ["no value can begin with this character; \(quoting)"]
        )
        expectProblems(
            "feeds: [{topic: a}]\n§---\nfeeds: []\n",
            ["a second document begins here; remove `---`, or use a file in conf.d"]
        )
        expectProblems(
            "gateway: a\n broker§: b\n",
            ["a `:` stands where no key can be; check the indentation, and \(quoting)"],
        )
    }

    @Test("a key one space short is told how far to indent, not to begin an element")
    func slippedKey() {
        expectProblems(
            "feeds:\n  - topic: a\n    payload:\n      format: json\n   §label: x\n",
            [
                """
                `label` stands beneath no other key of its list element; indent it with 4 spaces, \
                like line 2 after its `- `
                """
            ]
        )
        expectProblems(
            "feeds:\n  - topic: a\n  §label: x\n",
            ["no `- ` stands where a list goes on; begin each element with `- `"]
        )
    }

    @Test("every duplicate key is reported, at its second place, with the first")
    func duplicateKeys() {
        expectProblems(
            """
            feeds:
              - topic: a
                unit: Cel
                §topic: b
                §unit: K
                §unit: V
              - {topic: c, window: 1s, §window: 2s}
            gateway: g1
            §"gateway": g2
            """,
            [
                "the key `topic` is given twice in one mapping; keep one; the first is in line 2",
                "the key `unit` is given twice in one mapping; keep one; the first is in line 3",
                "the key `unit` is given twice in one mapping; keep one; the first is in line 3",
                "the key `window` is given twice in one mapping; keep one; the first is in line 7",
                "the key `gateway` is given twice in one mapping; keep one; the first is in line 8",
            ]
        )
    }

    @Test("an alias stands for its anchor, and a merge key is refused")
    func aliases() throws {
        let configuration = try parse(
            """
            feeds:
              - topic: a
                checks: &limits {range: {fail: [0, 1]}}
              - topic: b
                checks: *limits
            """
        )
        let ranges = configuration.feeds.map { $0.rule.checks["range"]?.interval("fail")?.high }
        #expect(ranges == [1, 1])
        expectProblems(
            "feeds:\n  - &x {topic: a}\n  - §<<: *x\n    topic: b\n",
            ["merge keys are not read; write a class and name it with `class:`"]
        )
    }

    @Test("aliases of aliases are stopped before they fill the memory")
    func aliasBomb() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            let last = "*a\(level - 1)"
            let list = Array(repeating: last, count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(list)]\n"
        }
        expectProblems(
            "§" + text,
            [
                "the file holds more than 200000 values with its aliases expanded; "
                    + "use classes instead of aliases of aliases"
            ]
        )
    }

    @Test("tags and keys that are no text are refused")
    func tags() {
        expectProblems(
            "feeds:\n  - topic: §!secret a\n  - §[x]: y\n    topic: b\n",
            [
                "the tag `!secret` is not read; write the value without a tag",
                "a key is not a text; write `name: value`",
            ]
        )
    }

    @Test("places count characters, not bytes")
    func columnsAreCharacters() {
        expectProblems(
            "feeds: [{topic: Öfen/ä, §lable: \"Ü\", §qos: 1}]\n",
            [
                "unknown key `lable` in a feed; did you mean `label`?",
                "unknown key `qos` in a feed; its keys are `topic`, `class`, `broker`, `unit`, "
                    + "`period`, `window`, `label`, `payload`, `checks`, `alarm`, "
                    + "`allowedLateness`, `maxAhead`, `revisionHorizon`, `falseAlarmInterval`",
            ]
        )
    }

    @Test("what is not UTF-8 is found where it begins")
    func encoding() {
        let bytes = Array("feeds:\n  - topic: a".utf8) + [0xE9, 0x0A]
        guard case .failure(let problem) = ConfigurationText.decode(bytes, file: "f") else {
            Issue.record("Latin-1 was read as UTF-8")
            return
        }
        #expect(
            problem.description
                == "f:2:13: error: the file is not UTF-8 from here on; save it as UTF-8"
        )
        let wide: [UInt8] = [0xFF, 0xFE, 0x66, 0x00]
        guard case .failure(let problem) = ConfigurationText.decode(wide, file: "f") else {
            Issue.record("UTF-16 was read as UTF-8")
            return
        }
        #expect(problem.description == "f:1:1: error: the file is UTF-16; save it as UTF-8")
        let marked = [0xEF, 0xBB, 0xBF] + Array("a: b".utf8)
        #expect(ConfigurationText.decode(marked, file: "f") == .success("a: b"))
    }

    @Test("a control character is found where it stands")
    func controlCharacter() {
        expectProblems(
            "feeds:\n  - topic: a§\u{7}b\n",
            ["a control character stands here; remove it"]
        )
    }
}
