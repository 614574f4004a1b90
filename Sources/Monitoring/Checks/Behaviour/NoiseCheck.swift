/// `noise`: neighbouring values differ more than they used to.
///
/// Catches interference, a bad earth or shield, an aging transmitter, and a converter that lost bits.
/// Cannot see noise of less than twice the usual, nor on a feed that moves in bursts by itself: its
/// own limit lies out of reach there.
///
/// Definition, per usable number in order: near is the mean of |x − x′| over the last 16 or so
/// (exponential weight), no step counting for more than four usual ones. `suspect` where near is more
/// than twice the usual step of the baseline, and than what near reaches on this feed by itself (with
/// `max`: more than that); else good. Unknown for the first 128 + 192 values, and while the unit is
/// in doubt or spikes come nothing is learned. The observed quantity is near in the feed's unit. 28
/// bytes of state.
///
/// Four confirm. Noise that lasts (120 samples and five minutes) is the usual one from then on.
///
/// Source: mean successive difference, von Neumann 1941; the learned limit is `Tail`.
public struct NoiseCheck: Check {
    public static let definition = CheckDefinition(
        name: "noise",
        concern: .behaviour,
        rank: 0,
        quantity: .value,
        parameters: [
            CheckParameter(
                name: "max",
                kind: .number(minimum: 0, maximum: .greatestFiniteMagnitude),
                defaultText: nil,
                meaning: """
                    The largest mean step between neighbours, in the feed's unit. No default: \
                    learned from what the feed does.
                    """,
                absence: "learned",
            )
        ],
        learnsUnless: ["max"],
        confirm: 4,
        guidance: Guidance(
            cause: "Interference or aging: {feed} moves by {value} between samples, limit {limit}",
            consequence: "Controllers wear out valves, small changes drown",
            action: "Check shielding and earthing, compare with a neighbouring instrument",
            timeToRespond: .seconds(14_400),
        ),
        summary: "values that scatter more than they used to",
    )

    static let scope: CheckScope = .ordered

    private static let shape = Tail.Shape(prior: 0.1)

    private let most: Double
    private var tail = Tail()
    private var row: Int32 = 0
    private var seen: UInt8 = 0

    public init?(parameters: CheckParameters, feed: CheckContext) {
        guard feed.kind != .boolean, feed.kind != .word else { return nil }
        most = parameters.number("max") ?? .nan
    }

    public mutating func observe(_ observation: borrowing ObservationView) -> Assessment {
        guard observation.profile.isEntered, observation.profile.isLearned,
            observation.profile.row > 0
        else { return .unknown }
        if seen < 16 { seen += 1 }
        guard seen == 16 else { return .unknown }
        let near = observation.profile.recentStep
        let usual = Double(tail.limit)
        // Two steps of each spike are none of the noise.
        if !observation.marks.isOpen(.restingNoise.union(.spike)) {
            tail.add(near, least: 0.1 * observation.profile.noise, Self.shape)
        }
        if !most.isNaN {
            let isMore = near > most
            return isMore ? Assessment(.suspect, observed: near, limit: most) : .good
        }
        guard usual.isFinite else { return .unknown }
        let limit = max(usual, 2 * observation.profile.usualStep)
        guard near > limit else {
            row = 0
            return .good
        }
        row += 1
        let isLasting = row >= observation.relearnAfter
        if isLasting { row = 0 }
        return Assessment(.suspect, observed: near, limit: limit, isLasting ? .acceptNoise : [])
    }
}
