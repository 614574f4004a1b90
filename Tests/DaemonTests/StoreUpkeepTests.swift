import Foundation
import GRDB
import Monitoring
import Mosquitto
import TestSupport
import Testing

@testable import Daemon
@testable import History

/// Goal: a daemon whose disk is full makes room by itself where it may. Method: a bound on the pages
/// of a real file, which SQLite reports as a full disk, and rows that are older than their age.
@Suite("The store's upkeep")
struct StoreUpkeepTests {
    private static let start = ReceiveTime(nanoseconds: 1_800_000_000_000_000_000)
    private static let day: Int64 = 86_400
    private static let now = ReceiveTime(nanoseconds: start.nanoseconds + 10 * day * 1_000_000_000)

    private let folder: TemporaryFolder
    private let store: HistoryStore
    private var keeper = StoreKeeper(logger: LogLines().logger)
    private var upkeep = StoreUpkeep(now: MonotonicTime(nanoseconds: 0))

    /// 3,000 rows of 256 bytes that are nine days too old, and no page more.
    init() throws {
        folder = try TemporaryFolder()
        var settings = StoreSettings(path: folder.file("assay.db"))
        settings.retention.events = .seconds(Self.day)
        store = try HistoryStore(settings: settings, now: Self.start) { "E" }
        _ = try store.commit(Self.batch(3_000, at: Self.start), synchronous: .normal)
        let pages = try store.size().pages
        try store.perform("limit the pages of") { database, _ in
            try database.execute(sql: "PRAGMA max_page_count = \(pages)")
        }
    }

    private static func batch(_ count: Int, at time: ReceiveTime) -> CommitBatch {
        var batch = CommitBatch()
        batch.at = time
        batch.quarantined = (0..<count).map { _ in
            QuarantinedMessage(
                feed: FeedID(index: 0),
                at: time,
                problem: .syntax,
                offset: 0,
                payload: [UInt8](repeating: 7, count: Limits.quarantinedBytes),
            )
        }
        return batch
    }

    private func rows() throws -> Int64 {
        try Database(path: folder.file("assay.db")).number("SELECT count(*) FROM quarantine")
    }

    private func at(_ seconds: Double) -> MonotonicTime {
        MonotonicTime(nanoseconds: Int64(seconds * 1e9))
    }

    private mutating func tend(_ seconds: Double) {
        upkeep.tend(store, keeper: &keeper, at: Self.now, moment: at(seconds))
    }

    @Test("a store without room loses what is too old once a second, until it can be written again")
    mutating func makesRoom() throws {
        let next = Self.batch(1_500, at: Self.now)
        let error = try #require(
            #expect(throws: HistoryError.self) { try store.commit(next, synchronous: .full) }
        )
        #expect(error.cause == .full)
        _ = try keeper.didFail(error, now: at(0), at: Self.now)
        tend(1)
        #expect(try rows() == 2_000)
        for cycle in 1..<10 { tend(1 + Double(cycle) / 10) }
        #expect(try rows() == 2_000, "once a second")
        let log = try FileManager.default.attributesOfItem(atPath: folder.file("assay.db-wal"))
        #expect(log[.size] as? Int == 0, "the log's room is given back")
        tend(2)
        #expect(try store.commit(next, synchronous: .full).didWrite)
    }

    @Test("a store that somebody has locked is left alone")
    mutating func leavesLocked() throws {
        let busy = HistoryError(attempt: "commit to", path: "x", cause: .busy)
        _ = try keeper.didFail(busy, now: at(0), at: Self.now)
        for second in 1..<5 { tend(Double(second)) }
        #expect(try rows() == 3_000)
    }

    @Test("after the clock was set nothing is deleted for a while, room or not")
    mutating func holds() throws {
        upkeep.holdRetention(until: at(600))
        tend(5)
        let full = HistoryError(attempt: "commit to", path: "x", cause: .full)
        _ = try keeper.didFail(full, now: at(5), at: Self.now)
        for second in 6..<20 { tend(Double(second)) }
        #expect(try rows() == 3_000)
        tend(600)
        #expect(try rows() == 2_000)
    }
}
