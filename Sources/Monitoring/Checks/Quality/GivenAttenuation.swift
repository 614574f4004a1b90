/// `attenuated` with thresholds that a person gave: the spread of the values of a window, in
/// constant space.
///
/// Event time is divided into blocks of a thirty-second of the window, and the moments or extremes
/// of the last 32 blocks are kept. What leaves, leaves with its block and takes nothing along: the
/// total is added up anew at each new block, and never corrected by subtraction, which would keep
/// the rounding errors of a value such as 10⁹ for ever. Shape: 760 bytes, no references.
struct GivenAttenuation: Sendable {
    private static let blocks: Int64 = 32
    private static let leastObservations = 10

    private let least: Double
    private let fail: Double
    private let window: Nanoseconds
    /// 0 where it was not given.
    private let minObservations: Int32
    private let isRange: Bool
    private var isStarted = false
    /// What values are counted from: the first one, so that a large level takes no digits.
    private var origin = 0.0
    /// How far the clock of the values was set since the start: blocks stay where they were.
    private var shift = Nanoseconds(0)
    /// Number of the newest block, from 1970.
    private var newest: Int64 = 0
    /// Event time since which the window has been seen.
    private var start: Int64 = 0
    private var counts = InlineArray<32, UInt32>(repeating: 0)
    /// Of each block: mean and sum of squares about it, or minimum and maximum.
    private var firsts = InlineArray<32, Double>(repeating: 0)
    private var seconds = InlineArray<32, Double>(repeating: 0)
    /// All blocks but the newest.
    private var older = Spread()

    init(
        least: Double,
        fail: Double,
        window: Nanoseconds,
        minObservations: Int?,
        isRange: Bool,
    ) {
        self.least = least
        self.fail = fail
        self.window = window
        self.minObservations = Int32(clamping: minObservations ?? 0)
        self.isRange = isRange
    }

    mutating func take(_ observation: borrowing ObservationView) -> Assessment {
        guard observation.kind == .number, observation.value.isFinite else { return .unknown }
        let at = Nanoseconds(from: shift.count, to: observation.at.nanoseconds).count
        if open(at.dividedDown(by: width), at: at) { origin = observation.value }
        let x = observation.value - origin
        let place = Int(newest & (Self.blocks - 1))
        var current = spread(at: place)
        current.include(Spread(count: 1, first: x, second: isRange ? x : 0), isRange)
        counts[place] = current.count
        firsts[place] = current.first
        seconds[place] = current.second
        current.include(older, isRange)
        guard isEnough(current.count, at: at, observation.period) else { return .unknown }
        let size = min(isRange ? current.range : current.deviation, .greatestFiniteMagnitude)
        if size < fail { return Assessment(.fail, observed: size, limit: fail) }
        if size < least { return Assessment(.suspect, observed: size, limit: least) }
        return .good
    }

    /// Width of a block in nanoseconds: at least 1 µs, so that block numbers stay far from the ends
    /// of their type.
    private var width: Int64 { max(1_000, window.count / Self.blocks) }

    private func spread(at place: Int) -> Spread {
        Spread(count: counts[place], first: firsts[place], second: seconds[place])
    }

    private func isEnough(_ count: UInt32, at time: Int64, _ period: Nanoseconds) -> Bool {
        guard minObservations == 0 else { return Int64(count) >= Int64(minObservations) }
        let due = period.count > 0 ? window.count / period.count / 2 : 0
        let isWhole = Nanoseconds(from: start, to: time).count >= window.count - width
        return isWhole && Int64(count) >= max(Int64(Self.leastObservations), due)
    }

    /// Moves on to a block; what lies a window before it is forgotten.
    ///
    /// - Returns: whether that is everything.
    private mutating func open(_ block: Int64, at time: Int64) -> Bool {
        guard isStarted, block >= newest, block - newest < Self.blocks else {
            isStarted = true
            newest = block
            start = time
            for place in 0..<Int(Self.blocks) { counts[place] = 0 }
            older = Spread()
            return true
        }
        guard block > newest else { return false }
        for number in newest + 1...block { counts[Int(number & (Self.blocks - 1))] = 0 }
        newest = block
        older = Spread()
        for place in 0..<Int(Self.blocks) where counts[place] > 0 {
            older.include(spread(at: place), isRange)
        }
        return false
    }

    /// The clock of the values was set.
    mutating func move(by length: Nanoseconds) { shift.count.addSaturating(length) }

    /// Count, mean and sum of squares about it, or count, minimum and maximum, of some values.
    private struct Spread {
        var count: UInt32 = 0
        var first = 0.0
        var second = 0.0

        var deviation: Double { (second / Double(max(count, 1))).squareRoot() }

        var range: Double { second - first }

        mutating func include(_ other: Spread, _ isRange: Bool) {
            guard other.count > 0 else { return }
            guard count > 0 else {
                self = other
                return
            }
            if isRange {
                first = min(first, other.first)
                second = max(second, other.second)
                count = count &+ other.count
                return
            }
            let total = Double(count) + Double(other.count)
            let distance = other.first - first
            let share = Double(other.count) / total
            second += other.second + distance * distance * Double(count) * share
            first += distance * share
            count = count &+ other.count
        }
    }
}
