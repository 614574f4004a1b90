import Monitoring
import TestSupport
import Testing

private let anything = [FeedRule(filter: filter("plant/#"))]
private let t0 = Double(Plant.start)
private let m0 = Plant.minute(t0)

private func filter(_ text: String) -> TopicFilter {
    do { return try TopicFilter(text) } catch { preconditionFailure("\(text) \(error.reason)") }
}

@Suite("Feeds and their minutes")
struct FeedMonitorTests {
    @Test("a dead feed has a row for every minute after its last sample")
    func deadFeedHasRows() throws {
        var plant = Plant(rules: anything)
        for second in 0..<90 { plant.send("plant/a", ["value": 1], at: t0 + Double(second)) }
        plant.run(to: t0 + 600)
        let feed = try #require(plant.feed("plant/a"))
        for minute in 0..<9 {
            let row = plant.row(feed.id, minute: m0 + Int64(minute))
            #expect(row.rows == 1, "minute \(minute)")
            #expect(row.counts.samples == [60, 30, 0, 0, 0, 0, 0, 0, 0][minute])
        }
        #expect(plant.row(feed.id, minute: m0 + 5).expected == 60)
        #expect(plant.row(feed.id, minute: m0 + 5).filled == 0)
    }

    @Test("a declared feed that never comes has rows from the first minute")
    func neverSeenFeedHasRows() throws {
        let rule = FeedRule(filter: filter("plant/never"), period: .seconds(1))
        var plant = Plant(rules: [rule])
        let feed = try #require(plant.monitor.describeFeeds().first)
        plant.run(to: t0 + 200)
        for minute in 0..<3 {
            #expect(plant.row(feed.id, minute: m0 + Int64(minute)).rows == 1)
        }
        #expect(plant.row(feed.id, minute: m0 + 1).expected == 60)
    }

    @Test("jitter of a third of a period leaves no slot empty and fills none twice")
    func slotsFollowJitter() throws {
        var random = SeededGenerator(seed: 11)
        var plant = Plant(rules: anything)
        for second in 0..<1_200 {
            let jitter = (random.unit() - 0.5) * 0.6
            let source = t0 + 7.3 + Double(second) * 1.0003 + jitter
            plant.send("plant/a", ["value": 1], at: source + 0.5, source: source)
        }
        plant.run(to: t0 + 1_300)
        let feed = try #require(plant.feed("plant/a"))
        for minute in 4..<19 {
            let row = plant.row(feed.id, minute: m0 + Int64(minute))
            #expect(row.expected == row.filled, "minute \(minute)")
            #expect((59...61).contains(row.expected))
        }
    }

    @Test("slots that nothing fills are absent, however many samples crowd the others")
    func duplicatesDoNotMaskGaps() throws {
        var plant = Plant(rules: [FeedRule(filter: filter("plant/#"), period: .seconds(1))])
        for second in 0..<180 where !(70..<90).contains(second) {
            let source = t0 + Double(second)
            plant.send("plant/a", ["value": Double(second)], at: source, source: source)
            plant.send("plant/a", ["value": -1], at: source + 0.3, source: source + 0.3)
        }
        plant.run(to: t0 + 240)
        let feed = try #require(plant.feed("plant/a"))
        let row = plant.row(feed.id, minute: m0 + 1)
        #expect(row.counts.samples == 80)
        #expect(row.expected == 60)
        #expect(row.filled == 40)
    }

    @Test(
        "any order of arrival within the horizon gives the same counts, extremes and moments",
        arguments: [1, 2, 3, 4, 5] as [UInt64],
    )
    func orderDoesNotMatter(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let rule = FeedRule(
            filter: filter("plant/#"),
            checks: ["range": CheckParameters(values: ["fail": .interval(low: -3, high: 3)])],
        )
        let samples = (0..<600).map { index in
            (source: t0 + Double(index) * 0.5, value: random.normal() * 1.5 + 0.001)
        }
        let ordered = try rows(samples, rule: rule, random: nil)
        let shuffled = try rows(samples, rule: rule, random: random)
        for minute in 0..<5 {
            let (one, other) = (ordered[minute], shuffled[minute])
            #expect(one.counts == other.counts, "seed \(seed), minute \(minute)")
            #expect(one.minimum == other.minimum)
            #expect(one.maximum == other.maximum)
            #expect(abs(one.sum - other.sum) <= 1e-12 * max(abs(one.sum), 1))
            #expect(abs(one.squares - other.squares) <= 1e-12 * one.squares)
            let own = samples.filter { Plant.minute($0.source) == m0 + Int64(minute) }
            #expect(one.counts.good == own.count { abs($0.value) <= 3 })
            #expect(one.counts.fail == own.count { abs($0.value) > 3 })
        }
    }

