/// `rate` between limits that a person gave: samples in windows of receive time that are aligned
/// with 1970.
///
/// Too many are told as soon as they are, too few at the end of a window that was seen whole. After
/// windows in which nothing came as many more may come as those might have held; half of that claim
/// is left to the next window.
///
/// Shape: 64 bytes. About 1 ns.
struct GivenRate: Sendable {
    private let most: Double
    private let least: Double
    private let length: Int64
    /// Receive time at which the window ends.
    private var end = Int64.min
    /// Receive time of the last sample.
    private var last = Int64.min
    private var debt = 0.0
    private var count: UInt32 = 0
    /// The window was seen from its beginning, and nothing kept samples from coming.
    private var isWhole = false
    /// The last window was not within its limits, so this one must prove that it is.
    private var isDoubtful = false

    init(most: Int?, least: Int?, window: Nanoseconds) {
        self.most = most.map { Double($0) } ?? .infinity
        self.least = least.map { Double($0) } ?? 0
        length = max(window.count, 1)
    }

    mutating func take(_ observation: borrowing ObservationView) -> Assessment {
        let now = observation.receivedAt.nanoseconds
        let isInterrupted = observation.followsOutage
        if isInterrupted { isWhole = false }
        last = now
        let tooFew = now >= end ? turn(to: now) : nil
        // What a lost connection held back, and what comes twice because of it.
        guard !isInterrupted else {
            isWhole = false
            return .unknown
        }
        if count < .max { count += 1 }
        if let tooFew { return flag(tooFew, limit: least) }
        if Double(count) > most + debt { return flag(Double(count), limit: most) }
        return isDoubtful || (least > 0 && !isWhole) ? .unknown : .good
    }

    mutating func tick(_ pulse: borrowing Pulse) -> Assessment {
        let now = pulse.now.nanoseconds
        guard now >= end, end != .min else { return .unknown }
        let back = pulse.quietSince.nanoseconds
        let pause = pulse.pause?.end.nanoseconds ?? .min
        if back > last || pause > end &- length { isWhole = false }
        return turn(to: now).map { flag($0, limit: least) } ?? .unknown
    }

    /// Only too few can be found without a sample.
    var deadline: ReceiveTime? {
        least > 0 && end != .min ? ReceiveTime(nanoseconds: end) : nil
    }

    private mutating func flag(_ number: Double, limit: Double) -> Assessment {
        isDoubtful = true
        return Assessment(.suspect, observed: number, limit: limit)
    }

    /// Ends the window. - Returns: how many samples it held where those were too few.
    private mutating func turn(to now: Int64) -> Double? {
        let begin = now.dividedDown(by: length) &* length
        defer {
            end = begin &+ length
            count = 0
        }
        guard end != .min else {
            isWhole = begin == now
            return nil
        }
        let empty = Double(Nanoseconds(from: end, to: now).count / length)
        let held = Double(count)
        let isLow = isWhole && (held < least || empty > 0 && least > 0)
        if isWhole, !isLow, held <= most + debt { isDoubtful = false }
        debt = most.isFinite ? debt / 2 + empty * most : 0
        isWhole = true
        return isLow ? (held < least ? held : 0) : nil
    }

    /// The gateway's clock was set: the window is not seen whole.
    mutating func move(by length: Nanoseconds) {
        guard end != .min else { return }
        end.addSaturating(length)
        last.addSaturating(length)
    }
}
