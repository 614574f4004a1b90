import TestSupport
import Testing

@testable import Monitoring

private let t0 = Double(Plant.start)

@Suite("Other rules while feeds run")
struct ReloadTests {
    private static func rule(
        _ filter: String,
        period: Nanoseconds? = nil,
        _ checks: [String: CheckParameters] = [:],
    ) throws -> FeedRule {
        FeedRule(filter: try TopicFilter(filter), period: period, checks: checks)
    }

    private static func range(_ high: Double) -> [String: CheckParameters] {
        ["range": CheckParameters(values: ["fail": .interval(low: 0, high: high)])]
    }

    // MARK: What was not changed

    private static func stream(_ plant: inout Plant, _ seconds: Range<Int>, seed: UInt64) {
        for second in seconds {
            var random = SeededGenerator(seed: seed &+ UInt64(second))
            for topic in ["plant/a", "plant/b"] {
                let roll = Int.random(in: 0..<100, using: &random)
                // Now and then nothing, a spike, a repeated time, a late one, garbage.
                if roll == 0 || (second % 400) > 370 { continue }
                if roll == 1 {
                    plant.garble(topic, at: t0 + Double(second))
                    continue
                }
                let noise = Double.random(in: -1...1, using: &random)
                let value = roll == 2 ? 500 : 50 + noise + (second > 900 ? 8 : 0)
                let source = Double(second) - (roll == 3 ? 30 : 0) - (roll == 4 ? 1 : 0)
                plant.send(topic, ["v": value], at: t0 + Double(second), source: t0 + source)
            }
        }
        plant.run(to: t0 + Double(seconds.upperBound))
    }

