/// `attenuated`: the value moves, but less than it should.
///
/// Catches a clogged impulse line, a fouled probe, a filter or deadband set too high, and a gateway
/// that interpolates. Cannot see a value that does not move at all (`flatLine` names it), nor a
/// quiet signal of a process at rest for what it is; without a threshold it says nothing of a feed
/// whose neighbours often are equal, and what stays quiet for some ten thousand samples becomes
/// usual.
///
/// Definition, per usable number in order, with `min` or `fail`: s is the population standard
/// deviation, or with `measure: range` maximum − minimum, of the values in (t − `window`, t]. `fail`
/// where s < `fail`, else `suspect` where s < `min`, else good. Unknown with fewer than
/// `minObservations` values; where that is not given, with fewer than ten or half of what the period
/// would bring, and until a whole window has been seen. The window is kept as 32 blocks: exact up to
/// 32 samples in it, else to a thirty-second.
///
/// Without both: `suspect` where the mean step |x − x′| of the last 32 or so, no step counting for
/// more than four usual ones, is under a quarter of the baseline's and under what it falls to on
/// this feed by itself (`Tail` of its inverse); else good. Unknown for the first 128 + 32 + 192
/// values, and where more than one neighbour in five is equal. The observed quantity is s or the
/// mean step, in the feed's unit. 48 bytes of state, 792 more where a threshold is given; about 4
/// ns, given 8 ns and 120 ns where a block begins.
///
/// Where it is learned 32 in a row confirm, as many as the mean looks back on, else two.
///
/// Example: `attenuated: { min: 0.3, fail: 0.1, window: 60s }` on a flow in m3/h.
///
/// Source: QARTOD test 10 (attenuated signal); ioos_qc `attenuated_signal_test`, which fails the
/// first sample where no `min_obs` is given. Pairwise moments: Chan, Golub and LeVeque 1983.
public struct AttenuatedCheck: Check {
    public static let definition = CheckDefinition(
        name: "attenuated",
        concern: .frozen,
        rank: 1,
        quantity: .value,
        parameters: [
            CheckParameter(
                name: "min",
                kind: .number(minimum: 0, maximum: .greatestFiniteMagnitude),
                defaultText: nil,
                meaning: """
                    The least spread of a healthy signal over the window, in the feed's unit. No \
                    default: without `fail` it is learned from how the feed moves.
                    """,
                absence: "learned",
            ),
            CheckParameter(
                name: "fail",
                kind: .number(minimum: 0, maximum: .greatestFiniteMagnitude),
                defaultText: nil,
                meaning: """
                    The spread below which the signal is dead, in the feed's unit, under `min`. No \
                    default, because only the sensor and the process know it.
                    """,
            ),
            CheckParameter(
                name: "window",
                kind: .duration(minimum: .milliseconds(100), maximum: .days(31)),
                defaultText: nil,
                meaning: "The look-back. Without it the feed's `window`, 60 s by default.",
                exceedsPeriod: true,
                absence: "the feed's window",
            ),
            CheckParameter(
                name: "minObservations",
                kind: .count(minimum: 2, maximum: 1_000_000),
                defaultText: nil,
                meaning: """
                    The fewest values that are judged. Without it ten, by which a deviation is \
                    known to a quarter, or half of what the period would bring.
                    """,
                absence: "10, or half the window",
            ),
            CheckParameter(
                name: "measure",
                kind: .choice(["deviation", "range"]),
                defaultText: "deviation",
                meaning: """
                    `deviation` is the population standard deviation, `range` maximum − minimum. \
                    Deviation, because one spike hides a dead signal in the range.
                    """,
            ),
        ],
        learnsUnless: ["min", "fail"],
        confirm: 2,
        learnedConfirm: 32,
        guidance: Guidance(
            cause: "Clogged line, fouled probe or a filter: {feed} moves by {value}, limit {limit}",
            consequence: "Control and models react too late and too little",
            action: "Check the impulse line or probe, and filter and deadband settings",
            timeToRespond: .seconds(7_200),
        ),
        summary: "a value that moves less than it should",
    )

    static let scope: CheckScope = .ordered

    private var learned = LearnedAttenuation()
    /// One where a threshold is given, else none.
    private var given: [GivenAttenuation] = []

    public init?(parameters: CheckParameters, feed: CheckContext) {
        guard feed.kind != .boolean, feed.kind != .word else { return nil }
        guard parameters.number("min") != nil || parameters.number("fail") != nil else { return }
        given = [
            GivenAttenuation(
                least: parameters.number("min") ?? 0,
                fail: parameters.number("fail") ?? 0,
                window: parameters.duration("window") ?? feed.window,
                minObservations: parameters.count("minObservations"),
                isRange: parameters.choice("measure") == "range",
            )
        ]
    }

    public mutating func observe(_ observation: borrowing ObservationView) -> Assessment {
        given.isEmpty ? learned.take(observation) : given[0].take(observation)
    }

    public mutating func clockWasSet(events: Nanoseconds, arrivals: Nanoseconds) {
        if !given.isEmpty { given[0].move(by: events) }
    }
}
