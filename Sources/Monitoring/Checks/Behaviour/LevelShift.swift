/// A change of level from its beginning to its end: what `meanShift` keeps while one is open.
///
/// Shape: 56 bytes.
struct LevelShift: Sendable {
    private enum Phase: UInt8, Sendable {
        case none
        /// Found as a step: the level before it is known.
        case step
        /// Found by a chart: it left the baseline.
        case chart
    }

    /// Samples after which a shift that no chart proves ends: it has been told.
    private static let unprovenEnd: Int32 = 20
    /// Samples in a row that make a level back where it was.
    private static let quietEnd: UInt8 = 8
    /// Samples within which it may turn out to be noise or another unit.
    private static let doubtful: Int32 = 24
    /// The last sample before a shift is told. A step that has fallen back below its limit by then
    /// was one of the larger swings of the feed.
    private static let lastDoubt: Int32 = 9
    private static let lasting = 0.9
    /// Deviations around the mean within which the feed is where it usually is.
    private static let home = 2.0

    /// The level before.
    private var reference = 0.0
    /// How far from it, with sign: the furthest of the first five samples.
    private var size = 0.0
    private var limit = 0.0
    private var age: Int32 = 0
    private var quiet: UInt8 = 0
    private var phase = Phase.none
    /// The level before was proven, so that the CUSUM can prove the shift.
    private var wasProven = false
    private var isProved = false
    private var places = KnownPlaces()

    var isOpen: Bool { phase != .none }

    /// Whether the feed has gone there often enough, or comes home from such a place.
    func isHabit(_ observation: borrowing ObservationView, isStep: Bool) -> Bool {
        let level = observation.profile.level
        let before = isStep ? observation.profile.levelBefore : observation.profile.mean
        if places.knows(level, way: level - before) { return true }
        let distance = (level - observation.profile.mean).magnitude
        let isHome = isStep && distance <= Self.home * observation.profile.deviation
        return isHome && places.knows(before, way: level - before)
    }

    mutating func open(
        _ observation: borrowing ObservationView,
        isChart: Bool,
        _ request: BaselineRequest,
    ) -> Assessment {
        let isStep = observation.profile.step != 0
        let hasProof = observation.profile.isProven
        wasProven = isChart || hasProof
        isProved = isChart
        reference = isStep ? observation.profile.levelBefore : observation.profile.mean
        size = observation.profile.level - reference
        limit = isStep ? observation.profile.stepLimit : observation.profile.deviation
        phase = isStep ? .step : .chart
        age = 0
        quiet = 0
        return Assessment(.suspect, observed: size.magnitude, limit: limit, request)
    }

    /// Follows the level. - Returns: suspect while it is another one, good at the end, then with
    /// what the feed's profile should do.
    mutating func follow(_ observation: borrowing ObservationView, isCrossed: Bool) -> Assessment {
        age += 1
        if isCrossed, wasProven { isProved = true }
        let sign: Double = size > 0 ? 1 : -1
        let away = (observation.profile.level - reference) * sign
        if age <= 5 { size = max(size * sign, away) * sign }
        quiet = isBack(observation, away) ? min(quiet + 1, Self.quietEnd) : 0
        let isOver = quiet >= Self.quietEnd && age >= Self.unprovenEnd - 2
        let step = observation.profile.step * sign
        let isReversed = step < 0 && age > 10 && away < 0.6 * size.magnitude
        let isExplained = observation.marks.isConfirmed(.noiseOrUnit)
        let isOther = age < Self.doubtful && isExplained
        let end: Int32 = isProved ? observation.relearnAfter : Self.unprovenEnd
        let isInDoubt = observation.marks.isOpen(.unit)
        let isLasting = age >= end && !isOther && !isInDoubt
        let isPassing = age == Self.lastDoubt && phase == .step && away < Self.lasting * limit
        guard isOver || isReversed || isOther || isLasting || isPassing else {
            return Assessment(.suspect, observed: max(away, size.magnitude), limit: limit)
        }
        if !isOther, !isPassing { places.visit(reference + size, way: size) }
        phase = .none
        guard isLasting else { return Assessment(.good, .endShift) }
        let accepted: BaselineRequest = isProved ? .acceptLevel : .raiseHabit
        return Assessment(.good, [.endShift, .forgetNeighbours, accepted])
    }

    private func isBack(_ observation: borrowing ObservationView, _ away: Double) -> Bool {
        let deviation = observation.profile.deviation
        let near =
            phase == .step
            ? 0.4 * size.magnitude : 1.5 * max(deviation, observation.profile.noise)
        if away < near { return true }
        let distance = (observation.profile.level - observation.profile.mean).magnitude
        let before = (reference - observation.profile.mean).magnitude
        return distance <= Self.home * deviation && distance < 0.5 * before
    }
}
