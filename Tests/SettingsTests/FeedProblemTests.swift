import Alarms
import Monitoring
import Testing

@testable import Settings

@Suite("Problems of feeds and classes")
struct FeedProblemTests {
    @Test("a feed needs a topic that is a filter")
    func topics() {
        let example = "a filter looks like `plant/{area}/+/temperature` or `plant/#`"
        expectProblems(
            """
            feeds:
              - §label: x
              - §plant/#
              - topic: §a/#/b
              - topic: §a/b+
              - topic: §a/x{y}
              - topic: §"{z}/{z}"
              - topic:§ #
              - topic: §[a]
              - §[a]
            """,
            [
                "a feed has no `topic`; write `topic: plant/#`",
                "a feed is the text `plant/#`; write `- topic: plant/#`",
                "`topic` is `a/#/b`, which has `#` before its last level; \(example)",
                "`topic` is `a/b+`, which has a wildcard inside the level `b+`; "
                    + "a wildcard is a whole level; \(example)",
                "`topic` is `a/x{y}`, which has a brace inside the level `x{y}`; "
                    + "`{name}` is a whole level; \(example)",
                "`topic` has two levels with the name `{z}`; give them different names",
                "`topic` has no value; "
                    + "write one, in quotes if it begins with `#`, or remove the key",
                "`topic` is a list; write one value",
                "a feed is a list, not a mapping; write `topic: …` below it, indented",
            ]
        )
    }

    @Test("names that do not exist bring the likely one")
    func names() {
        expectProblems(
            """
            classes:
              thermocouple: {unit: Cel}
            broker: [{url: mqtt://localhost, name: hall}]
            feeds:
              - {topic: a, class: §termocouple}
              - {topic: b, class: thermocouple, broker: §hal}
              - {topic: c, broker: §other}
              - {topic: "{area}/d", label: "in §{aera}"}
            """,
            [
                "there is no class `termocouple`; did you mean `thermocouple`?",
                "there is no broker `hal`; did you mean `hall`?",
                "there is no broker `other`; the brokers are `hall`",
                "the topic has no level `{aera}` for the label; did you mean `area`?",
            ]
        )
    }

    @Test("times that cannot be")
    func times() {
        expectProblems(
            """
            feeds:
              - topic: a
                period: §0s
                window: §90s
                allowedLateness: §61s
                maxAhead: §-1s
              - topic: b
                revisionHorizon: §1s
              - §topic: c
                revisionHorizon: 20d
            """,
            [
                "`period` is 0s; write a duration from 1ms to 1y",
                "`window` is 90s; write a duration from 1s to 1min",
                "`allowedLateness` is 61s; write a duration from 0s to 1min",
                "`maxAhead` is negative; write a duration from 1s to 1d",
                "`revisionHorizon` is shorter than `allowedLateness`; make it at least 5s",
                "`revisionHorizon` is longer than minutes are kept, 3d; "
                    + "shorten it, or keep minutes longer with `store.retention.minute`",
            ]
        )
    }

    @Test("units are UCUM codes, and the feed's agrees with the payload's")
    func units() {
        expectProblems(
            """
            feeds:
              - {topic: a, unit: §°C}
              - {topic: b, unit: Cel, payload: {unit: §K}}
              - {topic: c, payload: {unit: §degF}}
              - {topic: d, payload: {unit: "$.u§[x]"}}
            """,
            [
                "`unit` is `°C`, which is no UCUM code; write `Cel`",
                "the payload's unit `K` is not the feed's unit `Cel`; write one of them",
                "`unit` is `degF`, which is no UCUM code; write `[degF]`",
                "`unit` is `$.u[x]`, which has `[x]`; write `[0]`, `['name']` or `[*]`; "
                    + "write a path such as `$.unit`, or a UCUM code",
            ]
        )
    }

