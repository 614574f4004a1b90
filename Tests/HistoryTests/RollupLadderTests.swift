import Foundation
import GRDB
import Monitoring
import TestSupport
import Testing

@testable import History

@Suite struct RollupLadderTests {
    /// Values are whole multiples of 1/1024, so that an oracle in integers is exact.
    private struct Oracle {
        var good: Int64 = 0
        var late: Int64 = 0
        var revisions: Int64 = 0
        var minimum = Double.infinity
        var maximum = -Double.infinity
        var sum: Int128 = 0
        var squares: Int128 = 0

        mutating func add(_ ticks: [Int64], isRevision: Bool) {
            good += Int64(ticks.count)
            late += isRevision ? Int64(ticks.count) : 0
            revisions += isRevision ? 1 : 0
            for tick in ticks {
                minimum = min(minimum, Double(tick) / 1_024)
                maximum = max(maximum, Double(tick) / 1_024)
                sum += Int128(tick)
                squares += Int128(tick) * Int128(tick)
            }
        }

        var mean: Double { Double(sum) / Double(good) / 1_024 }

        var standardDeviation: Double {
            let n = Int128(good)
            return (Double(n * squares - sum * sum) / Double(n * (n - 1))).squareRoot() / 1_024
        }
    }

    /// Goal: rows equal the sums of their parts at every step, whatever the order of the parts.
    /// Method: minutes around the end of a day are cut into deltas, shuffled, and written in
    /// batches of random size; an oracle in 128-bit integers says what must be stored.
    @Test("minute, quarter hour and day equal an exact oracle in any order", arguments: 1...6)
    func exactInAnyOrder(seed: Int) throws {
        print("seed \(seed)")
        var random = SeededGenerator(seed: UInt64(seed))
        let firstMinute = ReceiveTime.start.minute - 20
        var oracles: [RollupStep: [Int64: Oracle]] = [:]
        var deltas: [Rollup] = []
        for feed in Int32(0)..<3 {
            let level = Int64.random(in: -(1 << 30)...(1 << 30), using: &random)
            for minute in firstMinute..<firstMinute + 40 {
                for part in 0..<Int.random(in: 1...4, using: &random) {
                    let ticks = (0..<Int.random(in: 1...30, using: &random)).map { _ in
                        level + Int64.random(in: -5_000...5_000, using: &random)
                    }
                    deltas.append(
                        delta(feed, minute, ticks, origin: level, isRevision: part > 0)
                    )
                    for step in RollupStep.allCases {
                        let key = step.key(step.start(ofMinute: minute), FeedID(index: feed))
                        oracles[step, default: [:]][key, default: Oracle()]
                            .add(ticks, isRevision: part > 0)
                    }
                }
            }
        }
        deltas.shuffle(using: &random)
        let fixture = try Fixture()
        let store = try fixture.open()
        var isFirst = true
        while !deltas.isEmpty {
            let count = min(deltas.count, Int.random(in: 1...50, using: &random))
            let feeds = isFirst ? (0..<3).map { FeedDescription.made($0) } : []
            let batch = CommitBatch(rollups: Array(deltas.prefix(count)), feeds: feeds)
            _ = try store.commit(batch, synchronous: .normal)
            deltas.removeFirst(count)
            isFirst = false
        }
        for step in RollupStep.allCases {
            try compare(step, with: oracles[step] ?? [:], in: fixture)
        }
    }

    private func delta(
        _ feed: Int32,
        _ minute: Int64,
        _ ticks: [Int64],
        origin: Int64,
        isRevision: Bool,
    ) -> Rollup {
        var rollup = Rollup.made(
            feed: feed,
            minute: minute,
            origin: Double(origin) / 1_024,
            values: ticks.map { Double($0) / 1_024 },
            expected: isRevision ? -1 : 200,
        )
        rollup.isRevision = isRevision
        rollup.filled = Int32(ticks.count)
        rollup.late = isRevision ? Int32(ticks.count) : 0
        return rollup
    }