    private func rows(
        _ samples: [(source: Double, value: Double)],
        rule: FeedRule,
        random: SeededGenerator?,
    ) throws -> [Plant.Row] {
        var plant = Plant(rules: [rule])
        var order = samples
        if var random { order.shuffle(using: &random) }
        for (index, sample) in order.enumerated() {
            plant.send(
                "plant/a",
                ["value": sample.value],
                at: t0 + 310 + Double(index) * 0.1,
                source: sample.source,
            )
        }
        plant.run(to: t0 + 1_000)
        let feed = try #require(plant.feed("plant/a"))
        return (0..<5).map { plant.row(feed.id, minute: m0 + Int64($0)) }
    }

    @Test("a late sample revises its stored minute, and only that")
    func lateSampleRevises() throws {
        var plant = Plant(rules: [FeedRule(filter: filter("plant/#"), period: .seconds(1))])
        for second in 0..<200 where second != 90 {
            let source = t0 + Double(second)
            plant.send("plant/a", ["value": 2], at: source, source: source)
        }
        plant.run()
        let feed = try #require(plant.feed("plant/a"))
        #expect(plant.row(feed.id, minute: m0 + 1).counts.good == 59)
        plant.send("plant/a", ["value": 9], at: t0 + 200, source: t0 + 90)
        plant.run()
        let row = plant.row(feed.id, minute: m0 + 1)
        #expect(row.counts.good == 60)
        #expect(row.late == 1)
        #expect(row.filled == 60)
        #expect(row.maximum == 9)
        let revisions = plant.report.rollups.filter(\.isRevision)
        #expect(revisions.map(\.minute) == [m0 + 1])
    }

    @Test("one future timestamp is set aside and does not move the feed's time")
    func futureDoesNotPoison() throws {
        var plant = Plant(rules: anything)
        for second in 0..<120 {
            let at = t0 + Double(second)
            let source = second == 20 ? at + 86_400 : at
            plant.send("plant/a", ["value": 1], at: at, source: source)
        }
        plant.run(to: t0 + 200)
        let feed = try #require(plant.feed("plant/a"))
        let row = plant.row(feed.id, minute: m0)
        #expect(row.counts.future == 1)
        #expect(row.counts.good == 59)
        #expect(plant.row(feed.id, minute: m0 + 1).counts.good == 60)
    }

    @Test(
        "a clock that is an hour off is no longer trusted after 20 samples, and won back after 20"
    )
    func strayingClock() throws {
        var plant = Plant(rules: anything)
        for second in 0..<300 {
            let at = t0 + Double(second)
            let isOff = (60..<180).contains(second)
            plant.send("plant/a", ["value": 1], at: at, source: isOff ? at + 3_600 : at)
        }
        plant.run(to: t0 + 400)
        let feed = try #require(plant.feed("plant/a"))
        let first = plant.row(feed.id, minute: m0)
        let second = plant.row(feed.id, minute: m0 + 1)
        #expect(first.counts.future + second.counts.future == 19)
        #expect(second.counts.good == 41)
        for minute in [0, 2, 3, 4] {
            let row = plant.row(feed.id, minute: m0 + Int64(minute))
            #expect(row.counts.good == 60, "minute \(minute)")
        }
    }

    @Test("a message that comes twice is counted as a duplicate and enters no statistics")
    func duplicates() throws {
        var plant = Plant(rules: anything)
        for second in 0..<50 {
            let at = t0 + Double(second)
            for _ in 0..<2 { plant.send("plant/a", ["value": 5], at: at, source: at) }
        }
        plant.run(to: t0 + 100)
        let feed = try #require(plant.feed("plant/a"))
        let row = plant.row(feed.id, minute: m0)
        #expect(row.counts.duplicate == 50)
        #expect(row.counts.good == 50)
        #expect(row.statisticsCount == 50)
    }

    @Test("a retained message seeds a value and counts as no sample")
    func retainedIsNoSample() throws {
        var plant = Plant(rules: anything)
        plant.send("plant/a", ["value": 5], at: t0, isRetained: true)
        plant.run(to: t0 + 100)
        let feed = try #require(plant.feed("plant/a"))
        #expect(plant.row(feed.id, minute: m0).counts.samples == 0)
        #expect(plant.report.messageCounts.first?.retained == 1)
        #expect(plant.report.messageCounts.first?.decoded == 1)
    }

