import Monitoring
import TestSupport
import Testing

/// Goal: however often the gateway's clock is set, nothing is found wrong with healthy feeds, a dead
/// one is missed once and on time, and the sums balance. Method: the sender lives in true time, and
/// adds up by itself what each minute of the wall clock must hold.
@Suite("A gateway's clock that is set at random, against a slow oracle")
struct ClockSetOracleTests {
    private struct Sent {
        var stamp: Double
        var trueTime: Double
    }

    private struct Setting {
        var trueTime: Double
        var length: Double
    }

    private static let dies = 400.0
    private static let limit = 30.0
    private static let end = 1_500.0

    private static func settings(seed: UInt64) -> [Setting] {
        var random = SeededGenerator(seed: seed)
        var time = 60.0
        var result: [Setting] = []
        while time < end - 200 {
            let scale: Double = [10, 300, 7_200, 200_000][Int.random(in: 0..<4, using: &random)]
            let length = (random.unit() * 2 - 1) * scale
            result.append(
                Setting(
                    trueTime: (time * 1_000).rounded() / 1_000,
                    length: (length * 1_000).rounded() / 1_000,
                )
            )
            time += 3 + random.unit() * 200
        }
        return result
    }

    /// The wall clock is years after 1970, so that no setting takes it before that.
    private static func wall(_ time: Double, _ settings: [Setting]) -> Double {
        let moved = settings.filter { $0.trueTime < time }.reduce(0) { $0 + $1.length }
        return ((Double(Plant.start) + time + moved) * 1_000).rounded() / 1_000
    }

    private static func play(seed: UInt64, batch size: Int) -> (Plant, [Sent]) {
        let settings = settings(seed: seed)
        var random = SeededGenerator(seed: seed &+ 1_000)
        let filter = { (text: String) in
            do { return try TopicFilter(text) } catch { preconditionFailure("\(error)") }
        }
        let after = CheckParameters(values: ["after": .duration(.seconds(Int64(limit)))])
        var plant = Plant(
            rules: [
                FeedRule(filter: filter("dead/#"), checks: ["silence": after]),
                FeedRule(filter: filter("plant/#"), period: .seconds(1)),
            ]
        )
        var sent: [Sent] = []
        var waiting = settings[...]
        var count = 0
        func next() {
            count += 1
            if count % size == 0 { plant.run() }
        }
        for second in 0..<Int(end) {
            let time = Double(second) + (random.unit() * 300).rounded() / 1_000
            while let setting = waiting.first, setting.trueTime < time {
                waiting.removeFirst()
                let before = settings.filter { $0.trueTime < setting.trueTime }
                let from = wall(setting.trueTime, before)
                plant.setClock(from: from, to: from + setting.length)
                next()
            }
            let stamp = wall(time, settings)
            sent.append(Sent(stamp: stamp, trueTime: time))
            plant.send("plant/a", ["v": Double(second % 50)], at: stamp)
            next()
            if time < dies { plant.send("dead/a", ["v": 1], at: stamp) }
        }
        plant.run()
        plant.run(to: wall(end + 70, settings))
        return (plant, sent)
    }

    @Test(
        "every sample is counted where it was stamped, and no slot is lost or doubled",
        arguments: [21, 22, 23, 24, 25, 26] as [UInt64],
    )
    func minutes(seed: UInt64) throws {
        let (plant, sent) = Self.play(seed: seed, batch: 50)
        let feed = try #require(plant.feed("plant/a")).id
        let rows = plant.report.rollups.filter { $0.feed == feed }
        let stamped = Dictionary(grouping: sent) { Plant.minute($0.stamp) }
        for minute in Set(rows.map(\.minute)).union(stamped.keys) {
            let row = plant.row(feed, minute: minute)
            #expect(row.counts.samples == stamped[minute]?.count ?? 0, "seed \(seed), \(minute)")
            #expect(row.counts.future + row.counts.tooLate + row.late == 0, "seed \(seed)")
            #expect(row.filled <= max(row.expected, 0), "seed \(seed), \(minute)")
        }
        let expected = rows.reduce(0) { $0 + max(Int($1.expected), 0) }
        let filled = rows.reduce(0) { $0 + Int($1.filled) }
        // The first minute counts no slots; after the end the feed is silent for 70 s.
        #expect(abs(filled - (sent.count - 60)) <= 65, "seed \(seed)")
        #expect((expected - filled) <= 75, "seed \(seed): \(expected) expected, \(filled) filled")
        let settings = Self.settings(seed: seed).count
        #expect(rows.count <= Int(Self.end) / 60 + 3 * settings + 3, "seed \(seed)")
        var closed: Set<Int64> = []
        for row in rows where row.isClosed {
            #expect(row.isRevision || !closed.contains(row.minute), "seed \(seed)")
            closed.insert(row.minute)
        }
    }

    @Test(
        "a healthy feed is never flagged; a dead one is missed once, after its limit",
        arguments: [31, 32, 33, 34, 35, 36] as [UInt64],
    )
    func findings(seed: UInt64) throws {
        let (plant, sent) = Self.play(seed: seed, batch: 50)
        let dead = try #require(plant.feed("dead/a")).id
        let ends = Plant.nanoseconds(Self.wall(Self.end, Self.settings(seed: seed)))
        let healthy = plant.report.findings.filter {
            $0.finding.feed != dead && $0.at.nanoseconds < ends && $0.change == .began
        }
        #expect(healthy.map { "\($0.finding)" } == [], "seed \(seed)")
        let found = plant.report.findings.filter {
            $0.finding.feed == dead && $0.change == .began
        }
        #expect(found.map(\.finding.check.name) == ["silence"], "seed \(seed)")
        let last = try #require(sent.last { $0.trueTime < Self.dies })
        // Where it was missed in true time: the limit and a tick after the last message.
        let begin = try #require(found.first).finding.worst
        #expect(begin >= Self.limit && begin <= Self.limit + 0.2, "seed \(seed)")
        let wall = Self.wall(last.trueTime + begin, Self.settings(seed: seed))
        #expect(abs(Plant.nanoseconds(wall) - found[0].at.nanoseconds) < 1_000_000)
    }

    @Test("batches of any size give the same report", arguments: [41, 42] as [UInt64])
    func batches(seed: UInt64) {
        let whole = Self.play(seed: seed, batch: 1_000).0.everything
        #expect(Self.play(seed: seed, batch: 1).0.everything == whole, "seed \(seed)")
        #expect(Self.play(seed: seed, batch: 7).0.everything == whole, "seed \(seed)")
    }
}
