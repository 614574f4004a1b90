import Foundation
import GRDB
import Glibc
import Monitoring
import TestSupport
import Testing

@testable import History

@Suite struct FaultTests {
    /// Goal: a full disk fails a commit cleanly, and the same connection goes on once there is
    /// room. Method: a bound on the pages of a real file, which SQLite reports as a full disk.
    @Test("a full disk fails the commit, keeps what was there, and passes without reopening")
    func diskFull() throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        _ = try store.commit(
            CommitBatch(rollups: [.made(origin: 1, values: [1])], feeds: [.made(0)]),
            synchronous: .full,
        )
        try store.limitPages(to: try store.size().pages + 2)
        let large = CommitBatch(
            rollups: (1..<500).map { .made(feed: $0, origin: 5, values: [5, 6]) },
            feeds: (1..<500).map { .made($0) },
        )
        let error = #expect(throws: HistoryError.self) {
            try store.commit(large, synchronous: .full)
        }
        #expect(error?.cause == .full)
        #expect(error?.canRetry == true)
        #expect(
            error?.description == """
                Could not commit a batch to \(fixture.path): the disk is full. Free space; no \
                restart is needed for that. Or lower store.retention.maxBytes and start the daemon \
                again.
                """
        )
        #expect(try store.restoreFeeds().count == 1)

        try store.limitPages(to: 1 << 30)
        #expect(try store.commit(large, synchronous: .full).didWrite)
        #expect(try store.restoreFeeds().count == 500)
        #expect(try fixture.number("SELECT count(*) FROM rollup_day") == 500)
    }

    @Test("a lock that somebody holds fails the commit as busy, and is waited for a bounded time")
    func busy() throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let other = try DatabaseQueue(path: fixture.path)
        let batch = CommitBatch(rollups: [.made(origin: 1, values: [1])])
        try other.writeWithoutTransaction { database in
            try database.execute(sql: "BEGIN IMMEDIATE")
            let begin = ContinuousClock.now
            let error = #expect(throws: HistoryError.self) {
                try store.commit(batch, synchronous: .normal)
            }
            #expect(error?.cause == .busy)
            #expect(error?.canRetry == true)
            #expect(begin.duration(to: .now) < .seconds(5))
            try database.execute(sql: "ROLLBACK")
        }
        #expect(try store.commit(batch, synchronous: .normal).didWrite)
    }

    @Test("a reader's snapshot stays as it was while the writer commits")
    func readerWhileWriting() throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        _ = try store.commit(CommitBatch(rollups: [], feeds: [.made(0)]), synchronous: .full)
        let reader = try HistoryReader(path: fixture.path)
        var configuration = Configuration()
        configuration.readonly = true
        let snapshot = try DatabaseQueue(path: fixture.path, configuration: configuration)
        try snapshot.read { database in
            #expect(try Int.fetchOne(database, sql: "SELECT count(*) FROM rollup_minute") == 0)
            for minute in 0..<20 {
                let rollup = Rollup.made(
                    minute: ReceiveTime.start.minute + Int64(minute),
                    origin: 1,
                    values: [1],
                )
                _ = try store.commit(CommitBatch(rollups: [rollup]), synchronous: .normal)
            }
            #expect(try Int.fetchOne(database, sql: "SELECT count(*) FROM rollup_minute") == 0)
        }
        let feed = StoredFeed(description: .made(0), numbers: [FeedID(index: 0)])
        let page = try reader.rollups(
            of: feed,
            step: .minute,
            from: EventTime(.start),
            until: EventTime(.start + 3_600),
        )
        #expect(page.rows.count == 20)
    }

    @Test("a reader cannot write")
    func readerCannotWrite() throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        _ = try store.commit(CommitBatch(rollups: [], feeds: [.made(0)]), synchronous: .full)
        let (queue, _) = try StoreOpening.openForReading(fixture.path)
        #expect(throws: DatabaseError.self) {
            try queue.writeWithoutTransaction { try $0.execute(sql: "DELETE FROM feed") }
        }
        #expect(try store.restoreFeeds().count == 1)
    }

    // MARK: kill -9

    /// Goal: what a commit at FULL acknowledged is there after kill -9, and no batch is there in
    /// part. Method: this program runs itself as a child that commits batches and names each one
    /// on its standard output after the commit; it is killed after a random number of names.
    @Test("kill -9 while committing loses no acknowledged batch and leaves none in part")
    func killNine() throws {
        print("seed 9")
        var random = SeededGenerator(seed: 9)
        for _ in 0..<5 {
            let fixture = try Fixture()
            let lines = Int.random(in: 3...60, using: &random)
            let acknowledged = try Self.killChild(database: fixture.path, afterLines: lines)
            #expect(acknowledged >= lines)
            let store = try fixture.open()
            let minutes = try #require(try fixture.number("SELECT count(*) FROM rollup_minute"))
            // Two feeds, one minute each, per batch.
            #expect(minutes % 2 == 0)
            #expect(minutes / 2 >= acknowledged)
            #expect(try fixture.number("SELECT count(*) FROM alarm_journal") == minutes / 2)
            #expect(try fixture.number("SELECT sum(good) FROM rollup_day") == minutes * 3)
            #expect(try fixture.rows("PRAGMA quick_check").first?["quick_check"] == "ok")
            try store.close()
        }
    }

    /// Does nothing in an ordinary run: it is the child of the test above.
    @Test("child of the kill test: commits until it is killed", .enabled(if: childDatabase != nil))
    func commitUntilKilled() throws {
        let path = try #require(childDatabase)
        let store = try HistoryStore(
            settings: StoreSettings(path: path),
            now: .start,
            epoch: { "child" },
        )
        for number in Int64(1)...100_000 {
            let minute = ReceiveTime.start.minute + number
            var batch = CommitBatch(
                rollups: [
                    .made(feed: 0, minute: minute, origin: 1, values: [1, 2, 3]),
                    .made(feed: 1, minute: minute, origin: 1, values: [1, 2, 3]),
                ],
                feeds: number == 1 ? [.made(0), .made(1)] : [],
            )
            batch.transitions = [.made(sequence: number, alarmSequence: number)]
            _ = try store.commit(batch, synchronous: .full)
            FileHandle.standardOutput.write(Data("committed \(number)\n".utf8))
        }
    }

    /// Starts the child, kills it after so many lines, and returns the last number it named.
    private static func killChild(database: String, afterLines: Int) throws -> Int64 {
        let child = Process()
        child.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        child.arguments = [
            "--testing-library", "swift-testing", "--filter", "FaultTests.commitUntilKilled",
        ]
        child.environment = ProcessInfo.processInfo.environment
            .merging(["ASSAY_TEST_CHILD_DATABASE": database]) { $1 }
        let pipe = Pipe()
        child.standardOutput = pipe
        child.standardError = FileHandle.nullDevice
        try child.run()
        var text = ""
        while lines(text).count < afterLines {
            let data = pipe.fileHandleForReading.availableData
            if data.isEmpty { break }
            text += String(decoding: data, as: UTF8.self)
        }
        kill(child.processIdentifier, SIGKILL)
        child.waitUntilExit()
        text += String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        #expect(child.terminationReason == .uncaughtSignal, "the child ended by itself")
        return lines(text).last ?? 0
    }

    private static func lines(_ text: String) -> [Int64] {
        text.split(separator: "\n").compactMap { line in
            line.hasPrefix("committed ") ? Int64(line.dropFirst("committed ".count)) : nil
        }
    }
}

private let childDatabase = ProcessInfo.processInfo.environment["ASSAY_TEST_CHILD_DATABASE"]

extension HistoryStore {
    /// Makes SQLite believe that the disk ends there.
    fileprivate func limitPages(to count: Int64) throws {
        try perform("limit the pages of") { database, _ in
            try database.execute(sql: "PRAGMA max_page_count = \(count)")
        }
    }
}
