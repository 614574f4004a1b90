import History
import Monitoring
import Mosquitto
import Testing

@testable import Daemon

@Suite("The keeper of the store")
struct StoreKeeperTests {
    private let log = LogLines()
    private let time = ReceiveTime(nanoseconds: 77)

    private func at(_ seconds: Double) -> MonotonicTime {
        MonotonicTime(nanoseconds: Int64(seconds * 1e9))
    }

    private func error(_ cause: HistoryError.Cause) -> HistoryError {
        HistoryError(attempt: "commit a batch to", path: "/x/assay.db", cause: cause)
    }

    @Test("a store that fails is tried once a second, and at once when it works again")
    func paces() throws {
        var keeper = StoreKeeper(logger: log.logger)
        #expect(keeper.mayTry(at: at(0)))
        _ = try keeper.didFail(error(.busy), now: at(10), at: time)
        #expect(keeper.isFailing)
        #expect(!keeper.mayTry(at: at(10.999)))
        #expect(keeper.mayTry(at: at(11)))
        keeper.didCommit(CommitOutcome())
        #expect(!keeper.isFailing)
        #expect(keeper.mayTry(at: at(11)))
    }

    @Test("a lock of a moment is nobody's business: no alarm, no recovery, no line")
    func momentary() throws {
        var keeper = StoreKeeper(logger: log.logger)
        #expect(try keeper.didFail(error(.busy), now: at(10), at: time) == nil)
        keeper.didCommit(CommitOutcome())
        #expect(keeper.takeCondition(at: time) == nil)
        #expect(log.lines.isEmpty)
    }

    @Test("the second failure in a row begins the alarm, the next success ends it, each once")
    func announces() throws {
        var keeper = StoreKeeper(logger: log.logger)
        _ = try keeper.didFail(error(.full), now: at(10), at: time)
        let begin = try #require(try keeper.didFail(error(.full), now: at(11), at: time))
        #expect(begin.name == "store")
        #expect(begin.isAbnormal)
        #expect(begin.detail.contains("the disk is full"))
        for second in 12..<500 {
            #expect(try keeper.didFail(error(.full), now: at(Double(second)), at: time) == nil)
        }
        #expect(keeper.takeCondition(at: time) == nil)
        keeper.didCommit(CommitOutcome())
        #expect(keeper.takeCondition(at: time)?.isAbnormal == false)
        #expect(keeper.takeCondition(at: time) == nil)
    }

    /// The second failure comes between the commit that succeeds and the cycle that would say so.
    @Test("a failure that begins before the recovery was said leaves the alarm as it stands")
    func failsAgain() throws {
        var keeper = StoreKeeper(logger: log.logger)
        for second in 10...11 {
            _ = try keeper.didFail(error(.full), now: at(Double(second)), at: time)
        }
        keeper.didCommit(CommitOutcome())
        #expect(try keeper.didFail(error(.full), now: at(12), at: time) == nil)
        #expect(keeper.takeCondition(at: time) == nil, "it cannot be written")
        // Over in a moment: but the alarm of the first failure stands still.
        keeper.didCommit(CommitOutcome())
        #expect(keeper.takeCondition(at: time)?.isAbnormal == false)
        #expect(keeper.takeCondition(at: time) == nil)
    }

    @Test("a store that cannot be kept within its bound is said once, and taken back once")
    func overBudget() {
        var keeper = StoreKeeper(logger: log.logger)
        var over = RetentionStep()
        over.isOverBudget = true
        for second in 0..<5 { keeper.didRetain(over, moment: at(Double(second))) }
        let begin = keeper.takeCondition(at: time)
        #expect(begin?.name == "store")
        #expect(begin?.isAbnormal == true)
        #expect(begin?.detail.contains("store.retention.maxBytes") == true)
        #expect(keeper.takeCondition(at: time) == nil)
        // Rows that become old enough to go do not end it, as each minute brings new ones.
        keeper.didRetain(RetentionStep(), moment: at(60))
        keeper.didRetain(over, moment: at(120))
        keeper.didRetain(RetentionStep(), moment: at(719))
        #expect(keeper.takeCondition(at: time) == nil)
        keeper.didRetain(RetentionStep(), moment: at(720))
        #expect(keeper.takeCondition(at: time)?.isAbnormal == false)
        #expect(keeper.takeCondition(at: time) == nil)
        #expect(log.lines.count { $0.contains("larger than it may be") } == 1)
        #expect(log.lines.count { $0.contains("within its bound again") } == 1)
    }

    @Test("where the store can be written again and is too large, the alarm stands with that text")
    func bothCauses() throws {
        var keeper = StoreKeeper(logger: log.logger)
        for second in 10...11 {
            _ = try keeper.didFail(error(.full), now: at(Double(second)), at: time)
        }
        var over = RetentionStep()
        over.isOverBudget = true
        keeper.didRetain(over, moment: at(12))
        #expect(keeper.takeCondition(at: time) == nil, "that it cannot be written matters more")
        keeper.didCommit(CommitOutcome())
        let next = keeper.takeCondition(at: time)
        #expect(next?.isAbnormal == true)
        #expect(next?.detail.contains("store.retention.maxBytes") == true)
    }

    @Test(
        "what waiting does not mend is said at once and given up at the third try in a row",
        arguments: [.corrupt, .notADatabase, .program(code: 1, reason: "no such table")]
            as [HistoryError.Cause],
    )
    func givesUp(_ cause: HistoryError.Cause) throws {
        var keeper = StoreKeeper(logger: log.logger)
        #expect(try keeper.didFail(error(cause), now: at(1), at: time) != nil)
        #expect(try keeper.didFail(error(cause), now: at(2), at: time) == nil)
        // Another error in between is another matter: the count begins anew.
        #expect(try keeper.didFail(error(.busy), now: at(3), at: time) == nil)
        #expect(try keeper.didFail(error(cause), now: at(4), at: time) == nil)
        #expect(try keeper.didFail(error(cause), now: at(5), at: time) == nil)
        #expect(throws: error(cause)) {
            _ = try keeper.didFail(error(cause), now: at(6), at: time)
        }
    }
}
