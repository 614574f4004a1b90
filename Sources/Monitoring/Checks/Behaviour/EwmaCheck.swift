/// `ewma`: the level has moved a little, for some time.
///
/// Catches a small lasting change of a steady feed, and a larger one within a few samples. Cannot see
/// a small one on a feed whose neighbours are strongly correlated (`meanShift` finds it later), nor
/// anything on a feed that wanders by itself: it is unknown there.
///
/// Definition, per usable number in order: e is the innovation, what x brings beyond what its
/// predecessor announced, in standard deviations, clipped at 3; z += 0.2·(e − z). It crosses where
/// |z| > L·sd(t)·(1 + (4.5 + L²)/n): sd(t) is what z scatters by after t samples, n how many values
/// the baseline rests on (the last factor makes up, on average, for what it may be wrong by; see
/// `Cusum`), and L follows from `falseAlarmInterval` and the period. `suspect` where it
/// crosses on a level that is proven; before that a crossing is learned from. Unknown without
/// innovation, while the unit is in doubt or the value stands still, on a feed that wanders, and
/// while `meanShift` is open, which then follows the level and ends the finding. The observed
/// quantity is the distance of the last five values' median from the mean, held against one
/// standard deviation, in the feed's unit. 60 bytes of state.
///
/// A level that the feed has gone to three times already, of the last four, is good (`KnownPlaces`).
/// The first confirms, ten samples later.
///
/// Source: Roberts 1959; Lucas and Saccucci 1990. The limit: `ChartLimit`.
public struct EwmaCheck: Check {
    public static let definition = CheckDefinition(
        name: "ewma",
        concern: .behaviour,
        rank: 2,
        quantity: .value,
        learnsUnless: [],
        guidance: Guidance(
            cause: "Process change or drift: {feed} moved by {value}, usual deviation {limit}",
            consequence: "Setpoints, models and limits rest on a level that is no more",
            action: "Compare with a second instrument, look for a change of product or load",
            timeToRespond: .seconds(14_400),
        ),
        summary: "a level that has moved a little, for some time",
    )

    static let scope: CheckScope = .ordered

    static let contextRead: CheckContext.Part = .falseAlarmInterval

    private static let weight = 0.2
    /// Beyond this an innovation says no more. By itself one of 4 would bring z nearly half of the
    /// way: on a feed with heavy tails, such as a load, three of them in a row are no shift.
    private static let clip = 3.0
    /// (2 − λ)/2λ, what an error of the mean does; errors of scale and φ do L²/4 and, where φ makes
    /// most of it, 0.9·L², together taken for L².
    private static let errorOfMean = (2 - weight) / (2 * weight)

    private let falseAlarmInterval: Double
    private var z = 0.0
    /// Share of the start in the chart's variance.
    private var start = 1.0
    private var deviation = 0.0
    private var limit = Double.nan
    private var row: Int32 = 0
    private var round: UInt8 = 0
    private var isAway = false
    private var places = KnownPlaces()

    public init?(parameters: CheckParameters, feed: CheckContext) {
        guard feed.kind != .boolean, feed.kind != .word else { return nil }
        falseAlarmInterval = feed.falseAlarmInterval.seconds
    }

    public mutating func observe(_ observation: borrowing ObservationView) -> Assessment {
        guard observation.profile.isEntered else { return .unknown }
        let isNewRound = observation.profile.round != round
        let isWandering = observation.profile.isWandering
        if isNewRound || isWandering {
            reset()
            round = observation.profile.round
        }
        guard observation.profile.innovation.isFinite, !observation.marks.isOpen(.restingNoise)
        else { return .unknown }
        let isCrossed = take(observation)
        if follow(observation, isCrossed: isCrossed) {
            reset()
            return .good
        }
        guard !observation.marks.isOpen(.meanShift) else { return .unknown }
        guard isCrossed else {
            row = 0
            return .good
        }
        // Alone, without `meanShift`, it follows the level itself.
        row += 1
        if row >= observation.relearnAfter {
            return Assessment(.good, [.acceptLevel, .forgetNeighbours, .endShift])
        }
        let isNew = !observation.marks.isOpen(.ewma)
        let isOther = observation.marks.isNoiseOrUnit
        let isProven = observation.profile.isProven
        guard !isNew || isProven, !isOther else {
            return Assessment(.unknown, .crossed)
        }
        return Assessment(
            .suspect,
            observed: (observation.profile.level - observation.profile.mean).magnitude,
            limit: observation.profile.deviation,
            isNew ? .crossed : [],
        )
    }

    private mutating func take(_ observation: borrowing ObservationView) -> Bool {
        if limit.isNaN {
            let interval = StatisticalInterval.samples(falseAlarmInterval, observation.period)
            limit = ChartLimit.ewma(interval: interval, weight: Self.weight)
        }
        let weight = Self.weight
        z += weight * (observation.profile.innovation.clipped(to: Self.clip) - z)
        if start > 1e-9 {
            start *= (1 - weight) * (1 - weight)
            deviation = (weight / (2 - weight) * (1 - start)).squareRoot()
        }
        let meanError = observation.profile.meanError
        let margin = (Self.errorOfMean + limit * limit) * meanError * meanError
        return z.magnitude > limit * deviation * (1 + margin)
    }

    /// Counts a crossing as a visit to where the level is, once until the feed was home, also while
    /// `meanShift` tells of it. - Returns: whether that place was known before.
    private mutating func follow(
        _ observation: borrowing ObservationView,
        isCrossed: Bool,
    ) -> Bool {
        let way = observation.profile.level - observation.profile.mean
        guard isCrossed else {
            if isAway, way.magnitude <= 2 * observation.profile.deviation { isAway = false }
            return false
        }
        let isKnown = places.knows(observation.profile.level, way: way)
        if !isAway {
            places.visit(observation.profile.level, way: way)
            isAway = true
        }
        return isKnown && !observation.marks.isOpen(.shifts)
    }

    private mutating func reset() {
        z = 0
        start = 1
        row = 0
    }
}

/// How many samples may pass between two false alarms of one chart.
enum StatisticalInterval {
    /// A feed's statistical checks share its interval: each is given three times as much.
    private static let sharing = 3.0

    /// - Parameters:
    ///   - seconds: `falseAlarmInterval`.
    ///   - period: of the feed; a second where it is not known.
    static func samples(_ seconds: Double, _ period: Nanoseconds) -> Double {
        sharing * seconds / (period.count > 0 ? period.seconds : 1)
    }
}
