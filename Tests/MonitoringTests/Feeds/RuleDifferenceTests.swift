import Testing

@testable import Monitoring

@Suite("The difference between two rules")
struct RuleDifferenceTests {
    private static func rule(
        _ change: (inout FeedRule) -> Void = { _ in }
    ) throws -> FeedRule {
        var rule = FeedRule(
            filter: try TopicFilter("plant/{area}/+"),
            period: .seconds(1),
            checks: [
                "range": CheckParameters(values: ["fail": .interval(low: 0, high: 100)]),
                "flatLine": CheckParameters(values: ["for": .duration(.seconds(60))]),
            ],
        )
        change(&rule)
        return rule
    }

    private static func difference(
        _ change: (inout FeedRule) throws -> Void
    ) throws -> RuleDifference {
        var rule = try rule()
        try change(&rule)
        return RuleDifference(from: try Self.rule(), to: rule)
    }

    private static func names(_ difference: RuleDifference) -> [String] {
        CheckCatalogue.all.indices.map { CheckID(index: UInt8($0)) }
            .filter { difference.checks.contains($0) }.map(\.name)
    }

    @Test("equal rules differ in nothing, whoever else they stand beside")
    func none() throws {
        #expect(try Self.difference { _ in }.isNone)
    }

    @Test("a check's own setting concerns that check alone")
    func setting() throws {
        let difference = try Self.difference {
            $0.checks["range"]?.values["fail"] = .interval(low: 0, high: 90)
        }
        #expect(Self.names(difference) == ["range"])
        #expect(!difference.hasOtherPeriod && !difference.hasOtherNames)
        #expect(!difference.hasOtherTiming && !difference.hasOtherEpisodes)
    }

    @Test("a check that is switched off, or no longer set, differs; so does one that is new")
    func onAndOff() throws {
        let off = try Self.difference { $0.checks["noise"] = CheckParameters(isEnabled: false) }
        #expect(Self.names(off) == ["noise"])
        let unset = try Self.difference { $0.checks["range"] = nil }
        #expect(Self.names(unset) == ["range"])
        let new = try Self.difference {
            $0.checks["silence"] = CheckParameters(values: ["after": .duration(.seconds(9))])
        }
        #expect(Self.names(new) == ["silence"])
    }

    @Test("an empty setting is no other setting")
    func empty() throws {
        let difference = try Self.difference { $0.checks["noise"] = CheckParameters() }
        #expect(difference.checks.isEmpty && !difference.hasOtherEpisodes)
    }

    @Test("how findings are confirmed and held begins no check anew")
    func episodes() throws {
        let difference = try Self.difference {
            $0.checks["range"]?.values["confirm"] = .count(5)
        }
        #expect(Self.names(difference) == [])
        #expect(difference.hasOtherEpisodes && !difference.isNone)
    }

    @Test("what a check is made from beside its settings concerns those that read it")
    func context() throws {
        let interval = try Self.difference { $0.falseAlarmInterval = .days(7) }
        #expect(Self.names(interval) == ["ewma", "meanShift"])
        let window = try Self.difference { $0.window = .seconds(30) }
        #expect(Self.names(window).contains("completeness"))
        #expect(!Self.names(window).contains("range"))
        let timing = try Self.difference { $0.timing.allowedLateness = .seconds(1) }
        #expect(timing.hasOtherTiming && Self.names(timing).contains("gap"))
        let period = try Self.difference { $0.period = nil }
        #expect(period.hasOtherPeriod && Self.names(period).contains("silence"))
        #expect(!Self.names(period).contains("flatLine"))
    }

    @Test("what a feed is called begins nothing anew")
    func naming() throws {
        let label = try Self.difference { $0.label = "{area}" }
        let unit = try Self.difference { $0.unit = "Cel" }
        let filter = try Self.difference { $0.filter = try TopicFilter("plant/{hall}/+") }
        for difference in [label, unit, filter] {
            #expect(difference.hasOtherNames && difference.checks.isEmpty)
        }
    }

    /// Goal: no check reads a part of its context that it does not name, or a reload would leave it as
    /// it was. Method: a check is made with and without a change of each part; where the two print
    /// differently, it reads the part.
    @Test("a check names every part of the context that it reads")
    func namedContext() {
        let base = CheckContext(
            kind: .number,
            period: nil,
            window: .seconds(60),
            timing: FeedTiming(),
            isDeclared: false,
        )
        var others: [(CheckContext.Part, String, CheckContext)] = []
        func add(_ part: CheckContext.Part, _ name: String, _ change: (inout CheckContext) -> Void)
        {
            var context = base
            change(&context)
            others.append((part, name, context))
        }
        add(.period, "period") { $0.period = .seconds(7) }
        add(.window, "window") { $0.window = .seconds(600) }
        add(.timing, "timing") { $0.timing.allowedLateness = .seconds(50) }
        add(.timing, "timing") { $0.timing.maxAhead = .seconds(7) }
        add(.timing, "timing") { $0.timing.revisionHorizon = .seconds(70) }
        add(.isDeclared, "isDeclared") { $0.isDeclared = true }
        add(.falseAlarmInterval, "falseAlarmInterval") { $0.falseAlarmInterval = .days(2) }
        var readers = 0
        for type in CheckCatalogue.types {
            for parameters in CheckExamples.settings(of: type.definition) {
                let plain = type.init(parameters: parameters, feed: base)
                for (part, name, context) in others {
                    let other = type.init(parameters: parameters, feed: context)
                    guard "\(String(reflecting: plain))" != "\(String(reflecting: other))" else {
                        continue
                    }
                    readers += 1
                    #expect(
                        type.contextRead.contains(part),
                        "\(type.definition.name) reads \(name): name it in `contextRead`"
                    )
                }
            }
        }
        #expect(readers > 5, "the method sees no difference any more")
    }
}
