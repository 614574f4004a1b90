import Foundation
import GRDB
import Monitoring
import Testing

@testable import History

/// The log as it lies in the file beside the database. Method: its length there, and what somebody sees
/// who has a copy of the database's file without it.
@Suite("The write-ahead log")
struct WriteAheadLogTests {
    private let fixture: Fixture
    private let store: HistoryStore
    /// Rows that were committed: one quarantined message of 256 bytes each.
    private var count = 0

    init() throws {
        fixture = try Fixture()
        store = try fixture.open()
        // Nothing of the opening is left in the log.
        try store.cutLog()
    }

    private mutating func commit(_ messages: Int) throws {
        var batch = CommitBatch()
        batch.at = .start
        batch.quarantined = (0..<messages).map { _ in
            QuarantinedMessage(
                feed: FeedID(index: 0),
                at: .start,
                problem: .syntax,
                offset: 0,
                payload: [UInt8](repeating: 7, count: Limits.quarantinedBytes),
            )
        }
        count += messages
        _ = try store.commit(batch, synchronous: .normal)
    }

    /// Commits until the log holds that many pages, by its file's size: a header of 32 bytes, and 24
    /// before each page.
    private mutating func grow(to pages: Int) throws {
        while try logPages() < pages { try commit(20) }
    }

    private func logPages() throws -> Int {
        let path = fixture.path + "-wal"
        let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
        return max(0, size - 32) / (4_096 + 24)
    }

    /// Rows in the database's file alone, as somebody sees it who has no log: what is written back.
    private func writtenBack() throws -> Int {
        let copy = fixture.folder.appendingPathComponent(UUID().uuidString).path
        try FileManager.default.copyItem(atPath: fixture.path, toPath: copy)
        let queue = try DatabaseQueue(path: copy)
        defer { try? queue.close() }
        return try queue.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM quarantine") ?? 0 }
    }

    @Test("is left alone by commits and by a checkpoint below its mark, and written back beyond it")
    mutating func mark() throws {
        try grow(to: Int(WriteAheadLog.longest) - 100)
        #expect(!store.log.isLong)
        try store.checkpointIfDue()
        #expect(try writtenBack() == 0)
        try grow(to: Int(WriteAheadLog.longest))
        #expect(store.log.isLong)
        #expect(try writtenBack() == 0, "no commit pays for it")
        try store.checkpointIfDue()
        #expect(try writtenBack() == count)
        #expect(!store.log.isLong)
        let pages = try logPages()
        try commit(20)
        #expect(try logPages() == pages, "the log is written anew from its beginning")
    }

    @Test("that a reader holds goes on growing, without error, and is written back once it is gone")
    mutating func heldByReader() throws {
        try grow(to: 100)
        let before = count
        var configuration = Configuration()
        configuration.readonly = true
        let reader = try DatabasePool(path: fixture.path, configuration: configuration)
        let snapshot = try reader.makeSnapshot()
        let seen = try snapshot.read {
            try Int.fetchOne($0, sql: "SELECT count(*) FROM quarantine")
        }
        #expect(seen == before)
        try grow(to: Int(WriteAheadLog.longest) + 100)
        try store.checkpointIfDue()
        let pages = try logPages()
        let again = try snapshot.read {
            try Int.fetchOne($0, sql: "SELECT count(*) FROM quarantine")
        }
        #expect(again == before)
        try commit(20)
        #expect(try logPages() > pages, "it cannot be written anew while somebody reads it")
        #expect(store.log.isLong, "it stays due")
        try snapshot.close()
        try reader.close()
        try store.checkpointIfDue()
        #expect(try writtenBack() == count)
    }

    @Test("that nobody writes back between commits is written back by one of them, at four marks")
    mutating func tooLong() throws {
        try grow(to: Int(WriteAheadLog.tooLong))
        try commit(1)
        #expect(try writtenBack() > 0)
        #expect(try logPages() < Int(WriteAheadLog.tooLong) + 50)
    }

    @Test(
        "is cut on demand, and gives its room back; one that a reader uses is kept, without error"
    )
    mutating func cut() throws {
        try commit(200)
        #expect(try logPages() > 10)
        try store.cutLog()
        #expect(try logPages() == 0)
        #expect(try writtenBack() == count)
        try commit(200)
        let reader = try DatabasePool(path: fixture.path)
        let snapshot = try reader.makeSnapshot()
        try commit(200)
        try store.cutLog()
        #expect(try logPages() > 10)
        try snapshot.close()
        try reader.close()
    }

    @Test("of a closed store is asked for in vain, and that is said")
    mutating func closed() throws {
        try grow(to: Int(WriteAheadLog.longest))
        try store.close()
        let error = #expect(throws: HistoryError.self) { try store.checkpointIfDue() }
        #expect(error?.cause == .closed)
    }
}