    @Test("paths are checked to the character")
    func paths() {
        let example = "a path looks like `$.a.b`, `$['a b']` or `$.list[0]`"
        expectProblems(
            """
            feeds:
              - topic: a
                payload:
                  value: $.Öä§..b
                  time: "$.ts§['x y"
                  sequence: §seq
                  quality: §$.q[*]
            """,
            [
                "`value` is `$.Öä..b`, which has an empty name; \(example)",
                "`time` is `$.ts['x y`, which has a name in brackets that `']` does not end; "
                    + example,
                "`sequence` is `seq`, which does not begin with `$`, the whole document; "
                    + "write `$.seq`",
                "`quality` is `$.q[*]`, and `[*]` is of `each` only; "
                    + "write `each: $.values[*]` with `name:` and `value:`",
            ]
        )
    }

    @Test("a payload says in one way where its values are")
    func payloadShapes() {
        expectProblems(
            """
            feeds:
              - {topic: a, payload: {§value: $.v, fields: [{value: $.x}]}}
              - {topic: b, payload: {§name: $.n, value: $.v}}
              - {topic: c, payload: {§each: "$.v[*]", value: $.v}}
              - {topic: d, payload: {each: §$.v, name: $.n, value: $.v}}
              - {topic: e, payload: {fields: §[]}}
              - {topic: f, payload: {fields: [{value: $.a.x}, §{value: $.b.x}, §{name: y}]}}
              - {topic: g, payload: {fields: [§{value: "$[0]"}]}}
            """,
            [
                "`value` beside `fields`; write either `fields` or `value`",
                "`name` without `each`; write `fields: [{ name: …, value: … }]`",
                "`each` without `name`; "
                    + "write `name:` with a path within an element, such as `$.id`",
                "`each` is `$.v`, which does not end with its one `[*]`; "
                    + "write the array, such as `$.values[*]`",
                "`fields` is empty; write `[{ name: x, value: $.x }]`",
                "two fields have the name `x`; give each its own `name:`",
                "a field has no `value`; write `value: $.name`",
                "a field has no `name`, and its path has none; write `name:`",
            ]
        )
    }

    @Test("formats, time units, zones, words and codes")
    func payloadWords() {
        expectProblems(
            """
            feeds:
              - {topic: a, payload: {format: §csv, §separator: ";"}}
              - {topic: b, payload: {format: §jsn}}
              - {topic: c, payload: {timeUnit: §sec, timeZone: §Europe/Stokholm}}
              - {topic: d, payload: {words: [ON, §ON, §12, §""]}}
              - {topic: e, payload: {§qualityCodes: {good: [1], bad: [§1, §x]}}}
            """,
            [
                "the format `csv` is not supported yet; remove the feed, or publish JSON",
                "`separator` is not supported yet in `payload`; "
                    + "remove it; this version would not act on it",
                "there is no format `jsn`; did you mean `json`?",
                "`timeUnit` is `sec`; "
                    + "write one of `auto`, `s`, `ms`, `us`, `ns`, `iso`, `filetime`",
                "there is no time zone `Europe/Stokholm`; did you mean `Europe/Stockholm`?",
                "the word `ON` is given twice; remove one",
                "the word `12` is a number; remove it, numbers are read without words",
                "a word has no value; "
                    + "write one, in quotes if it begins with `#`, or remove the key",
                "`qualityCodes` without `quality`; write `quality:` with the path of the code",
                "the code 1 is given as `good` and as `bad`; keep one of them",
                "a code is the text `x`; "
                    + "write a whole number from -9007199254740992 to 9007199254740992",
            ]
        )
    }