    private func compare(
        _ step: RollupStep,
        with oracles: [Int64: Oracle],
        in fixture: Fixture,
    ) throws {
        let reader = try HistoryReader(path: fixture.path)
        var seen = 0
        for feed in Int32(0)..<3 {
            let stored = StoredFeed(description: .made(feed), numbers: [FeedID(index: feed)])
            let page = try reader.rollups(
                of: stored,
                step: step,
                from: EventTime(nanoseconds: 0),
                until: EventTime(nanoseconds: .max),
            )
            #expect(page.next == nil)
            for row in page.rows {
                let start = row.start.nanoseconds / step.length.count
                let oracle = try #require(oracles[step.key(start, row.feed)])
                seen += 1
                #expect(row.good == oracle.good)
                #expect(row.samples == oracle.good)
                #expect(row.late == oracle.late)
                #expect(row.revision == oracle.revisions)
                #expect(row.filled == oracle.good)
                #expect(row.minimum == oracle.minimum)
                #expect(row.maximum == oracle.maximum)
                #expect(row.statisticsCount == oracle.good)
                try expectClose(row.moments.mean, oracle.mean, 1e-12)
                if oracle.good > 1 {
                    try expectClose(row.moments.standardDeviation, oracle.standardDeviation, 1e-12)
                }
            }
        }
        #expect(seen == oracles.count)
    }

