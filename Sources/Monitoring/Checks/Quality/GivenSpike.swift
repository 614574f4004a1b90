/// `spike` with thresholds that a person gave.
///
/// Shape: 40 bytes. About 8 ns.
struct GivenSpike: Sendable {
    private let suspect: Double
    private let fail: Double
    private let isAverage: Bool
    private var older = 0.0
    private var old = 0.0
    private var valuesKnown: UInt8 = 0

    init(suspect: Double, fail: Double, isAverage: Bool) {
        self.suspect = suspect
        self.fail = fail
        self.isAverage = isAverage
    }

    /// Judges the value before this one, which is in order.
    mutating func take(_ observation: borrowing ObservationView) -> Assessment {
        guard observation.kind == .number, observation.quality != .bad else {
            valuesKnown = 0
            return .unknown
        }
        if isBroken(observation) { valuesKnown = 0 }
        let x = observation.value
        defer {
            older = old
            old = x
            valuesKnown = min(valuesKnown + 1, 2)
        }
        guard valuesKnown == 2 else { return .unknown }
        let size = min(isAverage ? deviation(x) : differential(x), .greatestFiniteMagnitude)
        if size > fail { return Assessment(.fail, observed: size, limit: fail) }
        if size > suspect { return Assessment(.suspect, observed: size, limit: suspect) }
        return .good
    }

    /// Whether the sample before is too long ago to be a neighbour.
    private func isBroken(_ observation: borrowing ObservationView) -> Bool {
        guard !observation.followsOutage, let newest = observation.newest else { return true }
        guard observation.period.count > 0 else { return false }
        let step = Nanoseconds(from: newest.nanoseconds, to: observation.at.nanoseconds)
        return Double(step.count) > 3 * Double(observation.period.count)
    }

    private func deviation(_ x: Double) -> Double {
        (old - (older + x) / 2).magnitude
    }

    private func differential(_ x: Double) -> Double {
        let up = old - older
        let down = x - old
        // Compared by sign and not by product, which underflows for small steps.
        guard (up > 0 && down < 0) || (up < 0 && down > 0) else { return 0 }
        return min(up.magnitude, down.magnitude)
    }
}
