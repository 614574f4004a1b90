/// `spike` where no threshold is given: a value that stands out from its neighbours more than values
/// of this feed do.
///
/// A spike is told ten samples later, because noise and another unit begin with one. Shape: 23
/// bytes. About 4 ns.
struct LearnedSpike: Sendable {
    private static let shape = Tail.Shape()
    private static let patience: UInt8 = 10
    private static let morePatience: UInt8 = 6

    private var tail = Tail()
    private var waiting: UInt8 = 0
    private var count: UInt8 = 0
    private var hasWaitedLonger = false

    mutating func take(_ observation: borrowing ObservationView) -> Assessment {
        guard observation.profile.isEntered else { return .unknown }
        let size = observation.profile.row >= 2 ? Self.size(observation) : .nan
        let limit = limit(observation)
        let isSpike = size > limit
        let isFrozen = observation.marks.isOpen(.freezing)
        if size.isFinite, isSpike || !isFrozen {
            let least = max(observation.profile.resolution, 0.5 * observation.profile.noise)
            tail.add(size, least: least, Self.shape)
        }
        if isSpike {
            count = min(count + 1, 100)
            if waiting == 0 { waiting = Self.patience }
            return Assessment(.suspect, observed: size, limit: limit, .withhold)
        }
        guard waiting > 0 else { return limit.isFinite && size.isFinite ? .good : .unknown }
        return wait(observation)
    }

    /// The largest that is usual; NaN while unknown.
    private func limit(_ observation: borrowing ObservationView) -> Double {
        guard tail.isKnown, observation.profile.isLearned else { return .nan }
        let noise = 4 * observation.profile.noise
        let spread = 3 * observation.profile.spread
        return max(Double(tail.limit), noise, 2 * observation.profile.resolution, spread)
    }

    private static func size(_ observation: borrowing ObservationView) -> Double {
        let up = observation.profile.old - observation.profile.older
        let down = observation.profile.value - observation.profile.old
        guard (up > 0 && down < 0) || (up < 0 && down > 0) else { return 0 }
        return min(up.magnitude, down.magnitude)
    }

    private mutating func wait(_ observation: borrowing ObservationView) -> Assessment {
        waiting -= 1
        guard waiting == 0 else { return .unknown }
        let isRestless = observation.profile.isRestless
        if isRestless, !hasWaitedLonger {
            hasWaitedLonger = true
            waiting = Self.morePatience
            return .unknown
        }
        let isLone = count == 1 || !isRestless
        count = 0
        hasWaitedLonger = false
        let isOther = observation.marks.isOpen(.noiseOrUnit)
        return isLone && !isOther ? Assessment(.unknown, .confirm) : .good
    }
}
