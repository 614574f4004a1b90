import TestSupport
import Testing

@testable import Monitoring

/// The factor test of `unit`: what is another unit, and what only comes near one.
///
/// Method: a real feed's profile beside the check, one value a second; the fault after 400 values.
@Suite("unit by its values")
struct UnitCheckTests {
    private static let start = 400

    /// Flagged answers in a row, at most, to what comes after the healthy values.
    private static func longestRow(
        _ values: [Double],
        then fault: [Double],
    ) throws -> Int {
        var check = try #require(UnitCheck.make())
        var line = FeedLine(period: 1)
        var row = 0
        var longest = 0
        for (index, value) in (values + fault).enumerated() {
            // Of a feed that has left its level nothing is learned: some finding is open.
            let isAway = index > values.count + 1
            let observation = line.sample(value, at: Double(index)) {
                if isAway { $0.marks.open = .meanShift }
            }
            let isFlagged = check.ask(observation)?.verdict.isFlagged == true
            row = isFlagged ? row + 1 : 0
            longest = max(longest, row)
            if index < values.count { #expect(!isFlagged, "healthy value \(index)") }
        }
        return longest
    }

    private static func noise(_ seed: UInt64, level: Double, width: Double) -> [Double] {
        var random = SeededGenerator.printed(seed, "unit at \(level)")
        return (0..<start).map { _ in level + width * random.dyadic(-16...16) }
    }

    private static let conversions: [(name: String, convert: @Sendable (Double) -> Double)] = [
        ("°C to °F", { $0 * 9 / 5 + 32 }), ("°F to °C", { ($0 - 32) * 5 / 9 }),
        ("cm to mm", { $0 * 10 }), ("mm to cm", { $0 / 10 }),
        ("m to cm", { $0 * 100 }), ("% to 1", { $0 / 100 }),
        ("bar to mbar", { $0 * 1_000 }), ("V to kV", { $0 / 1_000 }),
        ("µm to cm", { $0 / 10_000 }), ("MPa to Pa", { $0 * 1_000_000 }),
        ("inch to mm", { $0 * 25.4 }), ("mm to inch", { $0 / 25.4 }),
        ("psi to kPa", { $0 * 6.894_757 }), ("kPa to psi", { $0 / 6.894_757 }),
    ]

    @Test(
        "every conversion is confirmed by ten values in a row, at any level above its noise",
        arguments: conversions.indices,
        [3.0, 20.5, 1_200, -75]
    )
    func found(index: Int, level: Double) throws {
        let convert = Self.conversions[index].convert
        let width = abs(level) / 40
        // Around −40 the two scales of degrees agree; a step within the noise is none.
        guard abs(convert(level) - level) > 20 * width else { return }
        let values = Self.noise(UInt64(index) + 1, level: level, width: width)
        let fault = Self.noise(UInt64(index) + 101, level: level, width: width)
            .prefix(60).map(convert)
        let row = try Self.longestRow(values, then: fault)
        #expect(row >= 10, "\(Self.conversions[index].name) at \(level): \(row) in a row")
    }

    @Test("a jump that only comes near a factor is no other unit", arguments: [1, 2, 3])
    func near(seed: UInt64) throws {
        // 25.4 times 20.5 ± 0.5 is 508 to 533; the mean of ten lies within 510 and 531.
        let values = Self.noise(seed, level: 20.5, width: 0.5)
        for jump in [503.0, 539] {
            let fault = (0..<60).map { jump + Double($0 % 7) - 3 }
            let row = try Self.longestRow(values, then: fault)
            #expect(row < 10, "\(jump): \(row) in a row")
        }
    }

    @Test("a fall to 0 is no division by a thousand or a million")
    func zero() throws {
        for level in [20.5, 1_200] {
            let values = Self.noise(4, level: level, width: level / 200)
            #expect(try Self.longestRow(values, then: Array(repeating: 0, count: 60)) == 0)
        }
    }

    @Test("a single value among the converted ones does not begin the ten anew")
    func lone() throws {
        let values = Self.noise(5, level: 20.5, width: 0.5)
        var fault = Self.noise(6, level: 20.5, width: 0.5).prefix(60).map { $0 * 1.8 + 32 }
        fault[8] = 20.5
        fault[30] = -999
        #expect(try Self.longestRow(values, then: Array(fault)) >= 40)
    }

    @Test("a feed that is noisier than the way to the other unit is left alone")
    func noisy() throws {
        // 2.5 ± 2 °C is 36.5 ± 3.6 °F: told, but no factor of ten is.
        let values = Self.noise(7, level: 2.5, width: 2)
        let tenfold = Self.noise(8, level: 2.5, width: 2).prefix(60).map { $0 * 10 }
        #expect(try Self.longestRow(values, then: tenfold) < 10)
    }

    @Test("equals a slow oracle on random walks with jumps to anywhere", arguments: [1, 2, 3, 4])
    func oracle(seed: UInt64) throws {
        var random = SeededGenerator.printed(seed, "unit oracle")
        var check = try #require(UnitCheck.make())
        var line = FeedLine(period: 1)
        var record: [Double] = []
        var away: (mean: Double, count: Double) = (0, 0)
        var flags = 0
        var factor = 1.0
        for index in 0..<4_000 {
            if index > 600, random.chance(0.02) {
                // To a conversion, a little beside one, or home.
                let near = 1 + Double(random.below(9)) / 100 - 0.04
                factor = [1, 10, 1_000, 6.895, 25.4, 0.1][random.below(6)] * near
                if random.chance(0.4) { factor = 1 }
            }
            let value = (24 + random.dyadic(-16...16) / 2) * factor
            let observation = line.sample(value, at: Double(index))
            let answer = check.ask(observation) ?? .unknown
            let expected = Self.judge(value, record, observation.profile, &away)
            #expect(answer.verdict == expected, "value \(index): \(value)")
            flags += answer.verdict.isFlagged ? 1 : 0
            record.append(value)
        }
        #expect(flags > 100, "\(flags)")
    }

    /// The definition from the whole record; of the profile only what is learned.
    private static func judge(
        _ value: Double,
        _ record: [Double],
        _ profile: ProfileReading,
        _ away: inout (mean: Double, count: Double),
    ) -> Verdict {
        guard profile.isLearned, profile.isCrowded, profile.stepLimit.isFinite else {
            away = (0, 0)
            return .unknown
        }
        func median(_ values: some Sequence<Double>) -> Double {
            let sorted = values.sorted()
            return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
        }
        let y = median(record.suffix(2) + [value])
        // As the profile keeps them, in single precision about its origin.
        let last = record.suffix(61).map { profile.origin + Double(Float($0 - profile.origin)) }
        let level = median(last)
        let s = max(1.4826 * median(last.map { abs($0 - level) }), profile.noise)
        let isUsual = abs(y - profile.origin - profile.mean) <= 3 * profile.deviation
        guard abs(y - level) >= max(8 * s, profile.stepLimit), !isUsual else {
            away = (0, 0)
            return .good
        }
        var others = [1.8 * level + 32, (level - 32) / 1.8].map { ($0, abs($0 - level)) }
        var scales = [1.8, 1 / 1.8]
        if abs(level) > 20 * s {
            for factor in [10, 100, 1_000, 10_000, 1_000_000, 25.4, 6.895] {
                scales += [factor, 1 / factor]
                others += [factor, 1 / factor].map { ($0 * level, abs($0 * level)) }
            }
        }
        func reasons(_ x: Double, _ reach: Double) -> Set<Int> {
            Set(
                others.indices.filter { index in
                    let (other, size) = others[index]
                    let most = min(scales[index] * reach, 0.1 * size) + 0.002 * size
                    return abs(x - other) <= most
                }
            )
        }
        let own = reasons(y, 3 * s * (1 + 1.0 / 40).squareRoot())
        guard !own.isEmpty else { return .good }
        away.count = min(away.count + 1, 10)
        away.mean += (y - away.mean) / away.count
        let share = (1 + (away.count - 1) * profile.correlation) / away.count + 1.0 / 40
        let both = own.intersection(reasons(away.mean, 3 * s * share.squareRoot()))
        return both.isEmpty ? .good : .suspect
    }
}
