/// `rateOfChange`: the value moves faster than it can.
///
/// Catches a loose contact, a wrong scaling that comes and goes, two sensors that publish to one
/// topic, and a process that runs away. Cannot see a value that is wrong at a plausible pace
/// (`meanShift`); where nothing is given it leaves single steps and spikes to `meanShift` and
/// `spike`, and is blind on a feed that moves in bursts.
///
/// Definition, per usable number in order: r = |x − x′| ÷ (t − t′), x′ and t′ of the sample before,
/// in nanoseconds of event time, so that it is right below one second too. `fail` where r > `fail`,
/// else `suspect` where r > `suspect`, else good. Without either: `suspect` where r is more than it
/// reaches on this feed by itself (`Tail`) and than six times the noise in a period or, where that
/// is shorter, in t − t′. Unknown without a value in the sample before, where t = t′, where the
/// pace was slow enough but samples are missing in between (more than 3.5 periods, a lost
/// connection), and, learned, for the first 128 + 192 values. The observed quantity is r in the
/// feed's unit per second. 32 bytes of state, 80 more where a threshold is given; about 4 ns.
///
/// Three in a row confirm, or nine in one finding: a lone step has one, a lone spike two. Where
/// nothing is given the three must go one way, or it is `noise`.
///
/// Example: `rateOfChange: { suspect: 5, fail: 50 }` on a thermocouple in Cel.
///
/// Source: QARTOD test 7 (rate of change); ioos_qc `rate_of_change_test`, which cuts times to whole
/// seconds and calls a value without predecessor good.
public struct RateOfChangeCheck: Check {
    public static let definition = CheckDefinition(
        name: "rateOfChange",
        concern: .value,
        rank: 3,
        quantity: .valuePerSecond,
        parameters: [
            CheckParameter(
                name: "suspect",
                kind: .number(minimum: 0, maximum: .greatestFiniteMagnitude),
                defaultText: nil,
                meaning: """
                    How fast the value may move, either way, in the feed's unit per second. No \
                    default: without `fail` it is learned from what the feed does.
                    """,
                absence: "learned",
            ),
            CheckParameter(
                name: "fail",
                kind: .number(minimum: 0, maximum: .greatestFiniteMagnitude),
                defaultText: nil,
                meaning: """
                    From which pace on it cannot be true, in the feed's unit per second, above \
                    `suspect`. No default, because only the sensor and the process know it.
                    """,
            ),
        ],
        learnsUnless: ["fail", "suspect"],
        confirm: 3,
        guidance: Guidance(
            cause: "Loose contact, scaling or a runaway: {feed} moves by {value}, limit {limit}",
            consequence: "Control and trips may act on a value that was not there",
            action: "Check contacts and scaling, and whether another device sends the same topic",
            timeToRespond: .seconds(1_800),
        ),
        summary: "a value that moves faster than it can",
    )

    static let scope: CheckScope = .ordered

    private static let shape = Tail.Shape(distance: 5)
    /// Steps one way that are a run-away and no noise.
    private static let sure: Int8 = 3

    private var tail = Tail()
    /// Learned: steps in a row that are too fast and go one way, with their sign.
    private var run: Int8 = 0
    /// One where a threshold is given, else none.
    private var given: [GivenRateOfChange] = []

    public init?(parameters: CheckParameters, feed: CheckContext) {
        guard feed.kind != .boolean, feed.kind != .word else { return nil }
        let suspect = parameters.number("suspect")
        let fail = parameters.number("fail")
        guard suspect != nil || fail != nil else { return }
        given = [GivenRateOfChange(suspect: suspect ?? .infinity, fail: fail ?? .infinity)]
    }

    public mutating func observe(_ observation: borrowing ObservationView) -> Assessment {
        guard given.isEmpty else { return given[0].take(observation) }
        guard observation.profile.isEntered, observation.profile.isLearned,
            observation.profile.row > 0, let newest = observation.newest
        else { return .unknown }
        let step = Nanoseconds(from: newest.nanoseconds, to: observation.at.nanoseconds).seconds
        guard step > 0 else { return .unknown }
        let size = (observation.profile.value - observation.profile.old).magnitude
        let pace = min(size / step, .greatestFiniteMagnitude)
        let usual = Double(tail.limit)
        let noise = 6 * observation.profile.noise
        if !observation.marks.isOpen(.freezing) {
            tail.add(pace, least: 0.1 * noise / step, Self.shape)
        }
        guard usual.isFinite else { return .unknown }
        let period = observation.period.seconds
        let least = noise / (period > 0 ? min(step, period) : step)
        guard pace > usual, pace > least else {
            run = 0
            return .good
        }
        let way: Int8 = observation.profile.value > observation.profile.old ? 1 : -1
        run = run.signum() == way ? max(-Self.sure, min(run + way, Self.sure)) : way
        let isSure = run.magnitude == Self.sure.magnitude
        let limit = max(usual, least)
        return Assessment(.suspect, observed: pace, limit: limit, isSure ? [] : .withhold)
    }

    public mutating func clockWasSet(events: Nanoseconds, arrivals: Nanoseconds) {
        if !given.isEmpty { given[0].move(by: events) }
    }
}
