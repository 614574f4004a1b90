import Alarms
import Monitoring
import TestSupport
import Testing

/// Random lives of one feed: what must hold whatever happens. Seeds are printed with a failure.
@Suite struct AlarmBookPropertyTests {
    private static let settings: [AlarmSettings] = [
        AlarmSettings(requiresAcknowledgement: true),
        AlarmSettings(offDelay: Nanoseconds(0), requiresAcknowledgement: true),
        AlarmSettings(onDelay: .seconds(3), offDelay: .seconds(2), requiresAcknowledgement: true),
        AlarmSettings(
            onDelay: .milliseconds(1_700),
            requiresAcknowledgement: true,
            isLatching: true
        ),
        AlarmSettings(onDelay: .seconds(1), requiresAcknowledgement: false),
    ]

    /// One thing that happens; times are odd on purpose, so that deadlines fall between ticks.
    private struct Step {
        var at: ReceiveTime
        var row: String
        var cell: Character
    }

    private static func steps(_ random: inout SeededGenerator, restarts: Bool) -> [Step] {
        var time = AlarmScenario.start
        let checks = TestCatalogue.all.map(\.name)
        let concerns = Concern.allCases.map(\.name)
        return (0..<200).map { _ in
            time.nanoseconds += Int64.random(in: 0...1_300_000_000, using: &random)
            let concern = concerns.randomElement(using: &random) ?? "data"
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<4: return Step(at: time, row: "ack \(concern)", cell: "a")
            case 4..<6: return Step(at: time, row: "healthy \(concern)", cell: "h")
            case 6..<7 where restarts: return Step(at: time, row: "restart", cell: "!")
            default:
                let check = checks.randomElement(using: &random) ?? "silence"
                let cell = Array("xxXX....u").randomElement(using: &random) ?? "."
                return Step(at: time, row: check, cell: cell)
            }
        }
    }

    private static func play(
        _ steps: [Step],
        _ settings: AlarmSettings,
        ticks: Bool,
    ) -> AlarmWorld {
        var world = AlarmWorld(settings: settings)
        for step in steps {
            world.advance(to: step.at, ticks: ticks)
            world.take(step.row, step.cell, at: step.at)
        }
        return world
    }

    @Test("ticks every 100 ms, or none at all, give the same transitions", arguments: 0..<10)
    func ticksDoNotMatter(_ seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let steps = Self.steps(&random, restarts: false)
        for settings in Self.settings {
            let byTick = Self.play(steps, settings, ticks: true)
            let byEvent = Self.play(steps, settings, ticks: false)
            #expect(byTick.transitions == byEvent.transitions, "seed \(seed)")
            #expect(byTick.stored == byEvent.stored, "seed \(seed)")
        }
    }

    @Test("deliveries, masks, sequences and occurrences are consistent", arguments: 0..<20)
    func staysConsistent(_ seed: Int) {
        var random = SeededGenerator(seed: 1_000 + UInt64(seed))
        let steps = Self.steps(&random, restarts: seed % 2 == 0)
        for settings in Self.settings {
            let world = Self.play(steps, settings, ticks: false)
            #expect(Self.problems(of: world.transitions) == [], "seed \(seed)")
            for record in world.stored.values {
                #expect(record.state.isSuppressed == !record.suppressedBy.isEmpty, "seed \(seed)")
            }
        }
    }

    /// What is wrong with a list of transitions, each in words.
    private static func problems(of transitions: [AlarmTransition]) -> [String] {
        var problems: [String] = []
        var latest: [String: AlarmTransition] = [:]
        var told: Set<String> = []
        var isActive: [String: Bool] = [:]
        for (index, transition) in transitions.enumerated() {
            let place = "\(index) \(transition.key) \(transition.reason)"
            if transition.sequence != Int64(index) + 1 { problems.append("\(place): sequence") }
            let before = latest[transition.key]
            if let before, before.alarmSequence + 1 != transition.alarmSequence {
                problems.append("\(place): alarm sequence")
            }
            if let before, before.at > transition.at { problems.append("\(place): back in time") }
            if transition.previousDisplay != before?.display ?? .normal {
                problems.append("\(place): previous display")
            }
            switch transition.reason {
            case .raise:
                told.insert(transition.key)
                problems += masks(of: transition, isActive).map { "\(place): raised under \($0)" }
            case .clear:
                if told.remove(transition.key) == nil { problems.append("\(place): never raised") }
            default: break
            }
            if transition.state.isDeliveryOpen != told.contains(transition.key) {
                problems.append("\(place): deliveries believe otherwise")
            }
            if transition.title.isEmpty || transition.message.isEmpty {
                problems.append("\(place): no text")
            }
            isActive[transition.key] = transition.state.isActive
            latest[transition.key] = transition
        }
        return problems
    }

    /// The active concerns that should have kept this alarm from being raised.
    private static func masks(
        of transition: AlarmTransition,
        _ isActive: [String: Bool],
    ) -> [String] {
        guard case .feed(let feed, let concern) = transition.subject else { return [] }
        return concern.maskedBy.map { "\(feed.key)/\($0.name)" }.filter { isActive[$0] == true }
    }

    @Test("times at the ends of the axis stop nothing")
    func survivesImpossibleTimes() {
        for settings in Self.settings {
            var world = AlarmWorld(settings: settings)
            var number: Int64 = 0
            for begin in [Int64.min, -1, 0, .max] {
                for last in [Int64.min, 0, .max] {
                    for check in ["range", "silence", "clockSkew"] {
                        number += 1
                        let id = TestCatalogue.id(check) ?? CheckID(index: 0)
                        let now = AlarmScenario.time(Int(number))
                        var finding = AlarmWorld.finding(number, id, .fail, at: now)
                        finding.begin = EventTime(nanoseconds: begin)
                        finding.end = EventTime(nanoseconds: max(begin, last))
                        finding.lastValueAt = EventTime(nanoseconds: last)
                        finding.worst = [.nan, .infinity, -1e300, 0][Int(number) % 4]
                        finding.isConfirmed = true
                        world.apply(.confirmed, finding, at: now)
                        world.apply(.ended, finding, at: now)
                    }
                }
            }
            world.advance(to: AlarmScenario.time(100), ticks: false)
            #expect(!world.transitions.isEmpty)
        }
    }
}
