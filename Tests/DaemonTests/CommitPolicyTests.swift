import Alarms
import History
import Monitoring
import Mosquitto
import Settings
import Testing

@testable import Daemon

@Suite struct CommitPolicyTests {
    private var policy = CommitPolicy(interval: .milliseconds(200), acknowledgementsAtMost: 500)
    private let start = MonotonicTime(nanoseconds: 0)

    private func after(_ milliseconds: Int64) -> MonotonicTime {
        start.after(.milliseconds(milliseconds))
    }

    private func batch(rows: Int, alarms: Int = 0) throws -> CommitBatch {
        var batch = CommitBatch()
        for feed in 0..<rows {
            batch.report.rollups.append(
                Rollup(feed: FeedID(index: Int32(feed)), minute: 0, origin: 0)
            )
        }
        if alarms > 0 { batch.transitions = Array(try transitions().prefix(alarms)) }
        return batch
    }

    /// What a condition of the daemon itself brings about.
    private func transitions() throws -> [AlarmTransition] {
        var book = AlarmBook(epoch: "E1")
        book.apply(
            MonitorReport.SystemCondition(
                name: "store",
                isAbnormal: true,
                at: ReceiveTime(nanoseconds: 0),
                detail: "",
            )
        )
        let transitions = book.takeTransitions()
        try #require(!transitions.isEmpty)
        return transitions
    }

    @Test("rows alone wait for the interval, and no longer")
    mutating func interval() throws {
        let batch = try batch(rows: 1_000)
        #expect(policy.due(batch, unacknowledged: 0, now: start) == nil)
        #expect(policy.due(batch, unacknowledged: 0, now: after(199)) == nil)
        #expect(policy.due(batch, unacknowledged: 0, now: after(200)) == .everything)
    }

    @Test("an alarm takes few rows along, and leaves many")
    mutating func alarm() throws {
        let few = try batch(rows: 64, alarms: 1)
        let many = try batch(rows: 65, alarms: 1)
        #expect(policy.due(few, unacknowledged: 0, now: start) == .everything)
        #expect(policy.due(many, unacknowledged: 0, now: start) == .alarms)
    }

    @Test("an alarm in every cycle does not keep the rows, or acknowledgements, waiting")
    mutating func stream() throws {
        let batch = try batch(rows: 65, alarms: 1)
        for milliseconds in 0..<Int64(200) {
            #expect(policy.due(batch, unacknowledged: 0, now: after(milliseconds)) == .alarms)
        }
        #expect(policy.due(batch, unacknowledged: 0, now: after(200)) == .everything)
        #expect(policy.due(batch, unacknowledged: 500, now: start) == .everything)
    }

    @Test("a feed is not forgotten before its rows are written")
    mutating func forgotten() throws {
        var batch = try batch(rows: 65, alarms: 1)
        batch.report.forgottenFeeds = [FeedID(index: 3)]
        #expect(policy.due(batch, unacknowledged: 0, now: start) == .everything)
    }

    @Test("nothing is due where nothing waits, and the interval begins with what comes")
    mutating func nothing() throws {
        let empty = CommitBatch()
        let row = try batch(rows: 1)
        #expect(policy.due(row, unacknowledged: 0, now: start) == nil)
        #expect(policy.due(empty, unacknowledged: 0, now: after(150)) == nil)
        #expect(policy.due(row, unacknowledged: 0, now: after(250)) == nil)
        #expect(policy.due(row, unacknowledged: 0, now: after(450)) == .everything)
        #expect(policy.due(empty, unacknowledged: 1, now: after(450)) == .everything)
    }
}
