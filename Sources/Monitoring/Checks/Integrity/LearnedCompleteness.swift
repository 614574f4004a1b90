/// `completeness` without a given limit: samples in 32 periods of event time, against what the feed
/// delivers by itself.
///
/// Some devices skip one sample in twenty for ever; a loss is what they do not do by themselves.
/// Shape: 40 bytes. About 3 ns.
struct LearnedCompleteness: Sendable {
    private static let slots = 32.0
    private static let leastWindows: UInt8 = 4
    /// Standard deviations of a share of 32, and the least variance of one slot.
    private static let reach = 5.0
    private static let leastVariance = 0.01
    private static let weight = 0.02
    /// A period within this share of another one is the same.
    private static let sameness: Float = 0.1

    private var start: Int64 = 0
    private var usual = 0.0
    /// What the window began with, in seconds.
    private var period: Float = 0
    private var count: Int32 = 0
    private var windows: UInt8 = 0
    private var isRunning = false

    mutating func take(_ observation: borrowing ObservationView) -> Assessment {
        guard observation.arrival == .inOrder else { return .unknown }
        let isLost = observation.marks.isOpen(.losses)
        let isAfterOutage = observation.followsOutage
        let isToldSilent = observation.followsSilence
        let isApart = observation.followsUndecodable
        let period = observation.period.seconds
        guard period > 0, !isLost, !isApart, !isAfterOutage, !isToldSilent else {
            isRunning = false
            return .unknown
        }
        // A feed that has changed its pace is counted anew.
        guard isRunning, (Float(period) - self.period).magnitude <= Self.sameness * self.period
        else {
            begin(observation)
            return .unknown
        }
        if count < .max { count += 1 }
        let span = Nanoseconds(from: start, to: observation.at.nanoseconds).seconds
        guard span >= Self.slots * period else { return .unknown }
        let share = Double(count) * period / span
        begin(observation)
        var answer = judge(share)
        if answer.verdict.isFlagged { answer.reach = Nanoseconds(roundingSeconds: span) }
        return answer
    }

    private mutating func begin(_ observation: borrowing ObservationView) {
        start = observation.at.nanoseconds
        period = Float(observation.period.seconds)
        count = 0
        isRunning = true
    }

    private mutating func judge(_ share: Double) -> Assessment {
        guard windows >= Self.leastWindows else {
            windows += 1
            usual += (share - usual) / Double(windows)
            return .unknown
        }
        let variance = max(usual * (1 - min(usual, 0.99)), Self.leastVariance)
        let limit = usual - Self.reach * (variance / Self.slots).squareRoot()
        guard share >= limit else { return Assessment(.suspect, observed: share, limit: limit) }
        // More than one a slot is no habit that a later window would have to keep.
        usual += Self.weight * (min(share, 1) - usual)
        return .good
    }

    /// The gateway's clock was set.
    mutating func move(by length: Nanoseconds) { start &+= length.count }
}
