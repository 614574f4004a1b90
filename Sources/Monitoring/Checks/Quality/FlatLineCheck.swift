/// `flatLine`: the value does not move.
///
/// Catches a frozen input card, a gateway that repeats the last value, a blocked impulse line and a
/// sensor pulled out of its pocket. Cannot tell a frozen sensor from a process at rest: without a time
/// it learns how long the feed rests by itself, and is blind within that; cannot see a frozen value
/// under simulated noise.
///
/// Definition without a time, per usable number in order: `fail` where a run of equal values reaches the largest
/// of 10, of what runs reach on this feed by themselves (`Tail`), and of the run that chance makes
/// once in ten million samples where neighbours often are equal; else good. Unknown for the first
/// 192 values.
///
/// Definition with a time, per usable sample in order (`mode: time`): the flat stretch is the longest one that
/// ends now, has no gap in it, and whose values lie within `tolerance` of each other; `fail` where
/// it lasts `fail` (`for`), else `suspect` where it lasts `suspect`. A gap is longer than a third of
/// the time asked for and than 1.5 periods; after one, and at the start, the answer is unknown until
/// the value moves or the time has passed (see `FlatStretch` for the memory and its resolution: exact
/// with tolerance 0, else to a thirtieth of the time). The observed quantity is the length of the
/// stretch in seconds, and a finding begins where the stretch does. 56 bytes of state,
/// 664 more where a time is given; about 3 ns learned, 15 ns with a time, 25 ns while noise cuts it.
///
/// `mode: qartod` instead is the QARTOD test as ioos_qc 3.0.0 has it, for comparison with other
/// systems: times and period in whole seconds, the last ⌊time ÷ period⌋ + 1 samples, gaps ignored,
/// values strictly within `tolerance`, so that 0 never flags (see `QartodFlatLine`).
///
/// The second flagged sample confirms.
///
/// Example: `flatLine: { for: 300s, tolerance: 0.05 }` on a thermocouple in Cel.
///
/// Source: QARTOD test 8 (flat line); ioos_qc `flat_line_test`.
public struct FlatLineCheck: Check {
    public static let definition = CheckDefinition(
        name: "flatLine",
        concern: .frozen,
        rank: 0,
        quantity: .seconds,
        parameters: [
            CheckParameter(
                name: "for",
                kind: .duration(minimum: .milliseconds(100), maximum: .days(365)),
                defaultText: nil,
                meaning: """
                    Another word for `fail`, for rules with one time; where both are given, `fail` \
                    counts. Without any time \
                    the limit is learned from how long the feed rests by itself.
                    """,
                exceedsPeriod: true,
                absence: "learned",
                unlearned: "none",
            ),
            CheckParameter(
                name: "fail",
                kind: .duration(minimum: .milliseconds(100), maximum: .days(365)),
                defaultText: nil,
                meaning: """
                    How long the value must stand still to be called frozen. No default, because \
                    only the process knows how long it can rest.
                    """,
                exceedsPeriod: true,
                absence: "learned",
                unlearned: "none",
            ),
            CheckParameter(
                name: "suspect",
                kind: .duration(minimum: .milliseconds(100), maximum: .days(365)),
                defaultText: nil,
                meaning: """
                    How long it must stand still to be worth a look, less than `fail`. No default, \
                    for the same reason.
                    """,
                exceedsPeriod: true,
                absence: "learned",
                unlearned: "none",
            ),
            CheckParameter(
                name: "tolerance",
                kind: .number(minimum: 0, maximum: .greatestFiniteMagnitude),
                defaultText: "0",
                meaning: """
                    The largest spread, maximum − minimum, that still stands still, in the feed's \
                    unit. 0, because a healthy analogue input never repeats exactly for long.
                    """,
            ),
            CheckParameter(
                name: "mode",
                kind: .choice(["time", "qartod"]),
                defaultText: "time",
                meaning: """
                    `time` judges by event time; `qartod` by whole seconds and sample counts, as \
                    ioos_qc does. Time, because sample counts are wrong across gaps.
                    """,
            ),
        ],
        learnsUnless: ["for", "fail", "suspect"],
        confirm: 2,
        guidance: Guidance(
            cause: "Sensor, input card or gateway frozen: {feed} has not moved for {value}",
            consequence: "Control runs on a value that no longer follows the process",
            action: "Compare with a second instrument, restart the input card or gateway",
            timeToRespond: .seconds(1_800),
        ),
        summary: "a value that does not move",
    )

    public static let scope: CheckScope = .samples
    public static let observesDuration = true

    /// What is held against given times.
    private struct Given: Sendable {
        let limits: FlatLineLimits
        /// One of the two, by `mode`.
        var timed: [TimedFlatLine] = []
        var qartod: [QartodFlatLine] = []
    }

    private var learned = LearnedFlatLine()
    /// One where a time is given, else none: boxed, so that only its users pay.
    private var given: [Given] = []

    public init?(parameters: CheckParameters, feed: CheckContext) {
        let limits = FlatLineLimits(
            suspect: parameters.duration("suspect") ?? Nanoseconds(0),
            fail: parameters.duration("fail") ?? parameters.duration("for") ?? Nanoseconds(0),
            tolerance: parameters.number("tolerance") ?? 0,
        )
        guard limits.suspect.count > 0 || limits.fail.count > 0 else {
            if feed.kind == .boolean || feed.kind == .word { return nil }
            return
        }
        let isQartod = parameters.choice("mode") == "qartod"
        given = [
            isQartod
                ? Given(limits: limits, qartod: [QartodFlatLine()])
                : Given(limits: limits, timed: [TimedFlatLine()])
        ]
    }

    public mutating func observe(_ observation: borrowing ObservationView) -> Assessment {
        guard observation.arrival == .inOrder else { return .unknown }
        guard !given.isEmpty else { return learned.take(observation) }
        let isBad = observation.quality == .bad
        let isUsable = observation.kind == .number && !isBad
        let limits = given[0].limits
        if !given[0].qartod.isEmpty {
            let x = isUsable ? observation.value : .nan
            return given[0].qartod[0].take(x, observation.period, limits)
        }
        let isFinite = observation.value.isFinite
        guard isUsable, isFinite else { return .unknown }
        return given[0].timed[0]
            .take(observation.value, at: observation.at, observation.period, limits)
    }

    public mutating func clockWasSet(events: Nanoseconds, arrivals: Nanoseconds) {
        learned.move(by: events)
        guard !given.isEmpty, !given[0].timed.isEmpty else { return }
        given[0].timed[0].move(by: events, given[0].limits)
    }
}

/// The thresholds of `flatLine`; a time of 0 is not asked for.
struct FlatLineLimits: Sendable {
    var suspect: Nanoseconds
    var fail: Nanoseconds
    var tolerance: Double

    /// The flagged answer for a stretch of equal values, or nil.
    func assess(fails: Bool, isSuspect: Bool, lasting length: Nanoseconds) -> Assessment? {
        if fails { return Assessment(.fail, observed: length.seconds, limit: fail.seconds) }
        if isSuspect {
            return Assessment(.suspect, observed: length.seconds, limit: suspect.seconds)
        }
        return nil
    }
}
