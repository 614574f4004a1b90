/// `spike`: a single value that stands out from its two neighbours.
///
/// Catches interference, a loose contact and a bit error in one sample. Cannot see a spike of two
/// samples or more (its flanks are `rateOfChange`, its level `range`), nor judge a value whose
/// neighbour is missing; without a threshold it learns what stands out on this feed, and is blind
/// on one that moves in bursts.
///
/// Definition, for the sample before the newest, x[n−1]; the answer comes one sample later:
/// - `differential`: d = min(|x[n−1] − x[n−2]|, |x[n] − x[n−1]|) where the two steps have opposite
///   signs, else 0;
/// - `average`: d = |x[n−1] − (x[n−2] + x[n]) ÷ 2|, which also flags the neighbours of a spike.
///
/// `fail` where d > `fail`, else `suspect` where d > `suspect`, else good. Unknown without both
/// neighbours: at the start, beside a sample without value or of bad quality, across a lost
/// connection and across more than 3 periods. The observed quantity is d in the feed's unit. 32
/// bytes of state, 72 more where a threshold is given; about 4 ns, given 8 ns.
///
/// Without thresholds: `suspect` where d, by `differential`, is more than it reaches on this feed by
/// itself (`Tail`), than four times its noise, two of its smallest steps and three times 1.4826 × the
/// median deviation of the last 61 values; unknown for the first 192 values. The first one confirms,
/// ten samples later (16 on a restless feed), unless it then turns out to be noise or another unit.
///
/// With thresholds two in a row confirm, or six in one finding: a lone spike is recorded, a crackling contact raises.
///
/// Example: `spike: { suspect: 5, fail: 20 }` on a thermocouple read each second.
///
/// Source: QARTOD test 6 (spike); ioos_qc `spike_test`, which takes a threshold of 0 for none.
public struct SpikeCheck: Check {
    public static let definition = CheckDefinition(
        name: "spike",
        concern: .value,
        rank: 4,
        quantity: .value,
        parameters: [
            CheckParameter(
                name: "suspect",
                kind: .number(minimum: 0, maximum: .greatestFiniteMagnitude),
                defaultText: nil,
                meaning: """
                    How far a value may stand out from its neighbours, in the feed's unit; 0 allows \
                    nothing. No default: without `fail` it is learned from what the feed does.
                    """,
                absence: "learned",
                unlearned: "none",
            ),
            CheckParameter(
                name: "fail",
                kind: .number(minimum: 0, maximum: .greatestFiniteMagnitude),
                defaultText: nil,
                meaning: """
                    From where on it cannot be true, in the feed's unit, above `suspect`. No \
                    default, because only the sensor and the process know it.
                    """,
            ),
            CheckParameter(
                name: "method",
                kind: .choice(["differential", "average"]),
                defaultText: "differential",
                meaning: """
                    How far it stands out is measured: `differential` by the smaller of the two \
                    steps, `average` by the distance from the mean of the neighbours. Differential, \
                    because it does not flag the neighbours too.
                    """,
            ),
        ],
        learnsUnless: ["fail", "suspect"],
        confirm: 2,
        learnedConfirm: 1,
        guidance: Guidance(
            cause:
                "Interference or a loose contact: {feed} jumped by {value} and back, limit {limit}",
            consequence: "Control and trips may act on a value that was not there",
            action: "Check shielding, earthing and contacts of the sensor's wiring",
            timeToRespond: .seconds(3_600),
        ),
        summary: "single values that stand out from their neighbours",
    )

    public static let scope: CheckScope = .samples
    public static let judgesPrevious = true

    private var learned = LearnedSpike()
    /// One where a threshold is given, else none.
    private var given: [GivenSpike] = []

    public init?(parameters: CheckParameters, feed: CheckContext) {
        let suspect = parameters.number("suspect")
        let fail = parameters.number("fail")
        guard suspect != nil || fail != nil else {
            if feed.kind == .boolean || feed.kind == .word { return nil }
            return
        }
        given = [
            GivenSpike(
                suspect: suspect ?? .infinity,
                fail: fail ?? .infinity,
                isAverage: parameters.choice("method") == "average",
            )
        ]
    }

    public mutating func observe(_ observation: borrowing ObservationView) -> Assessment {
        guard observation.arrival == .inOrder else { return .unknown }
        return given.isEmpty ? learned.take(observation) : given[0].take(observation)
    }
}
