import TestSupport
import Testing

@testable import Monitoring

/// What every check of the catalogue must keep, whatever it looks for. A check that is added is
/// tested here by itself.
@Suite("every check of the catalogue")
struct CheckConformanceTests {
    /// Every check with every one of its example settings, where it is active.
    static let checks: [any Check] = CheckCatalogue.types.flatMap { type in
        CheckExamples.settings(of: type.definition).compactMap { type.make($0) }
    }

    private static func name(_ check: any Check) -> String { type(of: check).definition.name }

    @Test("is active with everything given")
    func active() {
        for type in CheckCatalogue.types {
            let all = CheckExamples.settings(of: type.definition)
            #expect(type.make(all[1]) != nil, "\(type.definition.name)")
        }
    }

    @Test("is off without the settings that it needs one of, and on with any one of them")
    func needs() throws {
        for type in CheckCatalogue.types {
            let definition = type.definition
            let isIdle = type.make(CheckParameters()) == nil
            #expect(isIdle == !definition.needsOneOf.isEmpty, "\(definition.name)")
            let given = CheckExamples.settings(of: definition)[1]
            for name in definition.needsOneOf {
                let value = try #require(given.values[name], "\(definition.name).\(name)")
                let one = CheckParameters(values: [name: value])
                #expect(type.make(one) != nil, "\(definition.name).\(name)")
            }
        }
    }

    @Test("takes its own defaults and examples as the configuration would")
    func ranges() {
        for definition in CheckCatalogue.all {
            for parameter in definition.allParameters {
                guard case .duration(let minimum, let maximum) = parameter.kind else { continue }
                #expect(minimum <= maximum && minimum.count >= 0, "\(definition.name)")
                guard let text = parameter.defaultText else { continue }
                guard case .duration(let time)? = CheckExamples.value(text, of: parameter.kind)
                else {
                    Issue.record("\(definition.name).\(parameter.name): \(text)")
                    continue
                }
                #expect(time >= minimum && time <= maximum, "\(definition.name).\(parameter.name)")
            }
        }
    }

    @Test(
        "answers equally when asked equally, and a copy in midstream goes on equally",
        arguments: [
            1, 2, 3,
        ]
    )
    func deterministic(seed: UInt64) {
        let stream = CheckExamples.faulty(seed: seed)
        let half = stream.count / 2
        for check in Self.checks {
            let answers = check.answers(stream)
            #expect(answers == check.answers(stream), "\(Self.name(check))")
            var original = check
            for question in stream.prefix(half) { _ = original.answer(question) }
            let copy = original
            let rest = Array(answers.dropFirst(half))
            #expect(original.answers(Array(stream.dropFirst(half))) == rest)
            // The original goes elsewhere; the copy must not follow it.
            for question in CheckExamples.faulty(seed: 99) { _ = original.answer(question) }
            #expect(copy.answers(Array(stream.dropFirst(half))) == rest, "\(Self.name(check))")
        }
    }

    @Test("is silent on a healthy feed")
    func silentOnHealthy() {
        for check in Self.checks {
            let flags = check.answers(CheckExamples.healthy()).compactMap { $0 }
                .filter(\.verdict.isFlagged)
            #expect(flags.isEmpty, "\(Self.name(check)): \(flags.prefix(3))")
        }
    }

    @Test(
        "finds something on a feed with every fault, and shows finite evidence",
        arguments: [
            1, 2, 3,
        ]
    )
    func evidence(seed: UInt64) {
        let streams = [CheckExamples.faulty(seed: seed), CheckExamples.changed(seed: seed)]
        for type in CheckCatalogue.types {
            var flags = 0
            for (stream, settings) in streams.flatMap({ stream in
                CheckExamples.settings(of: type.definition).map { (stream, $0) }
            }) {
                let answers = type.make(settings)?.answers(stream) ?? []
                for answer in answers.compactMap({ $0 }) where answer.verdict.isFlagged {
                    flags += 1
                    let isFinite = answer.observed.isFinite && answer.limit.isFinite
                    #expect(isFinite, "\(type.definition.name): \(answer)")
                }
            }
            #expect(flags > 0, "\(type.definition.name) found nothing, seed \(seed)")
        }
    }

