import Monitoring
import Testing

private let t0 = Double(Plant.start)

private func filter(_ text: String) -> TopicFilter {
    do { return try TopicFilter(text) } catch { preconditionFailure("\(error)") }
}

private let after5s = [
    FeedRule(
        filter: filter("plant/#"),
        checks: ["silence": CheckParameters(values: ["after": .duration(.seconds(5))])],
    )
]

/// How long a silence has lasted, and since when, where it began before a restart or an outage.
@Suite("Silences that our own absence interrupts")
struct LongSilenceTests {
    private func silence(_ plant: Plant) throws -> FindingEvent {
        try #require(
            plant.report.findings.last {
                $0.finding.check.name == "silence" && $0.change == .confirmed
            }
        )
    }

    private func expect(
        _ event: FindingEvent,
        at found: Double,
        lasting length: Double,
        since begin: Double,
        location: SourceLocation = #_sourceLocation,
    ) {
        let finding = event.finding
        #expect(event.at.nanoseconds == Plant.nanoseconds(found), sourceLocation: location)
        #expect(finding.worst == length, sourceLocation: location)
        #expect(finding.begin.nanoseconds == Plant.nanoseconds(begin), sourceLocation: location)
    }

    @Test("after a restart a silence goes on, less our own downtime, with the last value")
    func restart() throws {
        var first = Plant(rules: after5s)
        for second in 0...60 {
            first.send("plant/a", ["v": Double(second)], at: t0 + Double(second))
        }
        first.run(to: t0 + 120)
        first.finish()
        let feed = try #require(first.feed("plant/a"))
        #expect(feed.lastValue == 60)
        var second = Plant(
            rules: after5s,
            remembered: [feed],
            isConnected: false,
            stoppedAt: t0 + 120,
            start: t0 + 1_000,
        )
        second.connection(isUp: true, at: t0 + 1_003)
        second.run(to: t0 + 1_007.9)
        #expect(second.report.findings.isEmpty, "our restart makes nobody silent")
        second.run(to: t0 + 1_060)
        expect(try silence(second), at: t0 + 1_008, lasting: 65, since: t0 + 60)
        #expect(try silence(second).finding.lastValue == 60)
        #expect(try silence(second).finding.lastValueAt.nanoseconds == Plant.nanoseconds(t0 + 60))
        // And from its next message on it is as if nothing had been.
        second.send("plant/a", ["v": 1], at: t0 + 1_070)
        second.run(to: t0 + 1_100)
        expect(try silence(second), at: t0 + 1_075, lasting: 5, since: t0 + 1_070)
    }

    @Test("a feed that delivered when we stopped was not silent before")
    func aliveAtStop() throws {
        var first = Plant(rules: after5s)
        for second in 0...60 { first.send("plant/a", ["v": 1], at: t0 + Double(second)) }
        first.run(to: t0 + 60.5)
        first.finish()
        let feed = try #require(first.feed("plant/a"))
        var second = Plant(
            rules: after5s,
            remembered: [feed],
            stoppedAt: t0 + 60.5,
            start: t0 + 90_000,
        )
        second.run(to: t0 + 90_060)
        expect(try silence(second), at: t0 + 90_005, lasting: 5.5, since: t0 + 60)
    }

    @Test("a lost connection and a standstill are no part of a silence, what was before them is")
    func outages() throws {
        var plant = Plant(rules: after5s)
        plant.send("plant/a", ["v": 1], at: t0)
        plant.connection(isUp: false, at: t0 + 2)
        plant.connection(isUp: true, at: t0 + 102)
        plant.run(to: t0 + 106.9)
        #expect(plant.report.findings.isEmpty)
        plant.run(to: t0 + 120)
        expect(try silence(plant), at: t0 + 107, lasting: 7, since: t0)
        plant.send("plant/a", ["v": 1], at: t0 + 200)
        plant.run(to: t0 + 203)
        plant.resumed(at: t0 + 1_200)
        plant.run(to: t0 + 1_300)
        expect(try silence(plant), at: t0 + 1_205, lasting: 8, since: t0 + 200)
    }

    @Test("a standstill while the connection is down is not left out twice")
    func standstillWhileDown() throws {
        var plant = Plant(rules: after5s)
        plant.send("plant/a", ["v": 1], at: t0)
        plant.connection(isUp: false, at: t0 + 3)
        plant.run(to: t0 + 10)
        plant.resumed(at: t0 + 500)
        plant.connection(isUp: true, at: t0 + 600)
        plant.run(to: t0 + 700)
        expect(try silence(plant), at: t0 + 605, lasting: 8, since: t0)
    }

    /// What interrupts a dead sensor, each more often than its limit of ten minutes.
    enum Interruption: CaseIterable {
        case standstill
        case reconnect
        case heldBack
    }

    @Test("a dead sensor is found, however often we are away", arguments: Interruption.allCases)
    func interrupted(_ interruption: Interruption) throws {
        let check = CheckParameters(values: ["after": .duration(.seconds(600))])
        var plant = Plant(
            rules: [FeedRule(filter: filter("plant/dead"), checks: ["silence": check])]
        )
        plant.send("plant/dead", ["v": 1], at: t0)
        // Every five minutes for 1.5 s. Each 0.1 s of the time in between is ticked.
        for part in 1...6 {
            let at = t0 + Double(part) * 300
            plant.run(to: at)
            switch interruption {
            case .standstill: plant.resumed(at: at + 1.5)
            case .reconnect:
                plant.connection(isUp: false, at: at)
                plant.connection(isUp: true, at: at + 1.5)
            case .heldBack:
                for tenth in 1...3 { plant.event(.heldBack, at: at + Double(tenth) / 2) }
            }
        }
        plant.run(to: t0 + 2_000)
        // Up to 600 s two interruptions of 1.5 s, the second of which needs its grace.
        switch interruption {
        case .standstill, .heldBack:
            expect(try silence(plant), at: t0 + 605, lasting: 602, since: t0)
        case .reconnect: expect(try first(plant), at: t0 + 721.5, lasting: 718.5, since: t0)
        }
    }

    private func first(_ plant: Plant) throws -> FindingEvent {
        try #require(
            plant.report.findings.first {
                $0.finding.check.name == "silence" && $0.change == .confirmed
            }
        )
    }

    /// A plant of feeds that send every 30, 40, 60 and 600 s, whose publishers lose the broker with
    /// us and try again every minute, each at its own second, then send by their old rhythm.
    @Test(
        "after a lost broker nobody who comes back within a minute is silent",
        arguments: [1, 20, 55, 130, 900]
    )
    func publishersComeBack(away: Int) throws {
        for period in [30, 40, 60, 600] {
            let rule = FeedRule(
                filter: filter("plant/#"),
                period: .seconds(Int64(period)),
            )
            var plant = Plant(rules: [rule])
            let lost = 7_200
            for second in stride(from: 0, to: 4 * 3_600, by: 1) {
                if second == lost { plant.connection(isUp: false, at: t0 + Double(second)) }
                if second == lost + away {
                    plant.connection(isUp: true, at: t0 + Double(second))
                }
                for feed in 0..<6 where (second + feed * period / 6) % period == 0 {
                    let back = lost + away + feed * 12
                    guard second < lost || second >= back else { continue }
                    plant.send("plant/\(feed)", ["v": Double(second)], at: t0 + Double(second))
                }
                if second % 60 == 59 { plant.run(to: t0 + Double(second) + 0.9) }
            }
            #expect(!plant.story.contains { $0.hasPrefix("silence") }, "every \(period) s")
        }
    }

    @Test("our own downtime forgets no feed")
    func forgetsNobody() throws {
        let day = 86_400.0
        var first = Plant(rules: after5s, forgetAfter: .seconds(86_400))
        first.send("plant/a", ["v": 1], at: t0)
        first.run(to: t0 + 0.5 * day)
        first.finish()
        let feed = try #require(first.feed("plant/a"))
        let start = t0 + 40 * day
        var second = Plant(
            rules: after5s,
            remembered: [feed],
            stoppedAt: t0 + 0.5 * day,
            start: start,
            forgetAfter: .seconds(86_400),
        )
        second.run(to: start + 0.4 * day)
        #expect(second.report.forgottenFeeds.isEmpty)
        second.run(to: start + 0.6 * day)
        #expect(second.report.forgottenFeeds == [feed.id])
    }

    @Test(
        "the history knows to ten minutes when a feed was last seen, and exactly once it is silent"
    )
    func freshness() throws {
        var plant = Plant(rules: after5s)
        for second in 0..<7_200 {
            for number in 0..<3 {
                let at = t0 + Double(second) + Double(number) / 10
                plant.send("plant/\(number)", ["v": Double(second)], at: at)
            }
            plant.run()
        }
        plant.run(to: t0 + 7_300)
        for number in 0..<3 {
            let key = "plant/\(number)"
            let seen = (plant.report.newFeeds + plant.report.changedFeeds)
                .filter { $0.key == key }.compactMap { $0.lastSeenAt?.nanoseconds }
            #expect(seen.count < 20, "\(seen.count) rows in two hours")
            for (before, after) in zip(seen, seen.dropFirst()) {
                #expect(after - before <= 601_000_000_000, "\(key)")
            }
            let last = try #require(plant.feed(key))
            let end = Plant.nanoseconds(t0 + 7_199 + Double(number) / 10)
            #expect(last.lastSeenAt?.nanoseconds == end)
            #expect(last.lastValue == 7_199)
        }
    }

    @Test("a flat line began where the value came to stand, not where that was found")
    func flatLine() throws {
        let flat = CheckParameters(values: ["for": .duration(.seconds(60))])
        var plant = Plant(
            rules: [FeedRule(filter: filter("plant/#"), checks: ["flatLine": flat])]
        )
        for second in 0..<300 {
            let value = second < 100 ? Double(second) : 100
            plant.send("plant/a", ["v": value], at: t0 + Double(second))
        }
        plant.run()
        let began = try #require(plant.report.findings.first)
        #expect(began.at.nanoseconds == Plant.nanoseconds(t0 + 160))
        #expect(began.finding.begin.nanoseconds == Plant.nanoseconds(t0 + 100))
        #expect(began.finding.firstFlaggedAt.nanoseconds == Plant.nanoseconds(t0 + 160))
        let last = try #require(plant.report.findings.last)
        #expect(last.finding.begin == began.finding.begin)
    }
}
