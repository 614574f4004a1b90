import Monitoring
import Testing

/// Goal: the sums of product.md, on streams with everything in them. Method: the sender knows what
/// each sample is, keeps all of them in a list, and adds them up per minute at the end.
@Suite("The ledger against a slow oracle")
struct LedgerOracleTests {
    @Test(
        "every class of every minute, the extremes and the exact sums are those of the samples sent",
        arguments: [1, 2, 3, 4, 5, 6] as [UInt64],
    )
    func classes(seed: UInt64) throws {
        var stream = WildStream(seed: seed)
        stream.generate(count: 4_000)
        let plant = stream.play(batch: 50)
        for key in ["plant/a:x", "plant/a:y"] {
            let feed = try #require(plant.feed(key))
            let field = key.hasSuffix("x") ? 0 : 1
            for minute in stream.minutes {
                let row = plant.row(feed.id, minute: minute)
                let own = stream.judged(field, minute: minute)
                let place = "seed \(seed), \(key), minute \(minute - stream.minutes.lowerBound)"
                #expect(row.counts.good == own.count { $0.verdict == .good }, "\(place)")
                #expect(row.counts.suspect == own.count { $0.verdict == .suspect }, "\(place)")
                #expect(row.counts.fail == own.count { $0.verdict == .fail }, "\(place)")
                #expect(row.counts.missing == own.count { $0.verdict == .missing }, "\(place)")
                #expect(row.counts.unknown == 0, "\(place)")
                let usable = own.filter { $0.isUsable }
                #expect(Int(row.statisticsCount) == usable.count, "\(place)")
                #expect(row.sum == usable.reduce(0) { $0 + $1.value }, "\(place)")
                #expect(row.squares == usable.reduce(0) { $0 + $1.value * $1.value }, "\(place)")
                expectExtremes(row, own, place)
            }
            let rows = stream.minutes.map { plant.row(feed.id, minute: $0).counts }
            #expect(rows.reduce(0) { $0 + Int($1.duplicate) } == stream.duplicates)
            #expect(rows.reduce(0) { $0 + Int($1.future) } == stream.futures)
            #expect(rows.reduce(0) { $0 + Int($1.tooLate) } == stream.tooLates)
        }
    }

    /// A value that turned out to be a spike after its minute was closed stays in the extremes.
    private func expectExtremes(_ row: Plant.Row, _ own: [WildStream.Sent], _ place: String) {
        let usable = own.filter { $0.isUsable }.map(\.value)
        let spikes = own.filter { $0.isSpike }.map(\.value)
        let low = usable.min() ?? .infinity
        let high = usable.max() ?? -.infinity
        #expect(row.minimum == low || spikes.contains(row.minimum), "\(place)")
        #expect(row.maximum == high || spikes.contains(row.maximum), "\(place)")
    }

    @Test(
        "one closed row for each feed and minute, in order; filled slots are part of the expected",
        arguments: [7, 8, 9] as [UInt64],
    )
    func rows(seed: UInt64) {
        var stream = WildStream(seed: seed)
        stream.generate(count: 4_000)
        let plant = stream.play(batch: 7)
        let feeds = Set(plant.report.rollups.map(\.feed))
        #expect(feeds.count == 3)
        for feed in feeds {
            let rows = plant.report.rollups.filter { $0.feed == feed }
            let closed = rows.filter { !$0.isRevision && $0.isClosed }.map(\.minute)
            let first = closed.first ?? 0
            #expect(closed == Array(first..<first + Int64(closed.count)), "seed \(seed)")
            let last = stream.minutes.upperBound - 3
            #expect((last...last + 1).contains(closed.last ?? 0))
            for minute in stream.minutes { expectSlots(rows.filter { $0.minute == minute }) }
        }
    }

    /// Adds as the store does: what exceeds the expected slots is cut.
    private func expectSlots(_ rows: [Rollup]) {
        var filled: Int32 = 0
        let expected = rows.filter { $0.expected >= 0 }.reduce(Int32(0)) { $0 + $1.expected }
        let isKnown = rows.contains { $0.expected >= 0 }
        for row in rows {
            filled = isKnown ? min(filled + row.filled, expected) : filled + row.filled
            #expect(filled >= 0)
            #expect(row.isRevision || row.filled <= max(row.expected, 0))
        }
        #expect(isKnown || filled == 0)
    }

    @Test(
        "batches of any size, with ticks between them or without, give the same report",
        arguments: [10, 11] as [UInt64],
    )
    func batches(seed: UInt64) {
        var stream = WildStream(seed: seed)
        stream.generate(count: 2_500)
        let whole = stream.play(batch: 1_024).everything
        #expect(stream.play(batch: 1).everything == whole, "seed \(seed)")
        #expect(stream.play(batch: 7).everything == whole, "seed \(seed)")
        #expect(stream.play(batch: 7, ticks: true).everything == whole, "seed \(seed)")
    }

    @Test("a clock that strays and comes back loses no sample and doubles no slot")
    func clockSwitches() throws {
        var plant = Plant(rules: [wildRule])
        let start = Double(Plant.start)
        for second in 0..<1_200 {
            let at = start + Double(second)
            let offset: Double =
                switch second {
                case 200..<400: 7_200
                case 600..<800: -1_700
                default: 0
                }
            plant.send("plant/a", ["v": Double(second % 50)], at: at, source: at + offset)
        }
        plant.run(to: start + 5_000)
        let feed = try #require(plant.feed("plant/a"))
        let rows = plant.report.rollups.filter { $0.feed == feed.id }
        #expect(rows.reduce(0) { $0 + Int($1.counts.samples) } == 1_200)
        for row in rows where row.expected >= 0 {
            #expect((0...61).contains(row.expected), "minute \(row.minute)")
        }
    }
}

extension Plant {
    /// All that a report says, in words.
    var everything: [String] {
        report.findings.map { "\($0)" } + report.rollups.map { "\($0)" }
            + report.messageCounts.map { "\($0)" } + report.conditions.map { "\($0)" }
            + report.newFeeds.map { "\($0)" } + report.changedFeeds.map { "\($0)" }
    }
}
