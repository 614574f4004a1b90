import TestSupport

@testable import Monitoring

/// Settings and streams for the battery over the whole catalogue: made from the definitions, so a
/// check that is added is tested without a line here.
enum CheckExamples {
    /// The settings to try with a check: its defaults, and each of its choices with everything given
    /// that has no default.
    static func settings(of definition: CheckDefinition) -> [CheckParameters] {
        var given: [String: CheckParameterValue] = [:]
        for parameter in definition.parameters where parameter.defaultText == nil {
            let name = "\(definition.name).\(parameter.name)"
            given[parameter.name] = fitting[name] ?? example(of: parameter.kind)
        }
        var all = [CheckParameters(), CheckParameters(values: given)]
        for parameter in definition.parameters {
            guard case .choice(let options) = parameter.kind else { continue }
            for option in options {
                let values = given.merging([parameter.name: .choice(option)]) { $1 }
                all.append(CheckParameters(values: values))
            }
        }
        return all
    }

    /// Where no value fits by its kind alone: what the healthy stream keeps and the faulty ones do not.
    private static let fitting: [String: CheckParameterValue] = [
        "sequence.modulus": .count(256), "rate.max": .count(45), "rate.min": .count(12),
        "regularity.min": .number(0.5), "attenuated.min": .number(0.375),
        "attenuated.fail": .number(0.25), "attenuated.minObservations": .count(10),
    ]

    private static func example(of kind: CheckParameter.Kind) -> CheckParameterValue {
        switch kind {
        case .number(let minimum, let maximum): .number(min(max(5, minimum), maximum))
        case .duration: .seconds(30)
        case .count(let minimum, let maximum): .count(min(max(5, minimum), maximum))
        case .interval: .interval(low: 0, high: 40)
        case .choice(let options): .choice(options[0])
        case .flag: .flag(true)
        }
    }

    /// A value as a configuration writes it, such as `2s` or `0.95`; nil where it cannot be read.
    static func value(_ text: String, of kind: CheckParameter.Kind) -> CheckParameterValue? {
        switch kind {
        case .number: return Double(text).map { .number($0) }
        case .count: return Int(text).map { .count($0) }
        case .choice(let options): return options.contains(text) ? .choice(text) : nil
        case .flag: return Bool(text).map { .flag($0) }
        case .interval: return nil
        case .duration:
            let units = [("min", 60.0), ("ms", 0.001), ("s", 1), ("h", 3_600), ("d", 86_400)]
            for (unit, seconds) in units where text.hasSuffix(unit) {
                return Double(text.dropLast(unit.count)).map { .seconds($0 * seconds) }
            }
            return nil
        }
    }

    /// What a check is asked, in the order in which a feed asks it.
    enum Question: Sendable {
        case message(MessageObservation)
        case sample(Observation)
        case tick(Pulse)
    }

    /// A healthy feed for ten minutes: 1 Hz, values around 20 that never repeat for long, 50 ms of
    /// latency, in order, with a tick after each sample.
    static func healthy(shift: Int64 = 0, offset: Double = 0) -> [Question] {
        var random = SeededGenerator(seed: 1)
        var line = FeedLine(period: 1)
        line.shift = shift
        return (0..<600).flatMap { index in
            let value = offset + 20 + random.dyadic(-16...16)
            let observation = line.sample(value, at: Double(index), delay: 0.05) {
                $0.quality = .good
            }
            return questions(observation, quiet: 0.5, number: Int64(index))
        }
    }

    /// A feed with every fault there is, by seed; values are finite and multiples of 1/16.
    static func faulty(seed: UInt64, shift: Int64 = 0, offset: Double = 0) -> [Question] {
        var random = SeededGenerator(seed: seed)
        var line = FeedLine(period: 1)
        line.shift = shift
        var time = 0.0
        var value = 20.0
        var isFrozen = false
        var losses = SeededGenerator(seed: seed)
        var number: Int64 = 200
        return (0..<800).flatMap { index in
            if index % 100 == 0 { isFrozen.toggle() }
            if !isFrozen { value = 20 + random.dyadic(-480...480) }
            time += random.chance(0.03) ? 12 : random.chance(0.1) ? -1.5 : 1
            let isMissing = random.chance(0.05)
            let delay = random.chance(0.1) ? 45 : random.chance(0.1) ? -35 : 0.05
            let observation = line.sample(isMissing ? nil : offset + value, at: time, delay: delay)
            {
                confuse(&$0, by: &random)
            }
            let problem =
                random.chance(0.05) ? DecodeProblem.allCases.randomElement(using: &random) : nil
            number += losses.chance(0.05) ? 4 : losses.chance(0.01) ? -190 : 1
            let quiet = random.chance(0.05) ? 100 : 0.5
            return questions(observation, quiet: quiet, problem: problem, number: number & 255)
        }
    }