    @Test("answers the same at any time of the epoch and, but for what knows levels, at any level")
    func invariance() {
        let day: Int64 = 86_400_000_000_000
        for check in Self.checks {
            let plain = check.answers(CheckExamples.faulty(seed: 5))
            for days in [Int64(-9_000), 1, 365] {
                let shifted = check.answers(CheckExamples.faulty(seed: 5, shift: days * day))
                #expect(shifted == plain, "\(Self.name(check)), \(days) days later")
            }
            guard !["range", "sentinel", "unit"].contains(Self.name(check)) else { continue }
            for offset in [-1_024.0, 1_048_576] {
                let shifted = check.answers(CheckExamples.faulty(seed: 5, offset: offset))
                #expect(shifted == plain, "\(Self.name(check)), \(offset) higher")
            }
        }
    }

    @Test("answers the same when the clock is set in midstream; only what it looked back on may go")
    func clockWasSet() {
        let hour: Int64 = 3_600_000_000_000
        for check in Self.checks {
            let plain = CheckExamples.faulty(seed: 6)
            let half = plain.count / 2
            let wanted = check.answers(plain).dropFirst(half)
            for hours in [Int64(-9), 1, 24] {
                let length = Nanoseconds(hours * hour)
                var copy = check
                for question in plain.prefix(half) { _ = copy.answer(question) }
                copy.clockWasSet(events: length, arrivals: length)
                let rest = CheckExamples.faulty(seed: 6, shift: length.count).dropFirst(half)
                for (answer, plain) in zip(copy.answers(Array(rest)), wanted) {
                    let isLookingBack = Self.name(check) == "completeness" && answer == .unknown
                    #expect(answer == plain || isLookingBack, "\(Self.name(check)), \(hours) h")
                }
            }
        }
    }

    @Test("survives constants, single samples, NaN, infinities and the ends of time")
    func survival() {
        let values = [0, -0.0, .nan, .infinity, -.infinity, 1e308, -1e308, .leastNonzeroMagnitude]
        let times: [Int64] = [.min, .max, 0, -1, FeedLine.base]
        var random = SeededGenerator(seed: 11)
        for check in Self.checks {
            var copy = check
            var newest: EventTime?
            for index in 0..<3_000 {
                var observation = Observation(
                    at: EventTime(nanoseconds: times[Int.random(in: 0..<5, using: &random)]),
                    receivedAt: ReceiveTime(
                        nanoseconds: times[Int.random(in: 0..<5, using: &random)]
                    ),
                    value: values[index / 7 % values.count],
                )
                observation.sourceTime = SourceTime(
                    nanoseconds: times[Int.random(in: 0..<5, using: &random)]
                )
                observation.newest = newest
                observation.period = Nanoseconds([0, 1, .max][index % 3])
                observation.slotsAdvanced = [0, 1, .max, .min][index % 4]
                observation.quality = index % 5 == 0 ? .bad : .good
                observation.kind = index % 11 == 0 ? .missing : .number
                newest = observation.at
                for question in CheckExamples.questions(observation, quiet: 1e9) {
                    _ = copy.answer(question)
                }
            }
            let pulse = Pulse(
                now: ReceiveTime(nanoseconds: .max),
                quietSince: ReceiveTime(nanoseconds: .min),
                isConnected: true,
                isSeen: true,
                learnedLimit: Nanoseconds(.max),
            )
            _ = copy.tick(pulse)
            _ = copy.deadline(pulse)
        }
    }

    @Test("keeps its state in 600 bytes, without references that grow")
    func size() {
        for type in CheckCatalogue.types {
            let size = type.size
            print("\(type.definition.name): \(size) bytes")
            #expect(size <= 600, "\(type.definition.name)")
        }
    }