    /// Goal: state goes on. Method: the same stream twice, once with reloads in it that change rules of
    /// others, their order and their number; nothing may come out otherwise.
    @Test(
        "what is not changed about a feed changes nothing that is found and stored of it",
        arguments: [1, 2, 3] as [UInt64],
    )
    func unchangedFeeds(seed: UInt64) throws {
        let own = try Self.rule("plant/+", Self.range(100))
        var plain = Plant(rules: [own])
        Self.stream(&plain, 0..<400, seed: seed)
        Self.stream(&plain, 400..<800, seed: seed)
        Self.stream(&plain, 800..<1_500, seed: seed)
        plain.finish()

        var reloaded = Plant(rules: [own])
        Self.stream(&reloaded, 0..<400, seed: seed)
        let before = try Self.rule("other/#")
        #expect(reloaded.reload([before, own]).unchanged == 2)
        Self.stream(&reloaded, 400..<800, seed: seed)
        let wide = try Self.rule("#", Self.range(3))
        #expect(reloaded.reload([wide, before, own]).unchanged == 2)
        Self.stream(&reloaded, 800..<1_500, seed: seed)
        reloaded.finish()

        #expect(plain.story == reloaded.story, "seed \(seed)")
        #expect(plain.story.count > 10, "the stream found too little to prove anything")
        #expect(
            plain.report.findings.map(\.finding.id) == reloaded.report.findings.map(\.finding.id)
        )
        for key in ["plant/a", "plant/b"] {
            let feed = try #require(plain.feed(key)).id
            for minute in 0..<25 {
                let number = Plant.minute(t0) + Int64(minute)
                #expect(plain.row(feed, minute: number) == reloaded.row(feed, minute: number))
            }
        }
        #expect(plain.monitor.messageTotals.received == reloaded.monitor.messageTotals.received)
    }

    @Test("topics that are bound anew after a reload are not taken for displaced ones")
    func noDisplacement() throws {
        let rule = try Self.rule("plant/#")
        var plant = Plant(rules: [rule])
        let topics = (0..<1_500).map { "plant/\($0)" }
        for topic in topics { plant.send(topic, ["v": 1], at: t0 + 1) }
        plant.run(to: t0 + 2)
        #expect(plant.reload([rule, try Self.rule("more/#")]).unchanged == 1_500)
        for topic in topics { plant.send(topic, ["v": 2], at: t0 + 3) }
        plant.run(to: t0 + 130)
        #expect(plant.monitor.feedCount == 1_500)
        #expect(plant.report.conditions.isEmpty)
    }

    @Test(
        "a baseline goes on across a reload, and begins anew where values are read from elsewhere"
    )
    func baseline() throws {
        let rule = try Self.rule("plant/#")
        var plant = Plant(rules: [rule])
        var random = SeededGenerator(seed: 4)
        for second in 0..<100 {
            let value = Double.random(in: 20...21, using: &random)
            plant.send("plant/a", ["v": value], at: t0 + Double(second))
        }
        plant.run(to: t0 + 100)
        let seen = try #require(plant.monitor.census(lookingAt: 1).samplesSeen)
        #expect(seen > 90)
        #expect(plant.reload([try Self.rule("more/#"), rule]).unchanged == 1)
        #expect(plant.monitor.census(lookingAt: 1).samplesSeen == seen)
        let other = plant.reload([rule]) { _, _, field in field != "v" }
        #expect(other.changed == 1 && other.restarts.map(\.readsOtherValues) == [true])
        #expect(other.restarts.first?.checks.count == CheckCatalogue.all.count)
        #expect(plant.monitor.census(lookingAt: 1).samplesSeen == 0)
    }

    // MARK: What was changed

    /// Two findings are open: `range` for a value above 100, and `clockSkew` for a time in the future.
    private static func troubled(_ rule: FeedRule) -> Plant {
        var plant = Plant(rules: [rule])
        for second in 0..<60 {
            plant.send("plant/a", ["v": 150], at: t0 + Double(second))
            plant.garble("plant/b", at: t0 + Double(second))
        }
        plant.run(to: t0 + 60)
        return plant
    }

    @Test(
        "a limit that was changed leaves the finding open until the check says good by the new one"
    )
    func changedLimit() throws {
        var plant = Self.troubled(try Self.rule("plant/#", Self.range(100)))
        #expect(plant.story.contains("range:confirmed"))
        let adoption = plant.reload([try Self.rule("plant/#", Self.range(200))])
        #expect(adoption.changed == 2 && adoption.closed == 0)
        #expect(adoption.restarts.map { $0.checks.map(\.name) } == [["range"]])
        #expect(adoption.restarts.map(\.feeds) == [2])
        #expect(!plant.story.contains("range:ended"))
        for second in 60..<90 { plant.send("plant/a", ["v": 150], at: t0 + Double(second)) }
        plant.run(to: t0 + 90)
        #expect(plant.story.contains("range:ended"))
        #expect(plant.story.count { $0 == "range:began" } == 1)
    }

    /// A value that stands for 70 s, a reload after 40 of them, `flatLine` from 60 s on.
    private static func flatLine(_ rule: (Double) throws -> FeedRule) rethrows -> [String] {
        var plant = Plant(rules: [try rule(0)])
        for second in 0..<40 { plant.send("plant/a", ["v": 7], at: t0 + Double(second)) }
        plant.run(to: t0 + 40)
        _ = plant.reload([try rule(1)])
        for second in 40..<70 { plant.send("plant/a", ["v": 7], at: t0 + Double(second)) }
        plant.run(to: t0 + 70)
        return plant.story.filter { $0.hasPrefix("flatLine") }
    }

    @Test(
        "of a feed whose rule changed, a check that was not changed goes on, and a changed one begins"
    )
    func oneCheckOfSeveral() throws {
        let flat = { (seconds: Double) in
            CheckParameters(values: ["for": .duration(.seconds(Int64(seconds)))])
        }
        let goesOn = try Self.flatLine { round in
            var checks = Self.range(100 + round)
            checks["flatLine"] = flat(60)
            return try Self.rule("plant/#", checks)
        }
        #expect(goesOn.first == "flatLine:began")
        let beginsAnew = try Self.flatLine { round in
            try Self.rule("plant/#", ["flatLine": flat(60 + round)])
        }
        #expect(beginsAnew == [])
        let otherwiseHeld = try Self.flatLine { round in
            var check = flat(60)
            check.values["hold"] = .duration(.seconds(10 + Int64(round)))
            return try Self.rule("plant/#", ["flatLine": check])
        }
        #expect(
            otherwiseHeld.first == "flatLine:began",
            "how long a finding is held is not its check"
        )
    }

    @Test("a check that is switched off ends its finding, and no other")
    func switchedOff() throws {
        var plant = Self.troubled(try Self.rule("plant/#", Self.range(100)))
        _ = plant.reload(
            [try Self.rule("plant/#", ["range": CheckParameters(isEnabled: false)])]
        )
        let ended = plant.report.findings.filter { $0.change == .ended }
        #expect(ended.map(\.finding.check.name) == ["range"])
        #expect(ended.first?.finding.detail == "the configuration does not ask this check any more")
    }

    @Test("a check that is switched on finds what goes on")
    func switchedOn() throws {
        var plant = Self.troubled(try Self.rule("plant/#"))
        #expect(!plant.story.contains("range:began"))
        _ = plant.reload([try Self.rule("plant/#", Self.range(100))])
        for second in 60..<70 { plant.send("plant/a", ["v": 150], at: t0 + Double(second)) }
        plant.run(to: t0 + 70)
        #expect(plant.story.contains("range:confirmed"))
    }

    @Test("a feed that no rule claims any more is forgotten, and its messages are ignored")
    func removedRule() throws {
        let (a, b) = (try Self.rule("plant/a"), try Self.rule("plant/b"))
        var plant = Plant(rules: [a, b])
        for topic in ["plant/a", "plant/b"] { plant.send(topic, ["v": 1], at: t0 + 1) }
        plant.run(to: t0 + 2)
        let feed = try #require(plant.monitor.describeFeeds().first { $0.key == "plant/a" }).id
        let adoption = plant.reload([b])
        #expect(adoption.closed == 1 && adoption.unchanged == 1)
        #expect(plant.report.forgottenFeeds == [feed])
        #expect(plant.row(feed, minute: Plant.minute(t0)).counts.samples == 1, "its minute is kept")
        plant.send("plant/a", ["v": 1], at: t0 + 3)
        plant.send("plant/b", ["v": 1], at: t0 + 3)
        plant.run(to: t0 + 200)
        #expect(plant.monitor.feedCount == 1)
        #expect(plant.monitor.messageTotals.ignored == 1)
        let story = plant.report.findings.filter { $0.finding.feed == feed }
        #expect(story.isEmpty, "a feed that is gone is not silent")
    }

    @Test(
        "a topic that was ignored is met when a rule claims it, and a new rule is watched at once"
    )
    func addedRule() throws {
        let a = try Self.rule("plant/a")
        var plant = Plant(rules: [a])
        plant.connection(isUp: true, at: t0)
        plant.send("plant/b", ["v": 1], at: t0 + 1)
        plant.run(to: t0 + 2)
        #expect(plant.monitor.messageTotals.ignored == 1)
        let adoption = plant.reload(
            [try Self.rule("plant/+"), a, try Self.rule("never/heard", period: .seconds(1))]
        )
        #expect(adoption.declared == 1)
        plant.send("plant/b", ["v": 1], at: t0 + 3)
        plant.run(to: t0 + 120)
        #expect(plant.monitor.messageTotals.ignored == 1)
        #expect(plant.feed("plant/b") != nil)
        let silent = plant.report.findings.filter { $0.finding.check.name == "silence" }
            .map(\.finding.feed)
        #expect(silent.contains(try #require(plant.feed("never/heard")).id))
    }

    @Test("a field that a rule no longer names is closed, the others go on")
    func removedField() throws {
        var rule = try Self.rule("plant/a")
        rule.fieldNames = ["x", "y"]
        rule.namesFields = true
        var plant = Plant(rules: [rule])
        plant.send("plant/a", ["x": 1, "y": 2], at: t0 + 1)
        plant.run(to: t0 + 2)
        rule.fieldNames = ["x", "z"]
        let adoption = plant.reload([rule])
        #expect(adoption.closed == 1 && adoption.unchanged == 1 && adoption.declared == 1)
        #expect(Set(plant.monitor.describeFeeds().map(\.key)) == ["plant/a:x", "plant/a:z"])
    }

    @Test("label, labels and unit follow the rule, and are stored")
    func naming() throws {
        var plant = Plant(rules: [try Self.rule("plant/+")])
        plant.send("plant/a", ["v": 1], at: t0 + 1)
        plant.run(to: t0 + 2)
        var rule = try Self.rule("plant/{machine}")
        rule.label = "machine {machine}"
        rule.unit = "Cel"
        let adoption = plant.reload([rule])
        #expect(adoption.changed == 1 && adoption.restarts.isEmpty)
        let feed = try #require(plant.report.newFeeds.last)
        #expect(feed.label == "machine a" && feed.unit == "Cel")
        #expect(feed.labels == [FeedDescription.Label(name: "machine", value: "a")])
    }

    @Test("another period counts its slots from now, and the minute keeps all its samples")
    func period() throws {
        var plant = Plant(rules: [try Self.rule("plant/a", period: .seconds(1))])
        plant.connection(isUp: true, at: t0)
        for second in 0..<30 { plant.send("plant/a", ["v": 1], at: t0 + Double(second)) }
        plant.run(to: t0 + 30)
        let adoption = plant.reload([try Self.rule("plant/a", period: .seconds(2))])
        #expect(adoption.changed == 1)
        for second in stride(from: 30, to: 180, by: 2) {
            plant.send("plant/a", ["v": 1], at: t0 + Double(second))
        }
        plant.run(to: t0 + 180)
        let feed = try #require(plant.monitor.describeFeeds().first)
        #expect(feed.period.map { abs($0.seconds - 2) < 0.02 } == true)
        #expect(plant.row(feed.id, minute: Plant.minute(t0)).counts.samples == 45)
        let second = plant.row(feed.id, minute: Plant.minute(t0) + 1)
        #expect(second.expected == 30 && second.filled == 30)
        #expect(plant.story.allSatisfy { !$0.hasPrefix("gap") && !$0.hasPrefix("completeness") })
    }

    @Test("a discovered feed that a rule names counts no longer towards the limit")
    func declared() throws {
        let wide = try Self.rule("plant/#")
        var plant = Plant(rules: [wide])
        plant.send("plant/a", ["v": 1], at: t0 + 1)
        plant.run(to: t0 + 2)
        #expect(plant.monitor.discoveredFeedCount == 1)
        #expect(plant.reload([wide, try Self.rule("plant/a")]).changed == 1)
        #expect(plant.monitor.discoveredFeedCount == 0)
        #expect(plant.monitor.feedCount == 1)
        #expect(plant.reload([wide]).changed == 1)
        #expect(plant.monitor.discoveredFeedCount == 1)
    }

    @Test("of a topic and the subtree below it the topic's own rule claims it")
    func topicAndSubtree() throws {
        let (exact, wide) = (try TopicFilter("plant/a"), try TopicFilter("plant/a/#"))
        #expect(exact.isMoreSpecific(than: wide) && !wide.isMoreSpecific(than: exact))
        for rules in [[exact, wide], [wide, exact]] {
            let settings = MonitorSettings(
                ownTopicRoot: "own",
                brokerNames: ["main"],
                rules: rules.map { FeedRule(filter: $0) },
            )
            let matcher = RuleMatcher(settings: settings)
            let index = try #require(matcher.rule(for: "plant/a", broker: 0))
            #expect(rules[index] == exact)
            let below = try #require(matcher.rule(for: "plant/a/b", broker: 0))
            #expect(rules[below] == wide)
        }
    }

    /// Goal: the index of rules without wildcards changes nothing. Method: a plain walk over all rules.
    @Test("the rule that claims a topic is that of a plain walk", arguments: [1, 2] as [UInt64])
    func matcherOracle(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let levels = ["a", "b", "+"]
        func text(_ choices: [String]) -> String {
            (0..<Int.random(in: 1...3, using: &random)).map { _ in
                choices[Int.random(in: 0..<choices.count, using: &random)]
            }.joined(separator: "/")
        }
        for _ in 0..<200 {
            let rules = try (0..<8).map { index in
                let end = Int.random(in: 0..<4, using: &random) == 0 ? "/#" : ""
                return FeedRule(
                    filter: try TopicFilter(text(levels) + end),
                    broker: index % 3 == 0 ? UInt8.random(in: 0...1, using: &random) : nil,
                )
            }
            let settings = MonitorSettings(
                ownTopicRoot: "own",
                brokerNames: ["one", "two"],
                rules: rules,
            )
            let matcher = RuleMatcher(settings: settings)
            for _ in 0..<20 {
                let topic = text(["a", "b"])
                let broker = UInt8.random(in: 0...1, using: &random)
                let claims = rules.filter {
                    ($0.broker ?? broker) == broker && $0.filter.matches(topic)
                }
                let best = claims.max { $1.filter.isMoreSpecific(than: $0.filter) }
                let found = matcher.rule(for: topic, broker: broker).map { rules[$0].filter }
                let isRight =
                    found.map { filter in
                        claims.contains { $0.filter == filter }
                            && !claims.contains { $0.filter.isMoreSpecific(than: filter) }
                    } ?? claims.isEmpty
                #expect(
                    isRight,
                    "seed \(seed): \(topic) by \(String(describing: best?.filter.text))"
                )
            }
        }
    }
}
