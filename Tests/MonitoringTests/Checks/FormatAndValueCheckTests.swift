import Testing

@testable import Monitoring

/// The checks of the concern `format`, and the simple ones of the concern `value`.
@Suite("format and value checks")
struct FormatAndValueCheckTests {
    private static func message(_ problem: DecodeProblem?) -> MessageObservation {
        MessageObservation(receivedAt: ReceiveTime(nanoseconds: FeedLine.base), problem: problem)
    }

    @Test(
        "of every problem exactly one of malformed and schema fails",
        arguments:
            DecodeProblem.allCases
    )
    func division(problem: DecodeProblem) throws {
        var malformed = try #require(MalformedCheck.make())
        var schema = try #require(SchemaCheck.make())
        let verdicts = [
            malformed.observe(Self.message(problem)).verdict,
            schema.observe(Self.message(problem)).verdict,
        ]
        let agreed: Set<DecodeProblem> = [
            .undeclaredWord, .wrongType, .missingField, .tooManyFields,
        ]
        #expect(verdicts == (agreed.contains(problem) ? [.unknown, .fail] : [.fail, .unknown]))
    }

    @Test("unreadable messages are counted in a row, and one readable ends the row")
    func row() throws {
        var check = try #require(MalformedCheck.make())
        #expect(check.observe(Self.message(nil)) == .good)
        for count in 1...3 {
            let answer = check.observe(Self.message(.syntax))
            #expect(answer == Assessment(.fail, observed: Double(count), limit: 0))
        }
        #expect(check.observe(Self.message(.wrongType)) == .unknown, "schema speaks, the row stays")
        #expect(check.observe(Self.message(.invalidUTF8)).observed == 4)
        #expect(check.observe(Self.message(nil)) == .good)
        #expect(check.observe(Self.message(.syntax)).observed == 1)
    }

    @Test("one unreadable message is confirmed, and ends with the next readable one")
    func policy() {
        for definition in [MalformedCheck.definition, SchemaCheck.definition] {
            #expect(definition.confirm == 1 && definition.hold == .seconds(0))
        }
    }

    @Test("a value of another kind fails until one of the first kind comes")
    func kinds() throws {
        var check = try #require(SchemaCheck.make())
        var line = FeedLine(period: 1)
        func take(_ kind: Sample.Kind) -> (Assessment, Assessment?) {
            let message = check.observe(Self.message(nil))
            return (message, check.ask(line.sample(1, at: 0) { $0.kind = kind }))
        }
        #expect(take(.number) == (.good, .good))
        #expect(take(.boolean) == (.good, Assessment(.fail, observed: 1, limit: 0)))
        #expect(
            take(.word) == (.unknown, Assessment(.fail, observed: 2, limit: 0)),
            "a readable message alone does not end it",
        )
        #expect(take(.missing) == (.unknown, .unknown), "null has no kind")
        #expect(take(.number) == (.unknown, .good))
        #expect(take(.infinite) == (.good, .good), "an infinity is a number")
        #expect(take(.unreadable) == (.good, Assessment(.fail, observed: 1, limit: 0)))
        #expect(take(.unreadable) == (.unknown, Assessment(.fail, observed: 2, limit: 0)))
        #expect(take(.number) == (.unknown, .good))
    }

    @Test("before the feed has a kind no value is of another")
    func unknownKind() throws {
        var check = try #require(SchemaCheck.make())
        var line = FeedLine(period: 1)
        let observation = line.sample(1, at: 0) { $0.feedKind = .unknown }
        #expect(check.ask(observation) == .unknown)
    }

    @Test("null is suspect, infinity fails, and both are counted in a row")
    func nonFinite() throws {
        var check = try #require(NonFiniteCheck.make())
        var line = FeedLine(period: 1)
        #expect(check.ask(line.sample(1, at: 0)) == .good)
        #expect(
            check.ask(line.sample(nil, at: 1)) == Assessment(.suspect, observed: 1, limit: 0)
        )
        let infinite = line.sample(.infinity, at: 2) { $0.kind = .infinite }
        #expect(check.ask(infinite) == Assessment(.fail, observed: 2, limit: 0))
        for kind in [Sample.Kind.number, .boolean, .word] {
            #expect(check.ask(line.sample(0, at: 3) { $0.kind = kind }) == .good)
        }
        #expect(check.ask(line.sample(nil, at: 4))?.observed == 1)
        let unreadable = line.sample(0, at: 5) { $0.kind = .unreadable }
        #expect(check.ask(unreadable) == .unknown, "the business of schema")
    }

    @Test("the device's own word is taken: bad fails, uncertain is suspect")
    func quality() throws {
        var check = try #require(QualityCheck.make())
        var line = FeedLine(period: 1)
        let expected: [(Sample.Quality, Assessment)] = [
            (.good, .good), (.bad, Assessment(.fail, observed: 1, limit: 0)),
            (.uncertain, Assessment(.suspect, observed: 2, limit: 0)), (.unstated, .unknown),
            (.bad, Assessment(.fail, observed: 3, limit: 0)), (.good, .good),
            (.bad, Assessment(.fail, observed: 1, limit: 0)),
        ]
        for (index, (quality, answer)) in expected.enumerated() {
            let observation = line.sample(1, at: Double(index)) { $0.quality = quality }
            #expect(check.ask(observation) == answer, "\(quality), \(index)")
        }
    }

    @Test("range: ends are inclusive, and each answer names the end that was passed")
    func range() throws {
        var check = try #require(
            RangeCheck.make([
                "fail": .interval(low: 0, high: .infinity), "suspect": .interval(low: 5, high: 9),
            ])
        )
        var line = FeedLine(period: 1)
        let expected: [(Double, Assessment)] = [
            (0, Assessment(.suspect, observed: 0, limit: 5)), (5, .good), (9, .good),
            (9.0625, Assessment(.suspect, observed: 9.0625, limit: 9)),
            (-0.0625, Assessment(.fail, observed: -0.0625, limit: 0)),
            (1e300, Assessment(.suspect, observed: 1e300, limit: 9)),
        ]
        for (value, answer) in expected {
            #expect(check.ask(line.sample(value, at: 0)) == answer, "\(value)")
        }
        #expect(RangeCheck.make() == nil, "without limits it is not active")
    }
}
