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
        #expect(keeper.takeRecovery(at: time) == nil)
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
        #expect(keeper.takeRecovery(at: time) == nil)
        keeper.didCommit(CommitOutcome())
        #expect(keeper.takeRecovery(at: time)?.isAbnormal == false)
        #expect(keeper.takeRecovery(at: time) == nil)
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
