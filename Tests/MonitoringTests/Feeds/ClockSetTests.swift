import Monitoring
import Testing

private let t0 = Double(Plant.start)
private let m0 = Plant.minute(t0)
private let hour = 3_600.0
private let day = 86_400.0

private func filter(_ text: String) -> TopicFilter {
    do { return try TopicFilter(text) } catch { preconditionFailure("\(error)") }
}

private let periodic = [FeedRule(filter: filter("plant/#"), period: .seconds(1))]
private let after5s = ["silence": CheckParameters(values: ["after": .duration(.seconds(5))])]

/// What is timed by the gateway's clock goes on by elapsed time when that is set.
@Suite("When the gateway's clock is set")
struct ClockSetTests {
    private func times(_ plant: Plant, _ check: String) -> [String] {
        plant.report.findings
            .filter { $0.finding.check.name == check && $0.change != .updated }
            .map { event in
                let after = Double(event.at.nanoseconds - Plant.nanoseconds(t0)) / 1e9
                return "\(event.change) \(after)"
            }
    }

    @Test(
        "a feed that stopped is missed after its limit of elapsed time",
        arguments: [-hour, hour, -2.5, day],
    )
    func silence(length: Double) {
        var plant = Plant(rules: [FeedRule(filter: filter("plant/#"), checks: after5s)])
        plant.send("plant/a", ["v": 1], at: t0 + 4_000.2)
        plant.setClock(from: t0 + 4_003, to: t0 + 4_003 + length)
        plant.run(to: t0 + 4_005.1 + length)
        #expect(times(plant, "silence").isEmpty)
        plant.run(to: t0 + 4_060 + length)
        let found = Double(Plant.nanoseconds(4_005.2 + length)) / 1e9
        #expect(times(plant, "silence") == ["began \(found)", "confirmed \(found)"])
        let finding = plant.report.findings.last?.finding
        #expect(finding?.worst == 5)
        #expect(finding?.begin.nanoseconds == Plant.nanoseconds(t0 + 4_000.2 + length))
    }

    @Test("a feed that goes on is not missed, found late, early or with a gap, however it is set")
    func healthy() {
        for length in [-day, -hour, -61, -2.5, 2.5, 61, hour, day, 19_000 * day] {
            var plant = Plant(rules: periodic)
            for second in 0..<100 { plant.send("plant/a", ["v": 1], at: t0 + Double(second)) }
            plant.setClock(from: t0 + 99.5, to: t0 + 99.5 + length)
            for second in 100..<400 {
                plant.send("plant/a", ["v": 1], at: t0 + length + Double(second))
            }
            plant.run()
            #expect(plant.story.isEmpty, "set by \(length) s: \(plant.story)")
            let rows = plant.report.rollups
            #expect(rows.allSatisfy { $0.counts.samples == $0.counts.good }, "\(length) s")
            #expect(rows.allSatisfy { $0.late == 0 }, "\(length) s")
        }
    }

    @Test("what is open is told in the new time, and ends on time")
    func openFindings() {
        var plant = Plant(rules: [FeedRule(filter: filter("plant/#"), checks: after5s)])
        plant.send("plant/a", ["v": 1], at: t0)
        plant.run(to: t0 + 20)
        plant.setClock(from: t0 + 30, to: t0 + 30 - hour)
        plant.run()
        let restated = plant.report.findings.last
        #expect(restated?.change == .restated)
        #expect(restated?.at.nanoseconds == Plant.nanoseconds(t0 + 30 - hour))
        #expect(restated?.finding.begin.nanoseconds == Plant.nanoseconds(t0 - hour))
        #expect(restated?.finding.foundAt.nanoseconds == Plant.nanoseconds(t0 + 5 - hour))
        plant.garble("plant/a", at: t0 + 40 - hour)
        plant.setClock(from: t0 + 41 - hour, to: t0 + 41 - 2 * hour)
        for second in 42..<80 {
            plant.send("plant/a", ["v": 1], at: t0 + Double(second) - 2 * hour)
        }
        plant.run()
        #expect(times(plant, "silence").last == "ended \(40 - hour)")
        #expect(times(plant, "malformed").last?.hasPrefix("ended") == true)
    }

