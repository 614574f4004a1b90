/// `attenuated` where no threshold is given: steps that are far smaller than this feed's.
///
/// What quiet stretches the feed has by itself is learned until they have been told to a person.
/// Shape: 32 bytes. About 4 ns.
struct LearnedAttenuation: Sendable {
    private static let shape = Tail.Shape()
    private static let span: UInt8 = 32
    private static let memory: UInt16 = 5_000
    /// Times that the usual step is larger than one that is flagged, and the most that is counted.
    private static let least = 4.0
    private static let most = 50.0
    /// Share of equal neighbours beyond which the resolution says more than the signal.
    private static let mostEqual: Float = 0.2

    /// Mean step of the last 32 values or so.
    private var near: Float = 0
    /// Share of equal neighbours.
    private var equal: Float = 0
    private var tail = Tail()
    private var count: UInt16 = 0
    private var seen: UInt8 = 0

    mutating func take(_ observation: borrowing ObservationView) -> Assessment {
        guard observation.profile.isEntered, observation.profile.isLearned,
            observation.profile.row > 0, observation.profile.usualStep > 0
        else { return .unknown }
        let usual = observation.profile.usualStep
        let step = (observation.profile.value - observation.profile.old).magnitude
        follow(step, usual)
        guard seen == Self.span else { return .unknown }
        let limit = max(Self.least, Double(tail.limit))
        let isKnown = tail.isKnown && equal <= Self.mostEqual
        let times = usual / max(Double(near), usual / Self.most)
        if !observation.marks.isOpen(.freezing), !observation.marks.isConfirmed(.attenuated) {
            tail.add(times, least: 1, Self.shape)
        }
        // A rail takes away steps as well, and that is told already.
        guard isKnown, !observation.marks.isOpen(.saturation) else { return .unknown }
        guard times > limit else { return .good }
        return Assessment(.suspect, observed: Double(near), limit: usual / limit)
    }

    private mutating func follow(_ step: Double, _ usual: Double) {
        if count < Self.memory { count += 1 }
        equal += ((step == 0 ? 1 : 0) - equal) / Float(count)
        if seen < Self.span { seen += 1 }
        near += (Float(min(step, 4 * usual)) - near) / Float(seen)
    }
}
