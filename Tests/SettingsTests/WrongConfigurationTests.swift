import Monitoring
import Testing

@testable import Settings

/// What somebody reads who writes a configuration for the first time: whole files with mistakes that
/// people make, and the whole answer.
@Suite("Wrong configurations")
struct WrongConfigurationTests {
    struct Wrong: Sendable, CustomTestStringConvertible {
        var title: String
        var text: String
        var report: String

        var testDescription: String { title }
    }

    @Test("are answered with every problem and what to write instead", arguments: examples)
    func answer(wrong: Wrong) throws {
        #expect {
            _ = try parse(wrong.text, catalogue: CheckCatalogue.all)
        } throws: { error in
            guard let problems = error as? ConfigurationProblems else { return false }
            let report = CheckReport.text(problems, path: "assay.yaml")
            #expect(report == wrong.report)
            return true
        }
    }

    static let examples: [Wrong] = [
        Wrong(
            title: "a broker's host and port beside each other, and a gateway with a space",
            text: """
                gateway: hall 3
                broker:
                  host: 10.0.0.5
                  port: 1883
                feeds:
                  - topic: plant/#

                """,
            report: """
                assay.yaml:1:10: error: `gateway` is `hall 3`; write 1 to 64 of A–Z a–z 0–9 _ . -, \
                it becomes a part of topics
                assay.yaml:3:3: error: `host` is not a key of `broker`; write `url: \
                mqtt://host:port`
                assay.yaml:4:3: error: `port` is not a key of `broker`; write `url: \
                mqtt://host:port`

                assay.yaml is refused: 3 errors

                """,
        ),
        Wrong(
            title: "a furnace as somebody writes it who knows other systems",
            text: """
                broker: { url: mqtt://localhost }
                feeds:
                  - topic: plant/furnace1/temp
                    unit: °C
                    period: 1
                    checks:
                      range: { min: 0, max: 1400 }
                      silence: { after: 0s }
                      flatline: { for: 5m, tolerence: 0,05 }

                """,
            report: """
                assay.yaml:4:11: error: `unit` is `°C`, which is no UCUM code; write `Cel`
                assay.yaml:5:13: error: `period` is `1`, which has no unit; write `1s` if you mean \
                seconds
                assay.yaml:7:16: error: `min` is not a key of the check `range`; write `fail: \
                [low, high]`
                assay.yaml:7:24: error: `max` is not a key of the check `range`; write `fail: \
                [low, high]`
                assay.yaml:8:25: error: `after` is 0s; write a duration from 100ms to 1y
                assay.yaml:9:7: error: unknown key `flatline` in `checks`; did you mean `flatLine`?
                assay.yaml:9:24: error: `for` is `5m`, which is not a duration; write `5min`
                assay.yaml:9:28: error: unknown key `tolerence` in the check `flatLine`; did you \
                mean `tolerance`?
                assay.yaml:9:41: error: `05` stands alone after a `,`, which ends a value; write a \
                number with a point, such as `0.05`

                assay.yaml is refused: 9 errors

                """,
        ),
        Wrong(
            title: "a tab",
            text: """
                broker:
                \turl: mqtt://localhost
                feeds:
                  - topic: plant/#

                """,
            report: """
                assay.yaml:2:1: error: a tab is used to indent; indent with spaces, YAML allows \
                nothing else

                assay.yaml is refused: 1 error

                """,
        ),
        Wrong(
            title: "a feed without its dash",
            text: """
                broker: { url: mqtt://localhost }
                feeds:
                  topic: plant/press
                  alarm: high

                """,
            report: """
                assay.yaml:3:3: error: `feeds` is a mapping, not a list; write `- ` before its \
                first key
                assay.yaml:4:10: error: `alarm` is the text `high`, not a mapping; write \
                `priority: …` below it, indented

                assay.yaml is refused: 2 errors

                """,
        ),
        Wrong(
            title: "passwords, a filter that goes on after #, and a feed that is only a topic",
            text: """
                broker:
                  url: mqtt://assay:geheim@broker.plant.local
                  password: geheim
                feeds:
                  - topic: plant/#/temperature
                  - plant/oven

                """,
            report: """
                assay.yaml:2:8: error: `url` holds a user or a password; write `username:` and \
                `passwordFile:` beside it
                assay.yaml:3:3: error: `password` would put a secret into the configuration; write \
                `passwordFile:` with the path of a file that holds it
                assay.yaml:5:12: error: `topic` is `plant/#/temperature`, which has `#` before its \
                last level; a filter looks like `plant/{area}/+/temperature` or `plant/#`
                assay.yaml:6:5: error: a feed is the text `plant/oven`; write `- topic: plant/oven`

                assay.yaml is refused: 4 errors

                """,
        ),
        Wrong(
            title: "a misspelt class, a reversed range and a misspelt placeholder",
            text: """
                broker: { url: mqtt://localhost }
                classes:
                  termocouple:
                    unit: Cel
                    checks: { range: { fail: [1400, 0], suspect: [20, 1250] } }
                feeds:
                  - topic: plant/{furnace}/temperature
                    class: thermocouple
                    label: "Furnace {funrace}"

                """,
            report: """
                assay.yaml:5:30: error: `fail` is reversed, 1400 is above 0; write `[0, 1400]`
                assay.yaml:8:12: error: there is no class `thermocouple`; did you mean \
                `termocouple`?
                assay.yaml:9:21: error: the topic has no level `{funrace}` for the label; did you \
                mean `furnace`?

                assay.yaml is refused: 3 errors

                """,
        ),
        Wrong(
            title: "one topic in two entries, a path without $, and filters that cross",
            text: """
                broker: { url: mqtt://localhost }
                feeds:
                  - topic: plant/vacuum
                    payload: { format: json, fields: [{ name: chamber, value: $.chamber }] }
                  - topic: plant/vacuum
                    payload: { format: json, fields: [{ name: pump, value: pump.current }] }
                  - topic: plant/+/level
                  - topic: tank/#
                  - topic: +/tank1/level

                """,
            report: """
                assay.yaml:5:12: error: two feeds claim `plant/vacuum`, and only the first would \
                be read; remove one; the other is at assay.yaml:3:12
                assay.yaml:6:60: error: `value` is `pump.current`, which does not begin with `$`, \
                the whole document; write `$.pump.current`
                assay.yaml:9:12: error: `+/tank1/level` and `plant/+/level` claim the same topics, \
                such as `plant/tank1/level`, and neither is more specific; make one narrower; the \
                other is at assay.yaml:7:12

                assay.yaml is refused: 3 errors

                """,
        ),
        Wrong(
            title: "times without unit, ages in the wrong order, a size in GB",
            text: """
                broker: { url: mqtt://localhost }
                store:
                  retention: { minute: 30d, quarterHour: 7d, maxBytes: 4GB }
                feeds:
                  - topic: plant/#
                    alarm: { onDelay: 30, offDelay: -5s, priority: urgent, cause: "" }

                """,
            report: """
                assay.yaml:3:42: error: `quarterHour` is kept for 7d, shorter than `minute` with \
                30d; keep `quarterHour` at least as long
                assay.yaml:3:56: error: `maxBytes` is `4GB`, which is not a size; write `4GiB`
                assay.yaml:6:23: error: `onDelay` is `30`, which has no unit; write `30s` if you \
                mean seconds
                assay.yaml:6:37: error: `offDelay` is negative; write a duration from 0s to 1d
                assay.yaml:6:52: error: `priority` is `urgent`; write one of `critical`, `high`, \
                `medium`, `low`, `journal`
                assay.yaml:6:67: error: `cause` is empty, and an alarm of priority low or above \
                needs it; write a sentence, or remove the key for the check's own text

                assay.yaml is refused: 6 errors

                """,
        ),
        Wrong(
            title: "times below the period, what comes later, and a check without its limit",
            text: """
                feeds:
                  - topic: plant/press
                    period: 10s
                    checks: { silence: { after: 5s }, gap: { maxGap: 10s }, range: {}, drift: { fail: 5 } }
                deliveries:
                  - webhook: { url: https://example.org }
                  - mqtt: { }
                    priorities: [hgih]

                """,
            report: """
                assay.yaml:4:33: error: `after` is 5s, and the feed's `period` is 10s; write a \
                time longer than the period, at best several of them
                assay.yaml:4:54: error: `maxGap` is 10s, and the feed's `period` is 10s; write a \
                time longer than the period, at best several of them
                assay.yaml:4:61: warning: `range` finds nothing without `fail` or `suspect`; give \
                one of them, or remove the check
                assay.yaml:4:72: error: `drift` is not supported yet in `checks`; remove \
                it; this version would not act on it
                assay.yaml:6:5: error: `webhook` is not supported yet in `deliveries`; remove it; \
                this version would not act on it
                assay.yaml:8:18: error: a priority is `hgih`; did you mean `high`?

                assay.yaml is refused: 5 errors and 1 warning

                """,
        ),
        Wrong(
            title: "a quote that is not closed",
            text: """
                broker: { url: "mqtt://localhost }
                feeds:
                  - topic: plant/#

                """,
            report: """
                assay.yaml:1:16: error: the quoted text that begins here has no end; close the \
                quotes

                assay.yaml is refused: 1 error

                """,
        ),
        Wrong(
            title: "a section in the singular, and keys of another case",
            text: """
                feed:
                  - topic: plant/press
                    unit: bar
                    payload: { time: ts, timezone: Stockholm }
                    unit: mbar

                """,
            report: """
                assay.yaml:1:1: error: unknown key `feed` in the configuration; did you mean \
                `feeds`?
                assay.yaml:4:22: error: `time` is `ts`, which does not begin with `$`, the whole \
                document; write `$.ts`
                assay.yaml:4:26: error: unknown key `timezone` in `payload`; did you mean \
                `timeZone`?
                assay.yaml:4:36: error: there is no time zone `Stockholm`; did you mean \
                `Europe/Stockholm`?
                assay.yaml:5:5: error: the key `unit` is given twice in one mapping; keep one; the \
                first is in line 3

                assay.yaml is refused: 5 errors

                """,
        ),
    ]
}
