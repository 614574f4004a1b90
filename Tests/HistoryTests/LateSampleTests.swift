import Monitoring
import TestSupport
import Testing

@testable import History

/// What late samples cost: a row a minute and commit.
@Suite("Rows of late samples")
struct LateSampleTests {
    private static func late(_ feed: Int32, _ minute: Int64, _ value: Double, origin: Double = 20)
        -> Rollup
    {
        var row = Rollup.made(
            feed: feed,
            minute: ReceiveTime.start.minute + minute,
            origin: origin,
            values: [value],
            expected: -1,
        )
        row.isRevision = true
        row.late = 1
        return row
    }

    /// Late samples of three feeds and five minutes, in the bursts in which they come, and closed
    /// minutes among them.
    private static func bursts(seed: UInt64) -> [[Rollup]] {
        var random = SeededGenerator(seed: seed)
        return (0..<20).map { burst in
            var rows: [Rollup] = []
            for _ in 0..<Int.random(in: 0..<30, using: &random) {
                let feed = Int32.random(in: 0..<3, using: &random)
                let minute = Int64.random(in: 0..<5, using: &random)
                let value = Double(Int.random(in: 0..<1_000, using: &random)) / 8
                let origin = feed == 2 && Bool.random(using: &random) ? 30.0 : 20
                rows.append(late(feed, minute, value, origin: origin))
            }
            let closed = ReceiveTime.start.minute + 100 + Int64(burst)
            rows.append(.made(feed: 1, minute: closed, origin: 20, values: [20, 21]))
            return rows
        }
    }

    @Test("added up they give what they give one by one", arguments: [1, 2, 3] as [UInt64])
    func sameSums(seed: UInt64) throws {
        let names = """
            id, revision, good, late, filled, expected, minimum, maximum, statistics_count, origin,
            sum_high + sum_low, squares_high + squares_low
            """
        var contents: [[String]] = []
        for isGathered in [false, true] {
            let fixture = try Fixture()
            let store = try fixture.open()
            var batch = CommitBatch(rollups: [])
            for rows in Self.bursts(seed: seed) {
                batch.report.rollups += rows
                if isGathered { batch.gatherRevisions(beyond: 0) }
            }
            _ = try store.commit(batch, synchronous: .normal)
            let tables = ["rollup_minute", "rollup_quarter_hour", "rollup_day"]
            contents.append(
                try tables.flatMap { try fixture.rows("SELECT \(names) FROM \($0) ORDER BY id") }
                    .map { "\($0)" }
            )
        }
        #expect(contents[0] == contents[1], "seed \(seed)")
        #expect(contents[0].count > 30)
    }

    @Test("a commit has one row of them a feed and minute, and the next begins anew")
    func oneRow() {
        var batch = CommitBatch(rollups: [])
        for round in 0..<2 {
            for burst in 0..<290 {
                batch.report.rollups.append(Self.late(1, Int64(burst / 60), 20))
                batch.report.rollups.append(Self.late(2, Int64(burst / 60), 20))
                batch.gatherRevisions(beyond: 0)
            }
            #expect(batch.report.rollups.count == 10, "round \(round)")
            #expect(batch.report.rollups.map(\.late).reduce(0, +) == 580)
            #expect(batch.report.rollups.allSatisfy { $0.late == $0.counts.good })
            // An alarm's commit leaves the rows, and more are added to them.
            batch.remove(.alarms)
            batch.report.rollups.append(Self.late(1, 0, 20))
            batch.gatherRevisions(beyond: 0)
            #expect(batch.report.rollups.count == 10, "round \(round)")
            batch.remove(.everything)
        }
    }

    @Test("few rows are left as they are, so that sums do not depend on when a commit comes")
    func fewRows() {
        var batch = CommitBatch(rollups: [])
        for _ in 0..<CommitBatch.rowsBeforeGathering {
            batch.report.rollups.append(Self.late(1, 0, 20))
            batch.gatherRevisions()
        }
        #expect(batch.report.rollups.count == CommitBatch.rowsBeforeGathering)
        batch.report.rollups.append(Self.late(1, 0, 20))
        batch.gatherRevisions()
        #expect(batch.report.rollups.count == 1)
        #expect(batch.report.rollups.first?.revisions == Int32(CommitBatch.rowsBeforeGathering) + 1)
    }

    @Test("minutes that close are never added up, though they come again")
    func closedMinutes() {
        var batch = CommitBatch(rollups: [])
        var row = Rollup.made(origin: 20, values: [20])
        row.isRevision = true
        batch.report.rollups = [row, row, .made(origin: 20, values: [20])]
        batch.gatherRevisions(beyond: 0)
        #expect(batch.report.rollups.count == 3)
    }
}