    @Test("a value stands still for as long as it does, not for as long as the clock says")
    func flatLine() throws {
        let flat = ["flatLine": CheckParameters(values: ["for": .duration(.seconds(600))])]
        for length in [-day, 180, hour] {
            var plant = Plant(rules: [FeedRule(filter: filter("plant/#"), checks: flat)])
            for second in 0..<900 {
                let isBefore = second < 400
                if second == 400 { plant.setClock(from: t0 + 399.5, to: t0 + 399.5 + length) }
                let at = t0 + Double(second) + (isBefore ? 0 : length)
                plant.send("plant/a", ["v": second < 100 ? Double(second) : 7], at: at)
            }
            plant.run()
            let found = try #require(plant.report.findings.first)
            let wanted = Plant.nanoseconds(t0 + 700 + length)
            #expect(found.at.nanoseconds == wanted, "set by \(length) s")
        }
    }

    @Test("a feed is not forgotten because the clock was set a year ahead")
    func forgetsNobody() {
        let rules = [FeedRule(filter: filter("plant/#"))]
        var plant = Plant(rules: rules, forgetAfter: .seconds(7_200))
        plant.send("plant/a", ["v": 1], at: t0)
        plant.setClock(from: t0 + 1, to: t0 + 365 * day)
        plant.run(to: t0 + 365 * day + hour)
        #expect(plant.report.forgottenFeeds.isEmpty)
        plant.run(to: t0 + 365 * day + 3 * hour)
        #expect(plant.report.forgottenFeeds.count == 1)
    }

    @Test("the alarm about it ends ten minutes after the clock was set last")
    func alarmEnds() {
        var plant = Plant(rules: periodic)
        plant.setClock(from: t0 + 10, to: t0 + 500)
        plant.setClock(from: t0 + 800, to: t0 + 100)
        plant.run(to: t0 + 699.9)
        #expect(plant.report.conditions.isEmpty)
        plant.run(to: t0 + 2_000)
        #expect(plant.report.conditions.map(\.name) == ["clock"])
        #expect(plant.report.conditions.map(\.isAbnormal) == [false])
        #expect(plant.report.conditions[0].at.nanoseconds == Plant.nanoseconds(t0 + 700))
    }
}

/// What becomes of minutes that come twice, or not at all.
@Suite("Minutes when the gateway's clock is set")
struct ClockSetMinuteTests {
    @Test("minutes that come again are revised, and every sample is in the minute it was stamped")
    func comesAgain() throws {
        var plant = Plant(rules: periodic)
        for second in 0..<300 { plant.send("plant/a", ["v": 1], at: t0 + Double(second)) }
        plant.setClock(from: t0 + 299.5, to: t0 + 149.5)
        for second in 150..<420 { plant.send("plant/a", ["v": 1], at: t0 + Double(second)) }
        plant.run(to: t0 + 500)
        let feed = try #require(plant.feed("plant/a")).id
        let counts = (m0..<m0 + 7).map { plant.row(feed, minute: $0).counts.samples }
        #expect(counts == [60, 60, 90, 120, 120, 60, 60])
        let closed = plant.report.rollups.filter(\.isClosed)
        #expect(closed.map { $0.minute - m0 } == [0, 1, 2, 3, 2, 3, 4, 5, 6, 7])
        #expect(closed.filter(\.isRevision).map { $0.minute - m0 } == [2, 3])
        for minute in m0 + 1..<m0 + 7 {
            let row = plant.row(feed, minute: minute)
            #expect(row.expected == row.filled && row.filled == row.counts.samples, "\(minute)")
        }
        let messages = Dictionary(grouping: plant.report.messageCounts, by: \.minute)
            .mapValues { $0.reduce(0) { $0 + $1.received } }
        #expect(messages[m0 + 2] == 90)
        #expect(messages[m0 + 3] == 120)
    }

