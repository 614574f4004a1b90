/// `outlier`: values far from those just before.
///
/// Catches an excursion of several samples, a sensor that jumps between two states, a transmitter
/// that drifts off quickly. Cannot see a slow excursion, which takes its neighbours along
/// (`meanShift`), nor a value that is no further off than the feed goes by itself.
///
/// Definition, per usable number in order: z = |x − m| ÷ s, m the median of the last 61 values
/// before x, s the largest of 1.4826 × their median deviation, 1.2533 × the mean |x − m| of the feed,
/// and its noise. `suspect` where z > 5 and more than z reaches on this feed by itself, with `nsigma`
/// where z > `nsigma`; else good. Unknown in another unit (`unit`), before 61 values, the
/// baseline, 100 values of z and, where it learns, 192. Not learned while a finding about the value is open. Where it learns, a value
/// within a fifth of its way of a level that the feed has gone to three times already, of the last
/// four, is good, and so is one on the way home from there (`KnownPlaces`). The observed quantity is
/// |x − m|, held against as much × s, in the feed's unit. 56 bytes of state.
///
/// Six in a row confirm: single values are the business of `spike`.
///
/// Source: Hampel 1974, Pearson 2002 (causal: the window excludes x); the learned limit is `Tail`.
public struct OutlierCheck: Check {
    public static let definition = CheckDefinition(
        name: "outlier",
        concern: .behaviour,
        rank: 1,
        quantity: .value,
        parameters: [
            CheckParameter(
                name: "nsigma",
                kind: .number(minimum: 1, maximum: 1_000_000),
                defaultText: nil,
                meaning: """
                    Deviations from the median of the neighbours beyond which a value is far. No \
                    default: learned from what the feed does, and at least 5.
                    """,
                absence: "learned",
            )
        ],
        learnsUnless: ["nsigma"],
        confirm: 6,
        guidance: Guidance(
            cause: "Process upset or sensor fault: {feed} is {value} from its level, limit {limit}",
            consequence: "Averages and models are pulled away by values of another kind",
            action: "Compare with a second instrument and with what the process did",
            timeToRespond: .seconds(14_400),
        ),
        summary: "values far from those just before",
    )

    static let scope: CheckScope = .ordered

    private static let shape = Tail.Shape()
    private static let least: UInt16 = 100
    /// Far values in a row that are an excursion: as many as confirm.
    private static let visit: UInt8 = 6
    private static let memory: UInt16 = 5_000

    private let factor: Double
    /// Mean distance from the median of the neighbours.
    private var usual = 0.0
    private var tail = Tail()
    private var count: UInt16 = 0
    private var seen: UInt16 = 0
    private var places = KnownPlaces()
    /// Far values in a row, at most as many as make a visit.
    private var row: UInt8 = 0

    public init?(parameters: CheckParameters, feed: CheckContext) {
        guard feed.kind != .boolean, feed.kind != .word else { return nil }
        factor = parameters.number("nsigma") ?? .nan
    }

    public mutating func observe(_ observation: borrowing ObservationView) -> Assessment {
        guard observation.profile.isEntered, observation.profile.isLearned,
            observation.profile.isCrowded, !observation.marks.isFlagged(.unit),
            !observation.marks.isConfirmed(.unit)
        else { return .unknown }
        let distance = (observation.profile.value - observation.profile.location).magnitude
        let scale = max(
            observation.profile.spread,
            1.2533 * usual,
            observation.profile.noise,
        )
        let z = scale > 0 ? distance / scale : 0
        let known = Double(tail.limit)
        if seen < Self.least { seen += 1 }
        if !observation.marks.isOpen(.freezing) {
            let counted = count > 61 ? min(distance, 6 * usual) : distance
            if count < Self.memory { count += 1 }
            usual += (counted - usual) / Double(count)
            tail.add(z, least: 0.5, Self.shape)
        }
        guard seen >= Self.least, !factor.isNaN || known.isFinite else { return .unknown }
        let limit = factor.isNaN ? max(5, known) : factor
        guard z > limit else {
            // One good value among far ones begins no other excursion.
            if !observation.marks.isOpen(.outlier) { row = 0 }
            return .good
        }
        return judge(observation, distance, limit: limit * scale)
    }

    private mutating func judge(
        _ observation: borrowing ObservationView,
        _ distance: Double,
        limit: Double,
    ) -> Assessment {
        let x = observation.profile.value
        let isHome = (x - observation.profile.mean).magnitude <= 2 * observation.profile.deviation
        let isHabit =
            factor.isNaN
            && (places.knows(x, way: distance)
                || isHome && places.knows(observation.profile.location, way: distance))
        if row < Self.visit {
            row += 1
            if row == Self.visit { places.visit(observation.profile.level, way: distance) }
        }
        return isHabit ? .good : Assessment(.suspect, observed: distance, limit: limit)
    }
}