    @Test("own topics and topics that no feed claims are ignored and counted")
    func ignored() {
        var plant = Plant(rules: [FeedRule(filter: filter("#"))])
        plant.send("assay/test/self", ["value": 1], at: t0)
        plant.send("assay/testing", ["value": 1], at: t0)
        plant.run(to: t0 + 100)
        #expect(plant.report.newFeeds.map(\.key) == ["assay/testing"])
        let counts = plant.report.messageCounts[0]
        #expect(counts.received == 2)
        #expect(counts.ignored == 1)
        #expect(counts.decoded == 1)
    }

    @Test("an open finding's numbers are written once a minute, and all of them at the end")
    func openFindingIsKeptUpToDate() throws {
        let range = CheckParameters(values: ["fail": .interval(low: 0, high: 100)])
        let rule = FeedRule(filter: filter("plant/#"), checks: ["range": range])
        var plant = Plant(rules: [rule])
        for second in 0..<200 {
            plant.send("plant/a", ["value": 101 + Double(second)], at: t0 + Double(second))
        }
        plant.run()
        plant.finish()
        let updates = plant.report.findings.filter { $0.change == .updated }.map(\.finding)
        #expect((3...5).contains(updates.count))
        #expect(updates.last?.flaggedCount == 200)
        #expect(updates.last?.worst == 300)
        #expect(!plant.story.contains("range:ended"))
    }

    @Test("results do not depend on how messages are cut into batches")
    func batchesDoNotMatter() {
        let story = [1, 7, 500].map { size -> [String] in
            var random = SeededGenerator(seed: 5)
            var plant = Plant(rules: anything)
            var queued = 0
            for index in 0..<4_000 {
                let at = t0 + Double(index) * 0.05
                let source = at - random.unit() * (random.unit() < 0.01 ? 90 : 0.2)
                let topic = "plant/\(index % 3)"
                if random.unit() < 0.02 {
                    plant.garble(topic, at: at)
                } else {
                    plant.send(topic, ["value": random.normal()], at: at, source: source)
                }
                queued += 1
                if queued % size == 0 { plant.run() }
            }
            plant.run(to: t0 + 400)
            return plant.report.findings.map { "\($0)" } + plant.report.rollups.map { "\($0)" }
        }
        #expect(story[0] == story[1])
        #expect(story[0] == story[2])
    }
}

@Suite("Which feeds there are")
struct FeedDiscoveryTests {
    @Test("an array of readings names the field in every key, also where it holds one")
    func readingsAreNamed() throws {
        let rule = FeedRule(filter: try TopicFilter("plant/#"), namesFields: true)
        var plant = Plant(rules: [rule])
        plant.send("plant/x", ["a": 1], at: t0)
        plant.send("plant/x", ["a": 1, "b": 2], at: t0 + 1)
        plant.run()
        #expect(plant.report.newFeeds.map(\.key) == ["plant/x:a", "plant/x:b"])
    }