    @Test("no row is written for time that never was, and no slot is missed in it")
    func neverWas() throws {
        var plant = Plant(rules: periodic)
        for second in 0..<150 { plant.send("plant/a", ["v": 1], at: t0 + Double(second)) }
        plant.setClock(from: t0 + 149.5, to: t0 + 149.5 + day)
        for second in 150..<300 { plant.send("plant/a", ["v": 1], at: t0 + day + Double(second)) }
        plant.run()
        let rows = plant.report.rollups
        let later = m0 + 1_440
        #expect(rows.map(\.minute) == [m0, m0 + 1, m0 + 2, later + 2, later + 3])
        #expect(rows.map(\.counts.samples) == [60, 60, 30, 30, 60])
        #expect(rows.dropFirst().allSatisfy { $0.expected == $0.filled })
        #expect(rows.dropFirst().allSatisfy { $0.filled == $0.counts.samples })
        #expect(rows.allSatisfy { $0.isClosed && !$0.isRevision })
    }

    @Test("catching up after a standstill comes in parts of two rows a feed at most")
    func standstill() {
        var plant = Plant(rules: [FeedRule(filter: filter("plant/#"))])
        for number in 0..<20 { plant.send("plant/\(number)", ["v": 1], at: t0) }
        plant.run(to: t0 + 1)
        plant.resumed(at: t0 + hour)
        plant.send("plant/0", ["v": 1], at: t0 + hour)
        plant.run(to: t0 + hour + 70)
        #expect(plant.report.rollups.count == 20 * 61)
        #expect(plant.largestPart <= 40)
        plant.resumed(at: t0 + 3 * hour)
        plant.run(to: t0 + 3 * hour + 1)
        #expect(plant.report.rollups.count <= 20 * 63, "a longer one leaves a hole")
    }

    @Test("a device with the right time is judged by the new clock: no flood of rows, sums balance")
    func ownTimes() throws {
        var plant = Plant(rules: periodic)
        var sent = 0
        func send(_ seconds: Range<Int>, setBy length: Double) {
            for second in seconds {
                let at = t0 + Double(second)
                plant.send("plant/a", ["v": 1], at: at + 0.1 + length, source: at)
                sent += 1
            }
        }
        send(0..<300, setBy: 0)
        plant.setClock(from: t0 + 299.5, to: t0 + 299.5 - hour)
        send(300..<600, setBy: -hour)
        plant.setClock(from: t0 + 599.5 - hour, to: t0 + 599.5)
        send(600..<900, setBy: 0)
        plant.run(to: t0 + 1_000)
        let rows = plant.report.rollups
        #expect(rows.reduce(0) { $0 + Int($1.counts.samples) } == sent)
        #expect(rows.reduce(0) { $0 + Int($1.counts.future) } == 19)
        #expect(rows.count <= 25, "\(rows.count) rows")
        let skew = plant.report.findings.filter { $0.finding.check.name == "clockSkew" }
        #expect(Set(skew.map(\.finding.id)).count == 1)
        #expect(skew.last?.change == .ended)
        let isOther = { (event: String) in
            !event.hasPrefix("clockSkew") && !event.hasPrefix("silence")
        }
        #expect(!plant.story.contains(where: isOther), "\(plant.story)")
        let feed = try #require(plant.feed("plant/a")).id
        #expect(plant.row(feed, minute: m0 + 13).counts.samples == 60)
        #expect(plant.monitor.runsOnReceiveTime(feed) == false)
    }

    @Test("a device that was wrong by the old clock and is right by the new one is trusted again")
    func startsIn1970() throws {
        var plant = Plant(rules: periodic, start: 120)
        for second in 0..<60 {
            let source = t0 + Double(second)
            plant.send("plant/a", ["v": 1], at: 120 + Double(second), source: source)
        }
        plant.setClock(from: 179.5, to: t0 + 59.6)
        for second in 60..<300 {
            let source = t0 + Double(second)
            plant.send("plant/a", ["v": 1], at: source + 0.1, source: source)
        }
        plant.run(to: t0 + 400)
        #expect(plant.report.rollups.count <= 14)
        let skew = plant.report.findings.filter { $0.finding.check.name == "clockSkew" }
        #expect(skew.last?.change == .ended)
        let feed = try #require(plant.feed("plant/a")).id
        #expect(plant.row(feed, minute: m0 + 3).counts.samples == 60)
        #expect(plant.report.rollups.allSatisfy { $0.minute < 5 || $0.minute >= m0 })
    }
}
