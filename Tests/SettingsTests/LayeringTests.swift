import Alarms
import Decoding
import Monitoring
import Testing

@testable import Settings

@Suite("Classes and feeds")
struct LayeringTests {
    private static let text = """
        classes:
          base:
            unit: Cel
            period: 1s
            payload: {value: $.v, time: $.t, timeUnit: ms}
            checks:
              range: {fail: [0, 100], suspect: [10, 90]}
              flatLine: {for: 60s, tolerance: 0.5}
              spike: false
              silence: {minimumSamples: 5}
            alarm: {priority: medium, onDelay: 10s, cause: from the class}
        feeds:
          - topic: a
            class: base
            period: 2s
            payload: {fields: [{value: $.x}, {value: $.y, unit: K}]}
            checks:
              range: {fail: [0, 200]}
              flatLine: false
              spike: {confirm: 2}
              silence: true
            alarm: {onDelay: 0s}
          - topic: b
            class: base
          - topic: c
        """

    @Test("a feed's values win key by key, and the rest is inherited")
    func merge() throws {
        let feeds = try parse(Self.text).feeds
        let rule = feeds[0].rule
        #expect(rule.unit == "Cel")
        #expect(rule.period == .seconds(2))
        #expect(rule.fieldNames == ["x", "y"])
        #expect(rule.checks["range"]?.interval("fail")?.high == 200)
        #expect(rule.checks["range"]?.interval("suspect")?.low == 10)
        #expect(rule.checks["flatLine"] == CheckParameters(isEnabled: false))
        #expect(rule.checks["spike"] == CheckParameters(values: ["confirm": .count(2)]))
        #expect(rule.checks["silence"]?.count("minimumSamples") == 5)
        #expect(feeds[0].payload.fields.map(\.name) == ["x", "y"])
        #expect(feeds[0].payload.fields[1].unit == .declared("K"))
        #expect(feeds[0].payload.time == (try JSONPath("$.t")))
        #expect(feeds[0].payload.timeUnit == .ms)
        #expect(feeds[0].alarm.onDelay == Nanoseconds(0))
        #expect(feeds[0].alarm.cause == "from the class")
        #expect(feeds[0].alarm.priority == .medium)
    }

    @Test("a feed with nothing of its own is its class, and one without class is the default")
    func untouched() throws {
        let feeds = try parse(Self.text).feeds
        #expect(feeds[1].rule.checks["range"]?.interval("fail")?.high == 100)
        #expect(feeds[1].rule.checks["spike"] == CheckParameters(isEnabled: false))
        #expect(feeds[1].rule.fieldNames == ["v"])
        #expect(feeds[1].className == "base")
        #expect(feeds[2].rule.checks.isEmpty)
        #expect(feeds[2].payload == PayloadSettings())
        #expect(feeds[2].alarm == AlarmSettings())
        #expect(feeds[2].rule.window == .seconds(60))
        #expect(feeds[2].rule.timing == FeedTiming())
    }

    @Test("every effective value knows where it was written")
    func origins() throws {
        let feed = try parse(Self.text).feeds[0]
        func place(_ line: Int, _ column: Int) -> Place {
            Place(file: "assay.yaml", line: line, column: column)
        }
        #expect(feed.origin(of: "unit") == .fromClass("base", place(3, 11)))
        #expect(feed.origin(of: "period") == .fromFeed(place(15, 13)))
        #expect(feed.origin(of: "window") == .byDefault)
        #expect(feed.origin(of: "checks.range.fail") == .fromFeed(place(18, 21)))
        #expect(feed.origin(of: "checks.range.suspect") == .fromClass("base", place(7, 40)))
        #expect(feed.origin(of: "checks.flatLine") == .fromFeed(place(19, 17)))
        #expect(feed.origin(of: "checks.flatLine.for") == .byDefault)
        #expect(
            feed.origin(of: "checks.silence.minimumSamples") == .fromClass("base", place(10, 33))
        )
        #expect(feed.origin(of: "alarm.cause") == .fromClass("base", place(11, 52)))
        #expect(feed.origin(of: "payload.value") == .byDefault)
        #expect(feed.origin(of: "payload.time") == .fromClass("base", place(5, 33)))
    }

    @Test("a contradiction between class and feed is reported where the feed causes it")
    func contradiction() {
        expectProblems(
            """
            classes:
              c: {checks: {range: {suspect: §[5, 95]}}}
            feeds:
              - {topic: a, class: c, checks: {range: {fail: [0, 50]}}}
              - {topic: b, class: c, checks: {range: {fail: [0, 100]}}}
            """,
            [
                "`suspect` reaches outside `fail`; "
                    + "write a suspect interval within `[0, 50]`"
            ]
        )
    }

    @Test("--explain says of every limit that nobody gave whether it is learned, and of no other")
    func learned() throws {
        let configuration = try Configuration.parse(
            """
            broker: {url: mqtt://localhost}
            feeds:
              - {topic: a}
              - {topic: b, period: 1s, checks: {flatLine: {for: 300s}, noise: {max: 2}, spike: {fail: 5}}}
            """,
            file: "assay.yaml",
            hostName: "test",
        )
        let blocks = Explanation.text(configuration).split(separator: "\n\n").map { block in
            block.split(separator: "\n").map {
                $0.split(separator: " ").joined(separator: " ")
            }
        }
        for check in CheckCatalogue.all {
            guard let unless = check.learnsUnless else { continue }
            #expect(blocks[0].contains("checks.\(check.name) on, limits learned default"))
            let limits = check.parameters.filter { $0.absence == "learned" }
            #expect(unless.isEmpty || !limits.isEmpty || check.name == "sentinel")
            for limit in limits {
                #expect(blocks[0].contains("checks.\(check.name).\(limit.name) learned default"))
            }
        }
        for expected in [
            "checks.flatLine.for 5min feed", "checks.flatLine.suspect none default",
            "checks.spike.suspect none default",
            "checks.gap.factor 1.5, or none beside maxGap default",
            "checks.gap on default", "checks.completeness.min 0.95 default",
            "checks.noise on feed", "checks.unit on, limits learned default",
        ] {
            #expect(blocks[1].contains { $0.hasPrefix(expected) }, "\(expected)")
        }
    }

    @Test("--explain prints each value with its origin")
    func explanation() throws {
        let configuration = try parse(Self.text)
        let text = Explanation.text(configuration, catalogue: TestCatalogue.all)
        let lines = text.split(separator: "\n").map { line in
            line.split(separator: " ").joined(separator: " ")
        }
        #expect(lines.first == "a (assay.yaml:13:5)")
        for expected in [
            "unit Cel class base (assay.yaml:3:11)",
            "period 2s feed (assay.yaml:15:13)",
            "window 1min default",
            "checks.range.fail [0, 200] feed (assay.yaml:18:21)",
            "checks.flatLine off feed (assay.yaml:19:17)",
            "checks.spike.confirm 2 feed (assay.yaml:20:24)",
            "checks.spike.mode average default",
            "checks.range.confirm 3 default",
            "alarm.priority medium class base (assay.yaml:11:23)",
            "payload.fields x = $.x, y = $.y feed (assay.yaml:16:23)",
        ] {
            #expect(lines.contains(expected), "\(expected)")
        }
    }
}
