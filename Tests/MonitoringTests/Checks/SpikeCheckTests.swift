import TestSupport
import Testing

@testable import Monitoring

@Suite("spike")
struct SpikeCheckTests {
    @Test("a lone value is flagged once, one sample later, with its size")
    func known() throws {
        var check = try #require(SpikeCheck.make(["suspect": .number(2), "fail": .number(8)]))
        var line = FeedLine(period: 1)
        let answers = [10.0, 11, 21, 10.5, 10, 13, 10].enumerated().map { index, value in
            check.ask(line.sample(value, at: Double(index)))
        }
        #expect(answers[0] == .unknown && answers[1] == .unknown)
        #expect(answers[2] == .good, "11 lies between 10 and 21")
        #expect(answers[3] == Assessment(.fail, observed: 10, limit: 8), "min(10, 10.5)")
        #expect(answers[4] == .good && answers[5] == .good)
        #expect(answers[6] == Assessment(.suspect, observed: 3, limit: 2))
    }

    @Test("the average flags the neighbours of a spike too")
    func average() throws {
        var check = try #require(
            SpikeCheck.make(["suspect": .number(4), "method": .choice("average")])
        )
        var line = FeedLine(period: 1)
        let verdicts = [0.0, 0, 10, 0, 0].enumerated().map { index, value in
            check.ask(line.sample(value, at: Double(index)))?.verdict
        }
        #expect(verdicts == [.unknown, .unknown, .suspect, .suspect, .suspect])
    }

    @Test("a threshold of 0 flags the smallest spike and no monotonic step")
    func zeroThreshold() throws {
        var check = try #require(SpikeCheck.make(["suspect": .number(0)]))
        var line = FeedLine(period: 1)
        let verdicts = [1.0, 1, 1.0625, 1, 2, 3].enumerated().map { index, value in
            check.ask(line.sample(value, at: Double(index)))?.verdict
        }
        #expect(verdicts == [.unknown, .unknown, .good, .suspect, .suspect, .good])
    }

    @Test("without a threshold it learns, and a text or a switch has nothing to learn")
    func learning() {
        #expect(SpikeCheck.make(["method": .choice("average")]) != nil)
        #expect(SpikeCheck.definition.learns(with: nil, hasPeriod: true))
        var context = CheckContext.example()
        context.kind = .word
        #expect(SpikeCheck.make(context: context) == nil)
    }

    @Test("a neighbour three periods away still is one", arguments: [3.0, 3.001])
    func furthestNeighbour(step: Double) throws {
        var check = try #require(SpikeCheck.make(["fail": .number(1)]))
        var line = FeedLine(period: 1)
        _ = check.ask(line.sample(0, at: 0))
        _ = check.ask(line.sample(10, at: 1))
        let verdict = check.ask(line.sample(0, at: 1 + step))?.verdict
        #expect(verdict == (step == 3 ? .fail : .unknown))
    }

    @Test("a neighbour beyond a gap, an outage, or without value is none")
    func broken() throws {
        let breaks: [(String, Double, Double?, (inout Observation) -> Void)] = [
            ("gap", 5.5, 0, { _ in }),
            ("outage", 3, 0, { $0.followsOutage = true }),
            ("missing", 3, nil, { _ in }),
            ("bad quality", 3, 0, { $0.quality = .bad }),
        ]
        for (name, time, value, change) in breaks {
            var check = try #require(SpikeCheck.make(["fail": .number(1)]))
            var line = FeedLine(period: 1)
            _ = check.ask(line.sample(0, at: 1))
            _ = check.ask(line.sample(9, at: 2))
            let answer = check.ask(line.sample(value, at: time, change))
            #expect(answer == .unknown, "9 has no right neighbour after a \(name)")
            let after = check.ask(line.sample(9, at: time + 1))
            #expect(after == .unknown, "the first sample after a \(name) has no left neighbour")
        }
    }

    @Test("late samples do not disturb the neighbours")
    func late() throws {
        var check = try #require(SpikeCheck.make(["fail": .number(1)]))
        var line = FeedLine(period: 1)
        _ = check.ask(line.sample(0, at: 1))
        _ = check.ask(line.sample(9, at: 2))
        #expect(check.ask(line.sample(9, at: 1.5)) == .unknown)
        #expect(check.ask(line.sample(0, at: 3))?.verdict == .fail)
    }

    @Test("values at the ends of the doubles give a finite size")
    func extremes() throws {
        var check = try #require(SpikeCheck.make(["fail": .number(1)]))
        var line = FeedLine(period: 1)
        let huge = Double.greatestFiniteMagnitude
        _ = check.ask(line.sample(-huge, at: 1))
        _ = check.ask(line.sample(huge, at: 2))
        let answer = check.ask(line.sample(-huge, at: 3))
        #expect(answer == Assessment(.fail, observed: huge, limit: 1))
    }

    @Test("equals the definition on the whole record, at every prefix", arguments: 1...40)
    func oracle(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let method = seed % 2 == 0 ? "average" : "differential"
        var check = try #require(
            SpikeCheck.make([
                "suspect": .number(1), "fail": .number(3), "method": .choice(method),
            ])
        )
        var line = FeedLine(period: 1)
        var record: [Double?] = []
        for index in 0..<200 {
            record.append(random.chance(0.05) ? nil : random.dyadic(0...64))
            let answer = check.ask(line.sample(record[index], at: Double(index)))
            let expected = Self.definition(record, method: method)
            #expect(answer?.verdict == expected, "seed \(seed), sample \(index)")
        }
    }

    /// The verdict on the last but one value of a record.
    private static func definition(_ record: [Double?], method: String) -> Verdict {
        let last = record.suffix(3)
        guard last.count == 3, let before = last[last.startIndex],
            let x = last[last.startIndex + 1], let after = last[last.startIndex + 2]
        else { return .unknown }
        let size: Double
        if method == "average" {
            size = abs(x - (before + after) / 2)
        } else {
            size = (x - before) * (after - x) >= 0 ? 0 : min(abs(x - before), abs(after - x))
        }
        return size > 3 ? .fail : size > 1 ? .suspect : .good
    }
}
