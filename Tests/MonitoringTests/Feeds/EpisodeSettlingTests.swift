import Testing

@testable import Monitoring

/// What becomes of findings at the end of a sample, when every check has answered; and how long one
/// stays open after its last flag.
@Suite("Episodes at the end of a sample")
struct EpisodeSettlingTests {
    private static let unit = CheckID(named: "unit")
    private static let shift = CheckID(named: "meanShift")
    private static let flatLine = CheckID(named: "flatLine")

    /// One feed's book, a sample a second.
    private struct Book {
        var book = EpisodeBook()
        var log = FindingLog(nextIdentifier: 1)
        var second: Int64 = 0
        var policies: [CheckPlan.EpisodePolicy]

        init() {
            policies = CheckCatalogue.all.map { _ in
                CheckPlan.EpisodePolicy(confirm: 1, hold: .seconds(10))
            }
            self[EpisodeSettlingTests.unit].confirm = 10
            self[EpisodeSettlingTests.shift].waitsFor = .unit.union(.saturation)
            self[EpisodeSettlingTests.shift].delay = 10
            self[EpisodeSettlingTests.flatLine].waitsFor = .unit
        }

        subscript(check: CheckID) -> CheckPlan.EpisodePolicy {
            get { policies[Int(check.index)] }
            set { policies[Int(check.index)] = newValue }
        }

        /// One sample: these checks flag it, those say good.
        mutating func sample(
            flags: [CheckID],
            good: [CheckID] = [],
            isRestless: Bool = false,
        ) {
            second += 1
            let nanoseconds = second * 1_000_000_000
            let now = ReceiveTime(nanoseconds: nanoseconds)
            let facts = EpisodeBook.Circumstances(
                feed: FeedID(index: 1),
                at: EventTime(now),
                begin: EventTime(now),
                now: now,
                lastValue: 1,
                lastValueAt: EventTime(now),
            )
            for (checks, answer) in [
                (flags, Assessment(.suspect, observed: 6, limit: 5)), (good, .good),
            ] {
                for check in checks {
                    book.take(
                        answer,
                        of: check,
                        policy: self[check],
                        circumstances: facts,
                        log: &log,
                    )
                }
            }
            book.settle(policies, isRestless: isRestless, at: now, log: &log)
        }

        /// The second at which a check's finding was confirmed; nil: it was not.
        func confirmed(_ check: CheckID) -> Int64? {
            log.events.first { $0.change == .confirmed && $0.finding.check == check }
                .map { $0.at.nanoseconds / 1_000_000_000 }
        }
    }

    @Test("one about the feed's behaviour waits ten samples, sixteen where the feed is restless")
    func behaviourWaits() {
        for (isRestless, second) in [(false, Int64(11)), (true, 17)] {
            var book = Book()
            for _ in 0..<30 { book.sample(flags: [Self.shift], isRestless: isRestless) }
            #expect(book.confirmed(Self.shift) == second)
        }
    }

    @Test("noise does not wait: what it says is why the others do")
    func noise() {
        let policy = CheckSet(parameters: [:], context: .example()).plan.policies
        let delays = CheckCatalogue.all.indices.filter { policy[$0].delay > 0 }
        let names = delays.map { CheckCatalogue.all[$0].name }
        #expect(Set(names).isSuperset(of: ["outlier", "ewma", "meanShift"]))
        #expect(!names.contains("noise") && !names.contains("unit"))
    }

    @Test("one that ends before it has waited is never confirmed, and the next waits anew")
    func waitsAnew() {
        var book = Book()
        for _ in 0..<8 { book.sample(flags: [Self.shift]) }
        // Its end, 10 s after its last flag, resets the wait.
        for _ in 0..<10 { book.sample(flags: [], good: [Self.shift]) }
        #expect(book.book.isEmpty && book.log.events.last?.change == .ended)
        let before = book.confirmed(Self.shift)
        book.sample(flags: [Self.shift])
        #expect(before == 11, "the finding was ready all the while")
        #expect(book.log.events.last?.change == .began)
    }

