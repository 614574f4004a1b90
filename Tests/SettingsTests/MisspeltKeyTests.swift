import Testing

@testable import Settings

@Suite("Misspelt keys")
struct MisspeltKeyTests {
    @Test("the content of a misspelt key is looked at as that of the key meant")
    func content() {
        expectProblems(
            """
            §gatway: §a/b
            §brokr: {§urll: §ws://localhost, §tsl: {§cafile: x, ca: y}}
            §stoer: {§retentoin: {§minutes: §5}}
            §feedz:
              - §topc: §a/#/b
                §chekcs: {§silense: {§minimumSample: §0}}
                §alarms: {§severity: §hihg}
                §paylod: {§vlaue: §x, §timeunit: §sec}
            """,
            [
                "unknown key `gatway` in the configuration; did you mean `gateway`?",
                "`gateway` is `a/b`; "
                    + "write 1 to 64 of A–Z a–z 0–9 _ . -, it becomes a part of topics",
                "unknown key `brokr` in the configuration; did you mean `broker`?",
                "unknown key `urll` in `broker`; did you mean `url`?",
                "`url` has the scheme `ws`, which is not supported; write `mqtt://` or `mqtts://`",
                "unknown key `tsl` in `broker`; did you mean `tls`?",
                "`cafile` is not a key of `tls`; write `ca:`",
                "unknown key `stoer` in the configuration; did you mean `store`?",
                "unknown key `retentoin` in `store`; did you mean `retention`?",
                "unknown key `minutes` in `retention`; did you mean `minute`?",
                "`minute` is `5`, which has no unit; write `5s` if you mean seconds",
                "unknown key `feedz` in the configuration; did you mean `feeds`?",
                "unknown key `topc` in a feed; did you mean `topic`?",
                "`topic` is `a/#/b`, which has `#` before its last level; "
                    + "a filter looks like `plant/{area}/+/temperature` or `plant/#`",
                "unknown key `chekcs` in a feed; did you mean `checks`?",
                "unknown key `silense` in `checks`; did you mean `silence`?",
                "unknown key `minimumSample` in the check `silence`; "
                    + "did you mean `minimumSamples`?",
                "`minimumSamples` is 0; write a number from 1 to 99",
                "unknown key `alarms` in a feed; did you mean `alarm`?",
                "`severity` is not a key of `alarm`; write `priority:`",
                "`priority` is `hihg`; did you mean `high`?",
                "unknown key `paylod` in a feed; did you mean `payload`?",
                "unknown key `vlaue` in `payload`; did you mean `value`?",
                "`value` is `x`, which does not begin with `$`, the whole document; "
                    + "write `$.x`",
                "unknown key `timeunit` in `payload`; did you mean `timeUnit`?",
                "`timeUnit` is `sec`; "
                    + "write one of `auto`, `s`, `ms`, `us`, `ns`, `iso`, `filetime`",
            ]
        )
    }

    @Test("nothing else follows from a misspelt key")
    func noFollowUps() {
        expectProblems(
            """
            §clases: {c: {§unti: Cel, §chekcs: {range: {fial: [0, 1]}}}}
            feeds: [{§topci: a, class: c}]
            """.replacing("{fial", with: "{§fial"),
            [
                "unknown key `clases` in the configuration; did you mean `classes`?",
                "unknown key `unti` in the class `c`; did you mean `unit`?",
                "unknown key `chekcs` in the class `c`; did you mean `checks`?",
                "unknown key `fial` in the check `range`; did you mean `fail`?",
                "unknown key `topci` in a feed; did you mean `topic`?",
            ]
        )
    }

    @Test("a misspelt key of a feed is laid over its class as the key meant")
    func layered() {
        expectProblems(
            """
            classes: {c: {checks: {range: {suspect: [5, 95]}}}}
            feeds: [{topic: a, class: c, checks: {§rnage: {fail: [0, 50]}}}]
            """.replacing("suspect: [", with: "suspect: §["),
            [
                "`suspect` reaches outside `fail`; write a suspect interval within `[0, 50]`",
                "unknown key `rnage` in `checks`; did you mean `range`?",
            ]
        )
    }

    @Test("where the key meant is there too, it alone counts")
    func both() {
        expectProblems(
            "gateway: g\n§gatway: a/b\nfeeds: [{topic: a, §topc: 5}]\n",
            [
                "unknown key `gatway` in the configuration; did you mean `gateway`?",
                "unknown key `topc` in a feed; did you mean `topic`?",
            ]
        )
    }

    @Test("a secret under a misspelt or wrong key is never looked at")
    func secrets() {
        let text = "broker: {url: mqtt://localhost, password: hunter2}\nfeeds: [{topic: a}]\n"
        #expect(problems(of: text).count == 1)
        #expect(!problems(of: text).contains { "\($0)".contains("hunter2") })
    }
}