    /// A feed that is healthy for 1,200 samples, and then has every fault that is one only beside what
    /// it did before.
    static func changed(seed: UInt64) -> [Question] {
        var random = SeededGenerator(seed: seed)
        var line = FeedLine(period: 1)
        return (0..<2_600).flatMap { index in
            let usual = 20 + random.dyadic(-16...16)
            let wild = 20 + random.dyadic(-160...160)
            let value: Double =
                switch index {
                case 1_250: 90
                case 1_300..<1_340: wild
                case 1_450..<1_500: usual + 3
                case 1_600..<1_660: 20.5
                case 1_700: -999
                case 1_750..<1_800: min(usual, 19.75)
                case 1_900..<1_960: 10 * usual
                case 2_050..<2_065: usual + 12
                case 2_080..<2_120: 20 + 20 * Double(index % 8)
                case 2_130..<2_190: 20 + (usual - 20) / 16
                case 2_200...: usual + 0.5
                default: usual
                }
            // One message in three is lost, then samples come out of step, and far too many.
            let lost = max(0, min(index, 2_380) - 2_300) / 2
            let shaken = index > 2_380 && index < 2_480 && index % 3 == 0 ? 0.25 : 0
            let early = 0.95 * Double(max(0, index - 2_480))
            let time = Double(index + lost) + shaken - early
            return questions(line.sample(value, at: time, delay: 0.05), quiet: 0.5)
        }
    }

    private static func confuse(
        _ observation: inout Observation,
        by random: inout SeededGenerator,
    ) {
        if random.chance(0.03) { observation.arrival = .duplicate }
        if random.chance(0.03) { observation.arrival = .tooLate }
        if random.chance(0.02) { observation.arrival = .future }
        observation.isClockTrusted = !random.chance(0.05)
        observation.isConflicting = random.chance(0.05)
        observation.followsOutage = random.chance(0.005)
        observation.followsUndecodable = random.chance(0.005)
        if random.chance(0.03) { observation.sourceTime = nil }
        if random.chance(0.03) { observation.timeProblem = .impossible }
        if random.chance(0.05) { observation.quality = random.chance(0.5) ? .bad : .uncertain }
        if random.chance(0.02) { observation.kind = .boolean }
    }

    static func questions(
        _ observation: Observation,
        quiet: Double,
        problem: DecodeProblem? = nil,
        number: Int64? = nil,
    ) -> [Question] {
        let now = observation.receivedAt.advanced(by: Nanoseconds(Int64(quiet * 1e9)))
        var message = MessageObservation(receivedAt: observation.receivedAt, problem: problem)
        message.hasNumber = number != nil && problem == nil
        message.number = number ?? 0
        return [
            .message(message),
            .sample(observation),
            .tick(
                Pulse(
                    now: now,
                    quietSince: observation.receivedAt,
                    isConnected: true,
                    isSeen: true,
                    learnedLimit: .milliseconds(3_500),
                )
            ),
        ]
    }
}

extension Check {
    /// The answer to a question, or nil where the check is not called for it.
    mutating func answer(_ question: CheckExamples.Question) -> Assessment? {
        switch question {
        case .message(let message):
            if Self.scope.isDisjoint(with: [.messages, .sequences]) {
                nil
            } else {
                observe(message)
            }
        case .sample(let observation): ask(observation)
        case .tick(let pulse):
            if let deadline = deadline(pulse), deadline <= pulse.now { tick(pulse) } else { nil }
        }
    }

    /// The answers to a stream, in order, and the check after it.
    func answers(_ stream: [CheckExamples.Question]) -> [Assessment?] {
        var check = self
        return stream.map { check.answer($0) }
    }
}