    /// The values need 27 bits, their squares 54, and the sums of a day's squares more than Double
    /// has, so the low parts, the exact products and each term of the variance count. The mean is no
    /// multiple of a power of two.
    @Test(
        "σ = 0.01 at a level of 10⁶ comes out right, also about a far origin, here and in SQL",
        arguments: [0, 999_999.5, -4e6],
    )
    func smallSpreadAtHighLevel(origin: Double) throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        var minute = Oracle()
        var all = Oracle()
        for index in Int64(0)..<15 {
            let ticks = (0..<61).map { 1_024_003_520 + Int64($0 % 3 == 0 ? 16 : -8) + index % 2 }
            if index == 0 { minute.add(ticks, isRevision: false) }
            all.add(ticks, isRevision: false)
            let rollup = Rollup.made(
                minute: ReceiveTime.start.minute + index,
                origin: origin,
                values: ticks.map { Double($0) / 1_024 },
            )
            let batch = CommitBatch(rollups: [rollup], feeds: [.made(0)])
            _ = try store.commit(batch, synchronous: .normal)
        }
        let reader = try HistoryReader(path: fixture.path)
        let feed = StoredFeed(description: .made(0), numbers: [FeedID(index: 0)])
        for step in RollupStep.allCases {
            let oracle = step == .minute ? minute : all
            let row = try #require(
                try reader.rollups(
                    of: feed,
                    step: step,
                    from: EventTime(.start),
                    until: EventTime(.start + 60),
                ).rows.first
            )
            try expectClose(row.moments.mean, oracle.mean, 1e-15)
            try expectClose(row.moments.standardDeviation, oracle.standardDeviation, 1e-12)
            let named = try #require(
                try fixture.rows(
                    "SELECT * FROM rollup_named WHERE step = '\(step.rawValue)' ORDER BY id"
                ).first
            )
            try expectClose(named["mean"], oracle.mean, 1e-15)
            try expectClose(named["standard_deviation"], oracle.standardDeviation, 1e-6)
            #expect(named["feed"] == "plant/a/f0/temperature")
        }
    }

    /// Goal: a row's sums stay right when a roll-up's sums start elsewhere, and exactly so. Method:
    /// values and origins are multiples of 1/64, so every sum is exact and known beforehand.
    @Test("sums that start from another origin than the row's are moved to it, exactly")
    func changedOrigin() throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let first = (0..<30).map { 812.5 + Double($0) / 64 }
        let second = (0..<30).map { 811.25 + Double($0) / 32 }
        let minute = ReceiveTime.start.minute
        var late = Rollup.made(origin: 1_000, values: second)
        late.isRevision = true
        let rollups = [
            .made(origin: 812.5, values: first),
            .made(minute: minute + 1, origin: 0.125, values: second), late,
        ]
        for rollup in rollups {
            _ = try store.commit(CommitBatch(rollups: [rollup]), synchronous: .normal)
        }
        try expectSums(of: first + second, origin: 812.5, fixture, "rollup_minute")
        for table in ["rollup_quarter_hour", "rollup_day"] {
            try expectSums(of: first + second + second, origin: 812.5, fixture, table)
        }
    }

    @Test("rows before a feed's first value take its origin with it, in any order")
    func unknownOrigin() throws {
        print("seed 31")
        var random = SeededGenerator(seed: 31)
        for _ in 0..<20 {
            let fixture = try Fixture()
            let store = try fixture.open()
            let values = (0..<9).map { 500 + Double($0) / 64 }
            // What a feed without a value gives starts from 0, and holds counts alone.
            var rollups = (0..<4).map { _ in Rollup.made(origin: 0, values: []) }
            rollups += (0..<3).map { part in
                .made(origin: 500, values: Array(values[3 * part..<3 * part + 3]))
            }
            rollups.shuffle(using: &random)
            for rollup in rollups {
                _ = try store.commit(CommitBatch(rollups: [rollup]), synchronous: .normal)
            }
            for table in ["rollup_minute", "rollup_quarter_hour", "rollup_day"] {
                try expectSums(of: values, origin: 500, fixture, table)
            }
        }
    }

    /// The first row's sums are those of the values about the origin, to the last bit.
    private func expectSums(
        of values: [Double],
        origin: Double,
        _ fixture: Fixture,
        _ table: String,
    ) throws {
        let row = try #require(try fixture.rows("SELECT * FROM \(table) ORDER BY id").first)
        let offsets = values.map { $0 - origin }
        #expect(row["statistics_count"] == values.count)
        #expect(row["origin"] == origin)
        #expect((row["sum_high"] as Double) + row["sum_low"] == offsets.reduce(0, +))
        #expect(
            (row["squares_high"] as Double) + row["squares_low"]
                == offsets.map { $0 * $0 }.reduce(0, +)
        )
    }

    @Test("filled slots never exceed expected ones, and what a minute refuses its day refuses too")
    func filledIsClipped() throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let minute = ReceiveTime.start.minute
        var closed = Rollup.made(origin: 0, values: [1, 2, 3], expected: 5)
        closed.filled = 3
        var late = Rollup.made(origin: 0, values: [4], expected: -1)
        late.isRevision = true
        late.filled = 4
        let other = Rollup.made(minute: minute + 1, origin: 0, values: [1], expected: -1)
        for rollup in [closed, late, late, other] {
            _ = try store.commit(CommitBatch(rollups: [rollup]), synchronous: .normal)
        }
        let row = try #require(
            try fixture.rows("SELECT * FROM rollup_minute ORDER BY id").first
        )
        #expect(row["filled"] == 5)
        #expect(row["expected"] == 5)
        #expect(row["revision"] == 2)
        for table in ["rollup_quarter_hour", "rollup_day"] {
            #expect(try fixture.number("SELECT filled FROM \(table)") == 5)
            #expect(try fixture.number("SELECT expected FROM \(table)") == 5)
        }
        #expect(
            try fixture.number("SELECT expected IS NULL FROM rollup_minute ORDER BY id DESC") == 1
        )
    }

    @Test("a part written before a restart and the rest make one minute without a revision")
    func partAndRest() throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        var part = Rollup.made(origin: 7, values: [7, 8], expected: -1)
        part.isClosed = false
        part.filled = 2
        let rest = Rollup.made(origin: 7, values: [9], expected: 3)
        _ = try store.commit(CommitBatch(rollups: [part]), synchronous: .normal)
        _ = try store.commit(CommitBatch(rollups: [rest]), synchronous: .normal)
        let row = try #require(try fixture.rows("SELECT * FROM rollup_named").first)
        #expect(row["revision"] == 0)
        #expect(row["samples"] == 3)
        #expect(row["expected"] == 3)
        #expect(row["filled"] == 3)
        #expect(row["mean"] == 8.0)
        #expect(row["completeness"] == 1.0)
    }

    @Test("an empty minute has no extremes and no mean, and takes none from later ones")
    func emptyMinute() throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let empty = Rollup.made(origin: 0, values: [])
        let full = Rollup.made(
            minute: ReceiveTime.start.minute + 1,
            origin: 20,
            values: [21, 19.5],
        )
        _ = try store.commit(CommitBatch(rollups: [empty, full]), synchronous: .normal)
        let rows = try fixture.rows("SELECT * FROM rollup_named ORDER BY step, id")
        let minutes = rows.filter { $0["step"] == "minute" }
        #expect(minutes[0]["minimum"] == nil as Double?)
        #expect(minutes[0]["mean"] == nil as Double?)
        #expect(minutes[0]["completeness"] == 0.0)
        let day = try #require(rows.first { $0["step"] == "day" })
        #expect(day["minimum"] == 19.5 as Double?)
        #expect(day["maximum"] == 21 as Double?)
        #expect(day["mean"] == 20.25 as Double?)
        #expect(day["expected"] == 120)
    }

    @Test("sums beyond Double become unknown and stop no commit")
    func overflow() throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let huge = Rollup.made(origin: 0, values: [1.5e308, 1.5e308])
        let usual = Rollup.made(origin: 0, values: [1])
        for rollup in [huge, usual, huge] {
            _ = try store.commit(CommitBatch(rollups: [rollup]), synchronous: .normal)
        }
        let row = try #require(
            try fixture.rows("SELECT * FROM rollup_named WHERE step = 'day'").first
        )
        #expect(row["samples"] == 5)
        #expect(row["maximum"] == 1.5e308)
        #expect(row["mean"] == nil as Double?)
        #expect(row["standard_deviation"] == nil as Double?)
    }

    @Test("the three sums balance in every row")
    func sumsBalance() throws {
        print("seed 77")
        var random = SeededGenerator(seed: 77)
        let fixture = try Fixture()
        let store = try fixture.open()
        var received: [Int64: Int64] = [:]
        var losses = MessageCounts(broker: 0, minute: 0)
        var redelivered: Int64 = 0
        for _ in 0..<40 {
            let minute = ReceiveTime.start.minute + Int64.random(in: 0..<5, using: &random)
            var batch = CommitBatch()
            var counts = MessageCounts(
                broker: UInt8.random(in: 0...1, using: &random),
                minute: minute
            )
            counts.decoded = .random(in: 0...900, using: &random)
            counts.undecodable = .random(in: 0...9, using: &random)
            counts.ignored = .random(in: 0...9, using: &random)
            counts.shed = .random(in: 0...9, using: &random)
            counts.received =
                counts.decoded + counts.undecodable + counts.ignored + counts.shed
            counts.withoutSamples = .random(in: 0...9, using: &random)
            counts.refusedSamples = .random(in: 0...99, using: &random)
            losses.withoutSamples += counts.withoutSamples
            losses.refusedSamples += counts.refusedSamples
            received[minute, default: 0] += counts.received
            counts.redelivered = .random(in: 0...9, using: &random)
            redelivered += counts.redelivered
            batch.report.messageCounts = [counts]
            _ = try store.commit(batch, synchronous: .normal)
        }
        for (minute, sum) in received {
            #expect(
                try fixture.number(
                    "SELECT sum(received) FROM message_minute WHERE id >> 8 = \(minute)"
                ) == sum
            )
        }
        #expect(
            try fixture.number(
                """
                SELECT count(*) FROM message_minute
                WHERE received <> decoded + undecodable + ignored + shed
                """
            ) == 0
        )
        #expect(try fixture.number("SELECT count(*) FROM message_minute") == 10)
        for (column, sum) in [
            ("without_samples", losses.withoutSamples), ("refused_samples", losses.refusedSamples),
        ] {
            #expect(try fixture.number("SELECT sum(\(column)) FROM message_named") == sum)
        }
        #expect(
            try fixture.number("SELECT sum(redelivered) FROM message_named") == redelivered
        )
    }

    private func expectClose(_ value: Double?, _ expected: Double, _ tolerance: Double) throws {
        let value = try #require(value)
        #expect(
            abs(value - expected) <= tolerance * abs(expected),
            "\(value) is not \(expected) within \(tolerance)",
        )
    }
}
