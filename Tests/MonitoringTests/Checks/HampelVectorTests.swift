import TestSupport
import Testing

@testable import Monitoring

/// `outlier` against the recorded causal Hampel filter (60 values before, 3 deviations).
///
/// Stated differences of the check: its window is the last 61 usable values, an odd number, so that
/// its median is one of them, and not the last 60 rows of which none may lack a value; and its scale is
/// no smaller than the mean distance and the noise of the feed, so that values that hardly ever move
/// have no deviation of 0. So the vector is held against a plain filter that knows both forms, with
/// nothing but these two changed; then the check against that filter, on every value.
@Suite("outlier and its vector")
struct HampelVectorTests {
    private struct Record {
        /// nil where a value is missing.
        var values: [Double?]
        var flags: Set<Int>
    }

    private static func record() throws -> Record? {
        guard let data = OracleFolder.file("fixtures/demo.csv"),
            let vector = OracleFolder.file("vectors/hampel_causal.txt")
        else { return nil }
        let values = try OracleFolder.rows(data).map { row in
            Double(row[1]).flatMap { $0.isFinite ? $0 : nil }
        }
        let flags = try OracleFolder.rows(vector).map { try #require(Int($0[0])) }
        return Record(values: values, flags: Set(flags))
    }

    private static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }

    /// Median, and 1.4826 times the median distance from it.
    private static func neighbours(_ window: [Double]) -> (location: Double, spread: Double) {
        let location = median(window)
        return (location, 1.4826 * median(window.map { abs($0 - location) }))
    }

    @Test("the plain filter is the recorded one")
    func plain() throws {
        guard let record = try Self.record() else { return }
        for (index, value) in record.values.enumerated() {
            guard let value, index >= 60 else { continue }
            let window = record.values[index - 60..<index].compactMap { $0 }
            guard window.count == 60 else { continue }
            let (location, spread) = Self.neighbours(window)
            let isFlagged = abs(value - location) > 3 * spread
            #expect(isFlagged == record.flags.contains(index), "value \(index)")
        }
        #expect(record.flags.count > 100)
    }

    @Test(
        "the check is the plain filter with its two stated differences, and finds what that finds"
    )
    func check() throws {
        guard let record = try Self.record() else { return }
        var check = try #require(OutlierCheck.make(["nsigma": .number(3)]))
        var line = FeedLine(period: 1)
        var before: [Double] = []
        var usual = 0.0
        var count = 0.0
        var judged = 0
        var found: Set<Int> = []
        for (index, value) in record.values.enumerated() {
            let observation = line.sample(value, at: Double(index))
            let answer = check.ask(observation)
            guard let value else { continue }
            defer { before.append(value) }
            // 61 neighbours and 128 values to learn from.
            guard before.count >= 128 else { continue }
            let (location, spread) = Self.neighbours(before.suffix(61))
            let distance = abs(value - location)
            let scale = max(spread, 1.2533 * usual, observation.profile.noise)
            // After the value was judged it counts, once there are 61 for six usual distances at most.
            judged += 1
            let scaleAfter = count > 61 ? min(distance, 6 * usual) : distance
            count = min(count + 1, 5_000)
            usual += (scaleAfter - usual) / count
            let isFlagged = answer?.verdict.isFlagged == true
            if isFlagged { found.insert(index) }
            guard judged >= 100 else {
                #expect(!isFlagged, "value \(index) after \(judged)")
                continue
            }
            #expect(
                isFlagged == (distance > 3 * scale),
                "value \(index): \(distance) of \(scale)"
            )
        }
        // What the recorded filter flags by more than rounding and rest is a fault of the record.
        let clear = record.flags.filter { index in
            guard let value = record.values[index], index > 400 else { return false }
            let window = record.values[index - 60..<index].compactMap { $0 }
            return abs(value - Self.median(window)) > 10
        }
        #expect(clear.count >= 2)
        #expect(clear.isSubset(of: found), "\(clear.subtracting(found).sorted())")
    }
}