    @Test("a default written out answers as the default left out")
    func defaults() {
        let stream = CheckExamples.faulty(seed: 6)
        for type in CheckCatalogue.types {
            let all = CheckExamples.settings(of: type.definition)
            for parameter in type.definition.parameters {
                guard let text = parameter.defaultText else { continue }
                let definition = type.definition
                let name = "\(definition.name).\(parameter.name)"
                guard let value = CheckExamples.value(text, of: parameter.kind) else {
                    Issue.record("the default of \(name), `\(text)`, is no value of its kind")
                    continue
                }
                // The first two settings give no choice, which the written default then gives.
                for settings in all.prefix(2) {
                    // Without any of its settings `completeness` learns, and asks no window.
                    let isBare = settings.values.isEmpty
                    if definition.name == "completeness", isBare { continue }
                    var written = settings
                    written.values[parameter.name] = value
                    let answers = type.make(written)?.answers(stream)
                    #expect(answers == type.make(settings)?.answers(stream), "\(name)")
                }
            }
        }
    }
}

/// What the catalogue says of its checks.
@Suite("the catalogue")
struct CheckCatalogueTests {
    @Test("stands in the order of concern and rank, every name and rank once")
    func order() {
        let places = CheckCatalogue.all.map { [Int($0.concern.rawValue), $0.rank] }
        #expect(places.map { $0[0] * 100 + $0[1] } == places.map { $0[0] * 100 + $0[1] }.sorted())
        #expect(Set(places).count == places.count)
        #expect(Set(CheckCatalogue.all.map(\.name)).count == CheckCatalogue.all.count)
        for (index, definition) in CheckCatalogue.all.enumerated() {
            #expect(CheckCatalogue.id(named: definition.name)?.index == UInt8(index))
        }
        #expect(CheckCatalogue.id(named: "flatline") == nil, "names are exact")
    }

    @Test("ranks the checks as the alarms are named")
    func ranks() {
        // The agreed order of names, checks to come included.
        let table: [Concern: [String]] = [
            .data: ["silence", "gap", "sequence", "completeness", "rate", "regularity"],
            .format: ["malformed", "schema", "unit"],
            .clock: [
                "impossibleDate", "clockSkew", "latency", "outOfOrder", "duplicate",
                "duplicateTimestamp",
            ],
            .behaviour: ["noise", "outlier", "ewma", "meanShift"],
            .value: [
                "nonFinite", "sentinel", "range", "rateOfChange", "spike", "saturation", "quality",
            ],
            .frozen: ["flatLine", "attenuated"],
        ]
        for definition in CheckCatalogue.all {
            #expect(table[definition.concern]?[definition.rank] == definition.name)
        }
    }

    @Test("brings the four texts that a person needs, with known placeholders only")
    func texts() {
        for definition in CheckCatalogue.all {
            let guidance = definition.guidance
            for text in [guidance.cause, guidance.consequence, guidance.action] {
                #expect(text.count > 10, "\(definition.name)")
                for piece in text.split(separator: "{", omittingEmptySubsequences: false)
                    .dropFirst()
                {
                    let name = piece.prefix { $0 != "}" }
                    #expect(
                        ["feed", "value", "limit"].contains(name),
                        "\(definition.name): \(name)"
                    )
                }
            }
            #expect(guidance.cause.contains("{feed}"), "\(definition.name)")
            #expect(guidance.timeToRespond >= .seconds(60), "\(definition.name)")
            #expect(!definition.summary.isEmpty && definition.summary.count <= 72)
            #expect(definition.confirm >= 1 && definition.hold >= .seconds(0))
        }
    }

    @Test("says of each setting what it means and why its default is what it is")
    func parameters() {
        for definition in CheckCatalogue.all {
            let names = definition.parameters.map(\.name)
            #expect(Set(names).count == names.count, "\(definition.name)")
            #expect(!names.contains("confirm") && !names.contains("hold"), "common to all checks")
            for parameter in definition.parameters {
                let name = "\(definition.name).\(parameter.name)"
                #expect(parameter.name.allSatisfy { $0.isLetter && $0.isASCII }, "\(name)")
                #expect(parameter.name.first?.isLowercase == true, "\(name)")
                #expect(parameter.meaning.hasSuffix("."), "\(name)")
                #expect(!parameter.meaning.contains("\n"), "\(name)")
            }
        }
    }
}

extension Check {
    fileprivate static func make(_ settings: CheckParameters) -> (any Check)? {
        Self(parameters: settings, feed: .example())
    }

    fileprivate static var size: Int { MemoryLayout<Self>.size }
}