    @Test("checks and their parameters come from the catalogue")
    func checks() {
        expectProblems(
            """
            feeds:
              - topic: a
                checks:
                  §rnage: {fail: [0, 1]}
                  §meanShift: {}
                  §falseAlarmInterval: 1y
                  range: {fail: [0, 10], suspect: §[5, 11], §warn: 1}
                  flatLine: {for: §-1s, tolerance: §-0.1, confirm: §0, hold: §x}
                  spike: {mode: §medain, absolute: §yes, minimumStep: §5, maximumStep: 2}
                  silence: §~
              - topic: b
                checks: {range: {fail: §[3, 2], suspect: §[1]}, silence: §off}
              - topic: c
                checks: {range: {fail: §[null, ~], suspect: [§a, 1]}, flatLine: {tolerance: §.nan}}
            """,
            [
                "unknown key `rnage` in `checks`; did you mean `range`?",
                "`meanShift` is not supported yet in `checks`; "
                    + "remove it; this version would not act on it",
                "`falseAlarmInterval` is not supported yet in `checks`; "
                    + "remove it; this version would not act on it",
                "`suspect` reaches outside `fail`; "
                    + "write a suspect interval within `[0, 10]`",
                "unknown key `warn` in the check `range`; "
                    + "its keys are `fail`, `suspect`, `confirm`, `hold`",
                "`for` is negative; write a duration from 1s to 1d",
                "`tolerance` is -0.1; write a number from 0 to 1e+300",
                "`confirm` is 0; write a number from 1 to 1000000",
                "`hold` is `x`, which is not a duration; "
                    + "write a number and ms, s, min, h, d, w or y, such as `30s`",
                "`mode` is `medain`; write one of `average`, `differential`",
                "`absolute` is the text `yes`; write `true` or `false`",
                "`minimumStep` is above `maximumStep`; "
                    + "`minimumStep` must not be above `maximumStep`",
                "`silence` is empty; write `true`, `false` or its parameters in braces",
                "`fail` is reversed, 3 is above 2; write `[2, 3]`",
                "`suspect` is a list of 1; write `[low, high]`, `null` for an open end",
                "`silence` is the text `off`; write `true`, `false` or its parameters in braces",
                "`fail` is open at both ends; give one, or remove it",
                "`suspect` is the text `a`; write a number",
                "`tolerance` is the text `.nan`; write a number from 0 to 1e+300",
            ]
        )
    }

    @Test("limits of a check stand in their order, defaults among them")
    func orderedLimits() {
        let order = "`suspect` must not be above `fail`"
        expectProblems(
            """
            feeds:
              - {topic: a, checks: {rateOfChange: {suspect: §5, fail: 2}}}
              - {topic: b, checks: {rateOfChange: {suspect: 2, fail: 5}}}
              - {topic: c, checks: {latency: {fail: §2s}}}
              - {topic: d, checks: {latency: {limit: §3s, fail: 2s}}}
              - {topic: e, checks: {latency: {limit: 1s, fail: 2s}}}
              - {topic: f, checks: {completeness: {fail: §0.97}}}
              - {topic: g, checks: {spike: {minimumStep: §2}}}
            """,
            [
                "`suspect` is above `fail`; \(order)",
                "`fail` is below the default of `limit`; `limit` must not be above `fail`",
                "`limit` is above `fail`; `limit` must not be above `fail`",
                "`fail` is above the default of `min`; `fail` must not be above `min`",
                "`minimumStep` is above the default of `maximumStep`; "
                    + "`minimumStep` must not be above `maximumStep`",
            ]
        )
    }

