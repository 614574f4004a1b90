import Foundation
import Glibc
import Monitoring
import Testing

@testable import History

/// A measurement, printed at each run; the bounds are ten times what an unoptimised build takes, so
/// that only a change of kind (a look-up that scans, an index that begins with the feed) fails.
@Suite(.serialized) struct CommitCostTests {
    /// Estimate: 30,000 rows at about 2.5 µs and 150 bytes. The three tables take 1,200 pages of
    /// 4 KB in the log, and as much again when it is written back.
    @Test("10,000 roll-ups are one commit of bounded time and bytes")
    func tenThousandRollups() throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        var batch = CommitBatch(rollups: [], feeds: (0..<10_000).map { .made($0) })
        _ = try store.commit(batch, synchronous: .full)
        for minute in Int64(0)..<4 {
            let isRevision = minute == 3
            batch = CommitBatch(
                rollups: rollups(
                    minute: ReceiveTime.start.minute + (isRevision ? 1 : minute),
                    isRevision: isRevision,
                )
            )
            let written = try bytesWritten()
            let work = workOfThread()
            let duration = try ContinuousClock().measure {
                _ = try store.commit(batch, synchronous: .full)
            }
            let worked = workOfThread() - work
            let bytes = try bytesWritten() - written
            let name = isRevision ? "10,000 revisions" : "10,000 roll-ups"
            print("\(name): \(worked) of work in \(duration), \(bytes) bytes")
            #expect(duration < .seconds(5))
            #expect(bytes < 30 << 20)
        }
        let size = try store.size()
        print("\(size.usedBytes) bytes used")
    }

    private func rollups(minute: Int64, isRevision: Bool) -> [Rollup] {
        (Int32(0)..<10_000).map { feed -> Rollup in
            let level: Double = 800 + Double(feed % 97) / 7
            let values: [Double] = (0..<6).map { level + Double($0) / 3 }
            var rollup = Rollup.made(feed: feed, minute: minute, origin: 800, values: values)
            rollup.isRevision = isRevision
            return rollup
        }
    }

    @Test("retention with nothing to do, and a small commit, cost little")
    func smallCosts() throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        var batch = CommitBatch(rollups: [.made(origin: 1, values: [1])], feeds: [.made(0)])
        _ = try store.commit(batch, synchronous: .full)
        let clock = ContinuousClock()
        let idle = try clock.measure {
            for _ in 0..<100 { _ = try store.retain(now: .start) }
        }
        print("retention, nothing to do: \(idle / 100)")
        #expect(idle < .seconds(2))
        for level in [Synchronous.normal, .full] {
            let written = try bytesWritten()
            let small = try clock.measure {
                for index in Int64(0)..<200 {
                    batch.report.newFeeds = []
                    batch.report.rollups[0].minute = ReceiveTime.start.minute + index
                    _ = try store.commit(batch, synchronous: level)
                }
            }
            let bytes = (try bytesWritten() - written) / 200
            print("one roll-up at \(level): \(small / 200), \(bytes) bytes")
            #expect(small < .seconds(20))
        }
    }

    /// Processor time of this thread; GRDB runs synchronous blocks on the thread that calls.
    private func workOfThread() -> Duration {
        var time = timespec()
        // Safety: the call fills the structure that it is given.
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    /// Bytes that this process gave to the kernel to write so far.
    private func bytesWritten() throws -> Int64 {
        let text = try String(contentsOfFile: "/proc/self/io", encoding: .utf8)
        let line = text.split(separator: "\n").first { $0.hasPrefix("wchar:") }
        return line.flatMap { Int64($0.dropFirst("wchar: ".count)) } ?? 0
    }
}