    @Test("a value is not told while the unit is in doubt, and is once the doubt is over")
    func waitsForUnit() {
        var book = Book()
        for _ in 0..<5 { book.sample(flags: [Self.unit, Self.flatLine]) }
        #expect(book.confirmed(Self.flatLine) == nil)
        book.sample(flags: [Self.flatLine], good: [Self.unit])
        #expect(book.confirmed(Self.flatLine) == 6, "no longer flagged: not about to be confirmed")
    }

    @Test("where the unit is confirmed the wait is over too: precedence decides from there")
    func confirmedUnit() {
        var book = Book()
        for _ in 0..<12 { book.sample(flags: [Self.unit, Self.flatLine]) }
        #expect(book.confirmed(Self.unit) == 10)
        #expect(book.confirmed(Self.flatLine) == 10)
    }

    @Test("what was given waits for nothing")
    func given() {
        var book = Book()
        book[Self.flatLine].waitsFor = nil
        book.sample(flags: [Self.unit, Self.flatLine])
        #expect(book.confirmed(Self.flatLine) == 1)
    }

    @Test("a finding that cannot be judged is not confirmed meanwhile")
    func suspended() {
        var book = Book()
        for _ in 0..<3 { book.sample(flags: [Self.shift]) }
        book.book.suspend(at: ReceiveTime(nanoseconds: 3_500_000_000), log: &book.log)
        for _ in 0..<20 { book.sample(flags: []) }
        #expect(book.confirmed(Self.shift) == nil)
        book.sample(flags: [Self.shift])
        #expect(book.confirmed(Self.shift) == 24, "judged anew, and it has waited")
    }

    // MARK: Hold

    @Test(
        "a finding stays open for ten seconds and five periods, whichever is longer",
        arguments: [(0, 10), (1, 10), (2, 10), (3, 15), (60, 300), (900, 4_500)] as [(Int64, Int64)]
    )
    func hold(period: Int64, hold: Int64) {
        let set = CheckSet(parameters: [:], context: .example())
        let policy = set.plan.policies[Int(Self.flatLine.index)]
        #expect(policy.hold(period: .seconds(period)) == .seconds(hold))
        let given = ["flatLine": CheckParameters(values: ["hold": .seconds(7)])]
        let own = CheckSet(parameters: given, context: .example()).plan
            .policies[Int(Self.flatLine.index)]
        #expect(own.hold(period: .seconds(period)) == .seconds(7), "what is given counts")
    }

    @Test("a period of centuries makes no hold that overflows")
    func longPeriod() {
        var policy = CheckPlan.EpisodePolicy(confirm: 1, hold: .seconds(10))
        policy.holdsPeriods = true
        #expect(policy.hold(period: Nanoseconds(.max)) == .seconds(10))
        #expect(policy.hold(period: Nanoseconds(.max / 5)) == .seconds(10))
    }

    @Test("on a feed of one sample a minute a good answer ends a finding after five minutes")
    func slowFeed() {
        var book = EpisodeBook()
        var log = FindingLog(nextIdentifier: 1)
        var policy = CheckPlan.EpisodePolicy(confirm: 1, hold: .seconds(10))
        policy.holdsPeriods = true
        for minute in Int64(0)...5 {
            let now = ReceiveTime(nanoseconds: minute * 60_000_000_000)
            #expect(book.isEmpty == (minute == 0), "minute \(minute)")
            book.take(
                minute == 0 ? Assessment(.suspect, observed: 6, limit: 5) : .good,
                of: Self.flatLine,
                policy: policy,
                circumstances: EpisodeBook.Circumstances(
                    feed: FeedID(index: 1),
                    at: EventTime(now),
                    begin: EventTime(now),
                    now: now,
                    lastValue: 1,
                    lastValueAt: EventTime(now),
                    period: .seconds(60),
                ),
                log: &log,
            )
        }
        #expect(book.isEmpty)
    }
}

extension CheckID {
    fileprivate init(named name: String) {
        guard let id = CheckCatalogue.id(named: name) else { preconditionFailure(name) }
        self = id
    }
}