    @Test("settings of checks that nothing can meet, and checks that find nothing")
    func deadSettings() {
        expectProblems(
            """
            classes: {c: {checks: {flatLine: {tolerance: 1}}}}
            feeds:
              - {topic: a, class: c, checks: {flatLine: {}, §range: true}}
              - {topic: b, class: c, checks: {flatLine: {for: 5min}}}
              - topic: c
                period: 10s
                checks:
                  silence: {after: §10s}
                  gap: {maxGap: §1s}
                  flatLine: {for: §5s, suspect: §5s}
                  clockSkew: {future: §2min}
              - {topic: d, period: 10s, checks: {silence: {after: 35s}, gap: {maxGap: 11s}}}
              - {topic: e, checks: {flatLine: {mode: §qartod, fail: 5min}}}
              - {topic: f, checks: {flatLine: {mode: qartod, fail: 5min, tolerance: §0}}}
              - {topic: g, checks: {flatLine: {mode: qartod, fail: 5min, tolerance: 0.1}}}
              - {topic: h, checks: {flatLine: {§for: 5min, fail: 6min}}}
            """.replacing("mode: §qartod", with: "§mode: qartod"),
            [
                "warning: `range` finds nothing without `fail` or `suspect`; "
                    + "give one of them, or remove the check",
                "`after` is 10s, and the feed's `period` is 10s; "
                    + "write a time longer than the period, at best several of them",
                "`maxGap` is 1s, and the feed's `period` is 10s; "
                    + "write a time longer than the period, at best several of them",
                "`for` is 5s, and the feed's `period` is 10s; "
                    + "write a time longer than the period, at best several of them",
                "`suspect` is 5s, and the feed's `period` is 10s; "
                    + "write a time longer than the period, at best several of them",
                "`future` is 2min, longer than the feed's `maxAhead` of 1min; "
                    + "write a shorter time, or a longer `maxAhead`",
                "`mode: qartod` with a `tolerance` of 0 never flags anything, because the spread "
                    + "must be below it; write a `tolerance` above 0, or `mode: time`",
                "`mode: qartod` with a `tolerance` of 0 never flags anything, because the spread "
                    + "must be below it; write a `tolerance` above 0, or `mode: time`",
                "warning: `for` and `fail` are two words for one time, and `fail` counts; "
                    + "write one of them",
            ],
            catalogue: CheckCatalogue.all,
        )
    }

    @Test("a scalar has no paths, and a payload not more than the decoder follows")
    func tooManyPaths() {
        let fields = (1...127).map { "{value: $.f\($0)}" }.joined(separator: ", ")
        expectProblems(
            """
            feeds:
              - {topic: a, payload: {format: scalar, value: §$.v, time: §$.t}}
              - {topic: b, payload: §{time: $.t, fields: [\(fields)]}}
              - {topic: c, payload: {fields: [\(fields)]}}
            """,
            [
                "`value` is a path, and a scalar has none; "
                    + "write `format: json`, or remove `value`",
                "`time` is a path, and a scalar has none; write `format: json`, or remove `time`",
                "`payload` has 128 paths; write at most 127, "
                    + "or no `fields`: then every field of the message becomes a feed",
            ]
        )
    }

    @Test("an alarm has delays that can be, and texts that say something")
    func alarms() {
        expectProblems(
            """
            feeds:
              - topic: a
                alarm:
                  priority: §hgih
                  onDelay: §-1s
                  offDelay: §2d
                  latching: §maybe
                  §severity: 1
                  §shelvable: true
                  cause: §""
                  consequence: §"  "
                  action: "look at §{sensor}"
                  timeToRespond: §0s
              - {topic: b, alarm: {priority: journal, cause: ""}}
            """,
            [
                "`priority` is `hgih`; did you mean `high`?",
                "`onDelay` is negative; write a duration from 0s to 1d",
                "`offDelay` is 2d; write a duration from 0s to 1d",
                "`latching` is the text `maybe`; write `true` or `false`",
                "`severity` is not a key of `alarm`; write `priority:`",
                "`shelvable` is not supported yet in `alarm`; "
                    + "remove it; this version would not act on it",
                "`cause` is empty, and an alarm of priority low or above needs it; "
                    + "write a sentence, or remove the key for the check's own text",
                "`consequence` is empty, and an alarm of priority low or above needs it; "
                    + "write a sentence, or remove the key for the check's own text",
                "`{sensor}` in `action` is not filled in; use `{feed}`, `{value}` or `{limit}`",
                "`timeToRespond` is 0s; write a duration from 1s to 1y",
            ]
        )
    }

