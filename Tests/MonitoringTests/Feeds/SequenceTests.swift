import TestSupport
import Testing

@testable import Monitoring

private func filter(_ text: String) -> TopicFilter {
    do { return try TopicFilter(text) } catch { preconditionFailure("\(error)") }
}

/// Goal: one lost message is one finding, and nothing that is not lost is one. Method: a real monitor,
/// messages of three fields with a number a second.
@Suite("numbered messages")
struct SequenceTests {
    private static let start = Double(Plant.start)

    private static func plant(_ rule: FeedRule? = nil) -> Plant {
        Plant(rules: [rule ?? FeedRule(filter: filter("plant/#"))])
    }

    /// Sends numbers `range`, the n-th at second n, but for those left out.
    private static func send(
        _ plant: inout Plant,
        _ range: Range<Int>,
        without lost: Set<Int> = [],
        offset: Double = 0,
        delay: Double = 0,
    ) {
        for number in range where !lost.contains(number) {
            let time = start + Double(number) + offset
            let x = Double(number % 7)
            plant.send(
                "plant/a",
                ["x": x, "y": -x, "z": x / 2],
                at: time + delay,
                source: time,
                sequence: Int64(number),
            )
        }
        plant.run()
    }

    private static func findings(_ plant: Plant) -> [FindingEvent] {
        plant.report.findings.filter { $0.finding.check.name == "sequence" }
    }

    @Test("three lost messages of three fields are one finding, of the first field's feed")
    func once() throws {
        var plant = Self.plant()
        Self.send(&plant, 0..<200, without: [100, 101, 102])
        let events = Self.findings(plant)
        #expect(events.map(\.change) == [.began, .confirmed, .ended], "\(plant.story)")
        let first = try #require(events.first)
        #expect(first.finding.feed == plant.feed("plant/a:x")?.id)
        #expect(first.finding.worst == 3 && first.finding.limit == 0)
        #expect(!first.finding.isLearned, "the publisher says it itself")
    }

    @Test("one lost message is recorded and raises nothing, a second within ten does")
    func confirms() {
        var lone = Self.plant()
        Self.send(&lone, 0..<200, without: [100])
        #expect(Self.findings(lone).map(\.change) == [.began, .ended])
        var two = Self.plant()
        Self.send(&two, 0..<200, without: [100, 109])
        #expect(Self.findings(two).map(\.change) == [.began, .confirmed, .ended])
        let asked = FeedRule(
            filter: filter("plant/#"),
            checks: ["sequence": CheckParameters(values: ["confirm": .count(3)])],
        )
        var burst = Self.plant(asked)
        Self.send(&burst, 0..<200, without: Set(100..<120))
        #expect(Self.findings(burst).map(\.change) == [.began, .ended], "as often as was asked")
    }

    @Test("a field that only some messages have loses nothing, and hides no loss")
    func someFields() throws {
        var plant = Self.plant()
        for number in 0..<200 where number < 100 || number > 102 {
            let time = Self.start + Double(number)
            let x = Double(number % 5)
            if number % 2 == 0 {
                plant.send("plant/a", ["x": x], at: time, source: time, sequence: Int64(number))
            } else {
                plant.send("plant/a", ["y": x], at: time, source: time, sequence: Int64(number))
            }
        }
        plant.run()
        let events = Self.findings(plant)
        #expect(events.count { $0.change == .began } == 1)
        #expect(try #require(events.first).finding.worst == 3)
    }

    @Test("the timer needs no message")
    func timer() throws {
        var plant = Self.plant()
        Self.send(&plant, 0..<100, without: [90, 91])
        plant.run(to: Self.start + 95)
        // The last message was number 99 at second 99: 90 and 91 were due at 97.
        #expect(Self.findings(plant).first?.change == .began)
        var still = Self.plant()
        Self.send(&still, 0..<50, without: [47, 48])
        #expect(Self.findings(still).isEmpty, "they may still come")
        still.run(to: Self.start + 53.8)
        #expect(Self.findings(still).isEmpty)
        still.run(to: Self.start + 54.2)
        let event = try #require(Self.findings(still).first)
        #expect(event.change == .began && event.finding.worst == 2)
    }

    @Test("our own absence, ours to stand still and what comes again afterwards lose nothing")
    func absence() {
        var plant = Self.plant()
        Self.send(&plant, 0..<100)
        plant.connection(isUp: false, at: Self.start + 99.5)
        plant.connection(isUp: true, at: Self.start + 149.5)
        // Of 50 messages the broker kept the last ten, and two of before come again.
        Self.send(&plant, 98..<100, delay: 52)
        Self.send(&plant, 140..<150, delay: 12)
        Self.send(&plant, 162..<300)
        plant.resumed(at: Self.start + 400)
        Self.send(&plant, 420..<500)
        plant.run(to: Self.start + 520)
        let lost = Self.findings(plant)
        // 150 to 161 were published and never came: those are lost, and nothing else.
        #expect(lost.first?.finding.worst == 12, "\(lost.map(\.finding.worst))")
        #expect(lost.count { $0.change == .began } == 1)
    }

    @Test("a publisher that begins anew, and messages that came unreadable, lose nothing")
    func restart() {
        var plant = Self.plant()
        Self.send(&plant, 0..<100)
        Self.send(&plant, 0..<100, offset: 101)
        Self.send(&plant, 0..<40, offset: 202)
        plant.garble("plant/a", at: Self.start + 242)
        plant.garble("plant/a", at: Self.start + 243)
        Self.send(&plant, 42..<100, offset: 202)
        plant.run(to: Self.start + 320)
        #expect(Self.findings(plant).isEmpty)
    }

    @Test("numbers of an array's readings count for each name by itself")
    func readings() throws {
        let rule = FeedRule(filter: filter("plant/#"), namesFields: true)
        var plant = Self.plant(rule)
        for number in 0..<100 {
            let time = Self.start + Double(number)
            plant.send("plant/a", ["x": 1], at: time, source: time, sequence: Int64(number))
            guard number != 60, number != 61 else { continue }
            let other = Int64(1_000 + number)
            plant.send("plant/a", ["y": 1], at: time + 0.1, source: time, sequence: other)
        }
        plant.run()
        let events = Self.findings(plant)
        #expect(events.count { $0.change == .began } == 1)
        #expect(try #require(events.first).finding.feed == plant.feed("plant/a:y")?.id)
    }

    @Test("a feed without numbers keeps no account")
    func lean() {
        #expect(MemoryLayout<SequenceCheck>.size == 8)
    }
}