    @Test("a topic with one field is the key; with several, each field is named")
    func keys() {
        var plant = Plant(rules: anything, brokers: ["main", "hall 2"])
        plant.send("plant/a", ["value": 1], at: t0)
        plant.send("plant/b", ["x": 1, "y": 2], at: t0)
        plant.send("plant//é", ["value": 1], at: t0, broker: 1)
        plant.run()
        #expect(
            plant.report.newFeeds.map(\.key)
                == ["plant/a", "plant/b:x", "plant/b:y", "hall%202!plant/%00/%C3%A9"]
        )
    }

    @Test("the most specific filter claims a topic, whatever the order of the rules")
    func specificity() throws {
        let rules = [
            FeedRule(filter: filter("plant/#"), label: "rest"),
            FeedRule(filter: filter("plant/{area}/temp"), label: "temp of {area}"),
            FeedRule(filter: filter("plant/x/temp"), label: "x itself"),
        ]
        var plant = Plant(rules: rules)
        for topic in ["plant/x/temp", "plant/y/temp", "plant/y/flow"] {
            plant.send(topic, ["value": 1], at: t0)
        }
        plant.run()
        let labels = plant.report.newFeeds.map(\.label) + plant.monitor.describeFeeds().map(\.label)
        #expect(Set(labels) == ["x itself", "temp of y", "rest"])
    }

    @Test("beyond the limit new feeds are refused by name, and known ones go on")
    func cardinality() throws {
        var plant = Plant(rules: anything, limit: 3)
        for index in 0..<10 { plant.send("plant/hot/\(index)", ["value": 1], at: t0) }
        plant.send("plant/hot/0", ["value": 1], at: t0 + 1)
        plant.run(to: t0 + 100)
        #expect(plant.report.newFeeds.count == 3)
        let condition = try #require(plant.report.conditions.first)
        #expect(plant.report.conditions.count == 1)
        #expect(condition.name == "cardinality")
        #expect(condition.isAbnormal)
        #expect(condition.detail.contains("below plant/hot/"))
        #expect(plant.monitor.refusedSampleCount == 7)
        let first = try #require(plant.feed("plant/hot/0"))
        #expect(plant.row(first.id, minute: m0).counts.samples == 2)
    }

    @Test("a discovered feed is forgotten after its time, a declared one never")
    func forgetting() throws {
        let rules = [FeedRule(filter: filter("plant/fixed"))] + anything
        var plant = Plant(rules: rules, forgetAfter: .seconds(3_600))
        plant.send("plant/a", ["value": 1], at: t0)
        plant.run(to: t0 + 3_000)
        #expect(plant.monitor.feedCount == 2)
        plant.run(to: t0 + 4_000)
        let feed = try #require(plant.feed("plant/a"))
        #expect(plant.report.forgottenFeeds == [feed.id])
        #expect(plant.monitor.feedCount == 1)
        plant.send("plant/a", ["value": 1], at: t0 + 5_000)
        plant.run()
        #expect(plant.report.newFeeds.last?.key == "plant/a")
        #expect(plant.report.newFeeds.last?.id != feed.id)
    }

    @Test("a remembered feed keeps its number, and its rows go on before its first message")
    func remembering() throws {
        var first = Plant(rules: anything)
        for second in 0..<30 { first.send("plant/a", ["value": 7], at: t0 + Double(second)) }
        first.run()
        first.finish()
        let feed = try #require(first.feed("plant/a"))
        #expect(feed.period?.count == 1_000_000_000)
        var plant = Plant(rules: anything, remembered: [feed], start: t0 + 600)
        plant.run(to: t0 + 800)
        #expect(plant.row(feed.id, minute: m0 + 11).expected == 60)
        plant.send("plant/a", ["value": 7], at: t0 + 801)
        plant.run(to: t0 + 900)
        #expect(plant.report.newFeeds.isEmpty)
        #expect(plant.row(feed.id, minute: m0 + 13).counts.samples == 1)
    }
}

@Suite("A configuration that changed between two runs")
struct ChangedConfigurationTests {
    @Test("a remembered feed takes its label and unit from the rule of today")
    func namesOfToday() throws {
        var first = Plant(rules: anything)
        first.send("plant/a/temp", ["value": 7], at: t0)
        first.run()
        let feed = try #require(first.feed("plant/a/temp"))
        let rule = FeedRule(filter: filter("plant/{area}/temp"), label: "{area} T", unit: "Cel")
        var plant = Plant(rules: [rule], remembered: [feed], start: t0 + 60)
        let today = try #require(plant.monitor.describeFeeds().first)
        #expect(today.id == feed.id)
        #expect(today.label == "a T")
        #expect(today.unit == "Cel")
        #expect(today.labels.map(\.value) == ["a"])
    }
}

@Suite("The message ledger")
struct MessageLedgerTests {
    @Test("received is decoded, undecodable and ignored, in every minute, also an empty one")
    func balances() {
        var random = SeededGenerator(seed: 3)
        var plant = Plant(rules: anything)
        var sent: [Int64: Int64] = [:]
        for index in 0..<3_000 {
            let at = t0 + Double(index) * 0.07 + (index > 1_500 ? 120 : 0)
            sent[Plant.minute(at), default: 0] += 1
            switch random.unit() {
            case ..<0.1: plant.garble("plant/a", at: at)
            case ..<0.2: plant.send("other/a", ["value": 1], at: at)
            default: plant.send("plant/a", ["value": 1], at: at)
            }
        }
        plant.run(to: t0 + 420)
        let counts = plant.report.messageCounts
        #expect(counts.map(\.minute) == (0..<7).map { m0 + $0 })
        for row in counts {
            #expect(row.received == row.decoded + row.undecodable + row.ignored + row.shed)
            #expect(row.received == sent[row.minute] ?? 0)
        }
    }

    @Test("a message that came again is counted as that, and makes no sample")
    func redelivered() {
        var plant = Plant(rules: anything)
        plant.send("plant/a", ["value": 1], at: t0)
        for number in 1...3 { plant.event(.redelivered, at: t0 + Double(number)) }
        plant.run(to: t0 + 120)
        let row = plant.report.messageCounts.first
        #expect(row?.redelivered == 3)
        #expect(row?.received == 1)
        #expect(plant.report.rollups.map(\.counts.samples).reduce(0, +) == 1)
    }
}
