import Testing

@testable import Monitoring

@Suite("Episodes")
struct EpisodeBookTests {
    private static let check = CheckID(index: 0)
    private var book = EpisodeBook()
    private var log = FindingLog(nextIdentifier: 1)

    private var story: [FindingEvent.Change] { log.events.map(\.change) }

    private mutating func take(
        _ assessment: Assessment,
        at second: Int64,
        confirm: Int32 = 2,
        hold: Int64 = 10,
    ) {
        let nanoseconds = second == .max || second == .min ? second : second * 1_000_000_000
        book.take(
            assessment,
            of: Self.check,
            policy: CheckPlan.EpisodePolicy(confirm: confirm, hold: .seconds(hold)),
            circumstances: EpisodeBook.Circumstances(
                feed: FeedID(index: 1),
                at: EventTime(nanoseconds: nanoseconds),
                begin: EventTime(nanoseconds: nanoseconds),
                now: ReceiveTime(nanoseconds: nanoseconds),
                lastValue: 1,
                lastValueAt: EventTime(nanoseconds: nanoseconds),
            ),
            log: &log,
        )
    }

    private let flag = Assessment(.suspect, observed: 6, limit: 5)

    @Test("a second flag in a row confirms, an unknown between them does not interrupt")
    mutating func inARow() {
        take(flag, at: 0)
        take(.unknown, at: 1)
        take(flag, at: 2)
        #expect(story == [.began, .confirmed])
    }

    @Test("flags between good answers confirm when they are three times as many")
    mutating func inAll() {
        for second in 0..<11 { take(second % 2 == 0 ? flag : .good, at: Int64(second)) }
        #expect(story == [.began, .confirmed])
        #expect(log.events[1].finding.flaggedCount == 6)
    }

    @Test("ends with the first good answer that is `hold` after the last flag, never with unknown")
    mutating func hold() {
        take(flag, at: 0)
        take(.good, at: 9)
        take(.unknown, at: 30)
        #expect(story == [.began])
        take(.good, at: 10)
        #expect(story == [.began, .ended])
        #expect(book.isEmpty)
    }

    @Test("worsens once, from suspect to fail")
    mutating func worsened() {
        for second in 0..<3 { take(flag, at: Int64(second)) }
        for second in 3..<6 {
            take(Assessment(.fail, observed: 30, limit: 20), at: Int64(second))
        }
        #expect(story == [.began, .confirmed, .worsened])
    }

    @Test("the worst value belongs to the worst verdict: no milder one replaces it")
    mutating func worstBelongsToWorst() {
        take(Assessment(.fail, observed: 101, limit: 100), at: 0)
        take(Assessment(.suspect, observed: 99, limit: 50), at: 1)
        #expect(log.events.last?.finding.worst == 101)
        #expect(log.events.last?.finding.limit == 100)
        take(Assessment(.fail, observed: 103, limit: 100), at: 2)
        take(flag, at: 3)
        take(.good, at: 30)
        #expect(log.events.last?.finding.worst == 103)
    }

    @Test("suspended by a lost connection, confirmed anew by the next flag, ended by a good answer")
    mutating func suspended() {
        take(flag, at: 0, confirm: 1)
        book.suspend(at: ReceiveTime(nanoseconds: 1), log: &log)
        book.suspend(at: ReceiveTime(nanoseconds: 2), log: &log)
        #expect(book.isSuspended(Self.check))
        take(flag, at: 3, confirm: 1)
        #expect(!book.isSuspended(Self.check))
        take(.good, at: 13, confirm: 1)
        #expect(story == [.began, .confirmed, .suspended, .confirmed, .ended])
    }

    @Test("a confirmation of any size, and times at both ends, are no trap")
    mutating func extremes() {
        take(flag, at: .min, confirm: .max)
        take(flag, at: 5, confirm: .max)
        take(.good, at: .max, confirm: .max)
        #expect(story == [.began, .ended])
        take(flag, at: .max, confirm: .max)
        take(.good, at: .min, confirm: .max)
        #expect(story == [.began, .ended, .began])
    }
}
