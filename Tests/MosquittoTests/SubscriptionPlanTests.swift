import Monitoring
import Mosquitto
import TestSupport
import Testing

@Suite("Subscription plan")
struct SubscriptionPlanTests {
    private func plan(_ filters: [(String, UInt8)]) throws -> SubscriptionPlan {
        SubscriptionPlan(
            try filters.map {
                Subscription(filter: try TopicFilter($0.0), qualityOfService: $0.1)
            }
        )
    }

    private func texts(_ plan: SubscriptionPlan) -> [String] {
        plan.subscriptions.map { "\($0.filter.subscription) \($0.qualityOfService)" }
    }

    @Test("a covered filter is left out, whichever came first, and names count as wildcards")
    func covered() throws {
        #expect(texts(try plan([("a/#", 1), ("a/b", 1)])) == ["a/# 1"])
        #expect(texts(try plan([("a/b", 1), ("a/#", 1)])) == ["a/# 1"])
        #expect(texts(try plan([("a/{x}/c", 0), ("a/+/c", 0), ("a/{y}/c", 0)])) == ["a/+/c 0"])
        #expect(
            texts(try plan([("a/b", 0), ("a/c", 0), ("x", 1), ("a/+", 0)])) == ["x 1", "a/+ 0"]
        )
    }

    @Test("the covering filter takes the highest quality of service it stands for")
    func quality() throws {
        #expect(texts(try plan([("a/#", 0), ("a/b", 1)])) == ["a/# 1"])
        #expect(texts(try plan([("a/b", 1), ("a/c", 0), ("a/#", 0)])) == ["a/# 1"])
        #expect(try plan([]).highestQualityOfService == 0)
    }

    @Test("$SYS is not covered by #, so it stays")
    func system() throws {
        #expect(texts(try plan([("#", 0), ("$SYS/#", 0)])) == ["# 0", "$SYS/# 0"])
    }

    @Test("filters that share topics without covering each other are pointed out")
    func partialOverlap() throws {
        let pairs = try plan([("a/+", 0), ("+/b", 0), ("c/d", 0)]).partialOverlaps
        #expect(pairs.map { [$0.0.text, $0.1.text] } == [["a/+", "+/b"]])
    }

    /// Oracle: a topic is matched by the plan exactly when one of the wanted filters matches it,
    /// with at least the quality of service of each of those.
    @Test("on random filters the plan matches the same topics as the filters asked for")
    func randomFilters() throws {
        let seed: UInt64 = 20_250
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let words = ["a", "b", "c", "$s", ""]
        func levels(_ more: [String]) -> String {
            (0..<Int.random(in: 1...4, using: &random))
                .map { _ in (words + more).randomElement(using: &random) ?? "a" }
                .joined(separator: "/")
        }
        for _ in 0..<300 {
            var wanted: [(String, UInt8)] = []
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                let end = Bool.random(using: &random) ? "/#" : ""
                let filter = levels(["+", "+"]) + end
                if filter.isEmpty { continue }
                wanted.append((filter, UInt8.random(in: 0...1, using: &random)))
            }
            let plan = try plan(wanted)
            for (index, one) in plan.subscriptions.enumerated() {
                for (other, two) in plan.subscriptions.enumerated() where other != index {
                    #expect(!one.filter.covers(two.filter), "\(wanted)")
                }
            }
            for _ in 0..<50 {
                let topic = levels([])
                let asked = try wanted.filter { try TopicFilter($0.0).matches(topic) }
                let granted = plan.subscriptions.filter { $0.filter.matches(topic) }
                #expect(asked.isEmpty == granted.isEmpty, "\(topic) of \(wanted)")
                #expect(
                    (asked.map(\.1).max() ?? 0) <= (granted.map(\.qualityOfService).max() ?? 0),
                    "\(topic) of \(wanted)",
                )
            }
        }
    }
}
