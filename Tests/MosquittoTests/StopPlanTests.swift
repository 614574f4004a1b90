import Monitoring
import Testing

@testable import Mosquitto

@Suite("The time of a stop")
struct StopPlanTests {
    private func at(_ milliseconds: Int64) -> MonotonicTime {
        MonotonicTime(nanoseconds: milliseconds * 1_000_000)
    }

    @Test(
        "draining and closing share it: closing has a quarter, at most half a second",
        arguments: [(3_000, 2_500), (1_000, 750), (100, 75), (0, 0)] as [(Int64, Int64)],
    )
    func shares(_ length: Int64, drained: Int64) {
        let plan = StopPlan(at: at(10), within: .milliseconds(length))
        #expect(plan.drained == at(10 + drained))
        #expect(plan.closed == at(10 + length))
    }

    @Test("ten hung brokers, closed one after the other, get no more time than one")
    func patience() {
        let plan = StopPlan(at: at(0), within: .milliseconds(3_000))
        #expect(plan.patience(at: at(2_500), connections: 1) == .milliseconds(500))
        #expect(plan.patience(at: at(100), connections: 1) == .milliseconds(500))
        #expect(plan.patience(at: at(2_500), connections: 10) == .milliseconds(50))
        #expect(plan.patience(at: at(2_900), connections: 1) == .milliseconds(100))
        #expect(plan.patience(at: at(3_100), connections: 0) == .milliseconds(0))
    }
}
