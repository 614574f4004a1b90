import Monitoring
import Testing

private let t0 = Double(Plant.start)

private func filter(_ text: String) -> TopicFilter {
    do { return try TopicFilter(text) } catch { preconditionFailure("\(error)") }
}

/// A broker that hangs and one behind a pulled cable look like sensors that died, all at once; what
/// tells them apart is an answer.
@Suite("A sign of the broker's life")
struct SignOfLifeTests {
    private static let feeds = 60

    private func plant() -> Plant {
        var plant = Plant(rules: [FeedRule(filter: filter("plant/#"))])
        plant.connection(isUp: true, at: t0)
        plant.event(.answered, at: t0 + 0.02)
        return plant
    }

    /// Five messages a second of each feed, in seconds from `t0`.
    private func send(_ plant: inout Plant, from begin: Int, to end: Int, but dead: Int = -1) {
        for fifth in begin * 5..<end * 5 {
            for feed in 0..<Self.feeds where feed != dead {
                let at = t0 + Double(fifth) / 5 + Double(feed) / 1_000
                plant.send("plant/\(feed)", ["v": Double(fifth)], at: at)
            }
            plant.run()
        }
    }

    private func silences(_ plant: Plant) -> [String] {
        plant.report.findings.filter { $0.finding.check.name == "silence" }.map { event in
            let at = Double(event.at.nanoseconds - Plant.nanoseconds(t0)) / 1e9
            return "\(event.change) \(at)"
        }
    }

    @Test("a broker that hangs for ten seconds makes no feed silent, and is asked once")
    func hangs() {
        var plant = plant()
        send(&plant, from: 1, to: 30)
        #expect(plant.monitor.takeQuestions().isEmpty)
        var questions: [Int] = []
        for tenth in 300..<400 {
            plant.run(to: t0 + Double(tenth) / 10)
            questions += plant.monitor.takeQuestions()
        }
        #expect(questions == [0])
        // What it held comes at once, the answer somewhere in between.
        for feed in 0..<Self.feeds {
            if feed == 7 { plant.event(.answered, at: t0 + 40) }
            plant.send("plant/\(feed)", ["v": 1], at: t0 + 40 + Double(feed) / 50)
        }
        plant.run(to: t0 + 41.3)
        send(&plant, from: 42, to: 60)
        #expect(silences(plant).isEmpty)
    }

    @Test("the only sensor of a broker is missed as soon as the broker answers")
    func alone() {
        var plant = plant()
        for second in 1...30 { plant.send("plant/a", ["v": 1], at: t0 + Double(second)) }
        plant.run(to: t0 + 33.4)
        #expect(plant.monitor.takeQuestions().isEmpty)
        plant.run(to: t0 + 33.5)
        #expect(plant.monitor.takeQuestions() == [0])
        plant.run(to: t0 + 33.9)
        #expect(silences(plant).isEmpty)
        plant.event(.answered, at: t0 + 33.95)
        plant.run(to: t0 + 40)
        #expect(silences(plant) == ["began 34.0", "confirmed 34.0"])
        #expect(plant.monitor.takeQuestions().isEmpty)
    }

    @Test("one sensor that dies among many is missed without waiting for an answer")
    func oneOfMany() {
        var plant = plant()
        send(&plant, from: 1, to: 30)
        send(&plant, from: 30, to: 40, but: 7)
        // Last heard at 29.807; due at 31.807, so at the tick of 31.9, and others came after that.
        #expect(silences(plant) == ["began 31.9", "confirmed 31.9"])
    }

    @Test("a link that is dead is told once, by its broker, and the time of it is nobody's silence")
    func deadLink() {
        var plant = plant()
        send(&plant, from: 1, to: 30)
        plant.connection(isUp: false, at: t0 + 65)
        plant.connection(isUp: true, at: t0 + 70)
        plant.event(.answered, at: t0 + 70.02)
        send(&plant, from: 71, to: 80, but: 7)
        #expect(plant.report.conditions.map(\.isAbnormal) == [false, true, false])
        // Of the dead one: a whole limit after the reconnect, less than 0.2 s before it.
        #expect(silences(plant) == ["began 72.1", "confirmed 72.1"])
        let finding = plant.report.findings.last { $0.finding.check.name == "silence" }
        #expect(finding.map { $0.finding.worst < 2.5 } == true)
    }

    @Test("over a line on which every answer takes long, a dead sensor is missed all the same")
    func slowLine() {
        var plant = Plant(rules: [FeedRule(filter: filter("plant/#"))])
        plant.connection(isUp: true, at: t0)
        plant.event(.answered, at: t0 + 1.4)
        for second in 2...30 { plant.send("plant/a", ["v": 1], at: t0 + Double(second)) }
        plant.run(to: t0 + 33.5)
        #expect(plant.monitor.takeQuestions() == [0])
        plant.event(.answered, at: t0 + 34.95)
        plant.run(to: t0 + 40)
        #expect(silences(plant) == ["began 35.0", "confirmed 35.0"])
    }

    @Test("a broker that answers late has time to bring what it held; then who is silent is missed")
    func late() {
        var plant = plant()
        for second in 1...30 { plant.send("plant/a", ["v": 1], at: t0 + Double(second)) }
        plant.run(to: t0 + 38)
        plant.event(.answered, at: t0 + 38)
        _ = plant.monitor.takeQuestions()
        plant.run(to: t0 + 41.4)
        #expect(silences(plant).isEmpty)
        #expect(plant.monitor.takeQuestions().isEmpty)
        plant.run(to: t0 + 41.5)
        #expect(plant.monitor.takeQuestions() == [0], "3.5 s after the answer")
        plant.event(.answered, at: t0 + 41.85)
        plant.run(to: t0 + 42)
        #expect(silences(plant) == ["began 41.9", "confirmed 41.9"])
    }
}
