import TestSupport
import Testing

@testable import Monitoring

/// Checks for exceptions: being passed over changes nothing that anybody would see.
@Suite("checks for exceptions")
struct ExceptionTests {
    private static let checks = CheckConformanceTests.checks.filter {
        type(of: $0).isForExceptions
    }

    @Test(
        "what they would have said of what they are not asked is good, and the rest is the same",
        arguments: [11, 12, 13, 14]
    )
    func passedOver(seed: UInt64) {
        // Long enough in good health that `duplicate` takes the next one for news.
        let minutes: Int64 = 600_000_000_000
        let healthy = (0..<2).flatMap { CheckExamples.healthy(shift: $0 * minutes) }
        let stream = healthy + CheckExamples.faulty(seed: seed, shift: 2 * minutes)
        #expect(Self.checks.count >= 8)
        for check in Self.checks {
            let definition = type(of: check).definition
            let name = definition.name
            var asked = check
            var spared = check
            var passedOver = 0
            for (index, question) in stream.enumerated() {
                let answer = asked.answer(question)
                if spared.isQuiet, Self.isOrdinary(question) {
                    passedOver += 1
                    let isGood = answer == nil || answer == .good
                    let isIdle = !definition.concern.isGrading && answer == .unknown
                    #expect(isGood || isIdle, "\(name), seed \(seed), \(index): \(question)")
                } else {
                    #expect(spared.answer(question) == answer, "\(name), \(seed), \(index)")
                }
                #expect(spared.isQuiet == asked.isQuiet, "\(name), seed \(seed), after \(index)")
            }
            #expect(passedOver > 100, "\(name) is hardly ever quiet, seed \(seed)")
        }
    }

    @Test("whoever has flagged is not quiet")
    func flagged() {
        for check in Self.checks where type(of: check).scope != [.ticks, .messages] {
            var check = check
            var flags = 0
            for question in CheckExamples.faulty(seed: 15) {
                guard let answer = check.answer(question), answer.verdict.isFlagged else {
                    continue
                }
                flags += 1
                #expect(!check.isQuiet, "\(type(of: check).definition.name)")
            }
            #expect(flags > 0, "\(type(of: check).definition.name)")
        }
    }

    private static func isOrdinary(_ question: CheckExamples.Question) -> Bool {
        switch question {
        case .message(let message): message.problem == nil
        case .sample(var observation): ObservationPlace.with(&observation) { $0.view.isOrdinary }
        case .tick: false
        }
    }
}