    @Test("what waits for a command that does not exist is warned of where it is asked for")
    func nobody() throws {
        expectProblems(
            """
            classes: {c: {alarm: {requiresAcknowledgement: §true}}}
            feeds:
              - {topic: a, class: c, alarm: {latching: §true}}
              - {topic: b, alarm: {requiresAcknowledgement: false, latching: false}}
            """,
            [
                "warning: nobody can acknowledge an alarm in this version: one that has cleared "
                    + "stays in the state RTNUN; "
                    + "remove `requiresAcknowledgement` until there is a command for it",
                "warning: nobody can reset an alarm in this version: one that latches never "
                    + "clears; remove `latching` until there is a command for it",
            ]
        )
        #expect(try parse("feeds: [{topic: a}]\n").feeds[0].alarm.requiresAcknowledgement == false)
    }

    @Test("a class is checked once, used or not, and is no feed")
    func classes() {
        expectProblems(
            """
            classes:
              used: {unit: §xyzzy, §topic: a, §class: x}
              §unused: {window: §0s}
              §wrong: §5
            feeds:
              - {topic: a, class: used, §when: {equals: 1}}
              - {topic: b, class: used}
            """,
            [
                "`unit` is `xyzzy`, which is no UCUM code; write a UCUM code such as `Cel`, `bar`, "
                    + "`m3/h` or `1` for a pure number",
                "`topic` is not a key of the class `used`; "
                    + "write it in the feed, a class is a template",
                "`class` is not a key of the class `used`; "
                    + "a class has no class; write its values here",
                "warning: no feed uses the class `unused`; "
                    + "name it with `class:` in a feed, or remove it",
                "`window` is 0s; write a duration from 1s to 1min",
                "warning: no feed uses the class `wrong`; "
                    + "name it with `class:` in a feed, or remove it",
                "the class `wrong` is the text `5`, not a mapping; "
                    + "write `unit: …` below it, indented",
                "`when` is not supported yet in a feed; "
                    + "remove it; this version would not act on it",
            ]
        )
    }

    @Test("two feeds must not claim one topic, whatever fields they name")
    func claims() {
        expectProblems(
            """
            gateway: g
            broker: [{url: mqtt://localhost, name: x}, {url: mqtts://y, name: y}]
            feeds:
              - {topic: plant/a}
              - {topic: §plant/a}
              - {topic: plant/b, payload: {fields: [{value: $.x}, {value: $.y}]}}
              - {topic: §plant/b, payload: {fields: [{value: $.z}]}}
              - {topic: "plant/{area}/+"}
              - {topic: §"plant/+/{zone}"}
              - {topic: §+/hall/+}
              - {topic: plant/hall/3}
              - {topic: §plant/#}
              - {topic: §assay/g/alarms/#}
              - {topic: §$share/group/plant/#}
              - {topic: only, broker: x}
              - {topic: only, broker: y}
            """,
            [
                "two feeds claim `plant/a`, and only the first would be read; "
                    + "remove one; the other is at assay.yaml:4:13",
                "two feeds claim `plant/b`, and only the first would be read; "
                    + "put the fields of both into one `fields:` list; "
                    + "the other is at assay.yaml:6:13",
                "two feeds claim `plant/+/{zone}`, and only the first would be read; "
                    + "remove one; the other is at assay.yaml:8:13",
                "`+/hall/+` and `plant/{area}/+` claim the same topics, such as `plant/hall/x`, "
                    + "and neither is more specific; "
                    + "make one narrower; the other is at assay.yaml:8:13",
                "`plant/#` and `+/hall/+` claim the same topics, such as `plant/hall/x`, "
                    + "and neither is more specific; "
                    + "make one narrower; the other is at assay.yaml:10:13",
                "`assay/g/alarms/#` can never match, because topics below `assay/g` are Assay's "
                    + "own and are not read; write the topic of a device, or change `gateway`",
                "`$share/group/plant/#` is a shared subscription, which gives each message to only "
                    + "one subscriber, so that every feed would have gaps; "
                    + "write the filter without `$share/…/`",
            ]
        )
    }
}
