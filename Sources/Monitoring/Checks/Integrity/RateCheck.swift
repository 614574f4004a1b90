/// `rate`: samples come more often than they should, or too seldom.
///
/// Catches a device that sends in a loop, a gateway that repeats everything, and somebody who
/// publishes to a topic that is not theirs; with `min` a feed without a period that sends too
/// little. Cannot see a flood of less than twice the usual rate (ten times, where the feed has no
/// period), one in the first minutes, nor, without `min`, too few samples: on a feed with a period
/// those are `gap`, `completeness` and `silence`, and one that sends on change sends less when
/// nothing changes.
///
/// Definition, per sample as it arrives, without `max` and `min`: samples are counted in blocks of
/// receive time that usually hold 6 to 24; `suspect` as soon as a block holds more than
/// exp(m + 5·sd) of the logarithm's mean and deviation over this feed's blocks, and than twice the
/// usual number and eight; unknown for the first 8 blocks (64 without a period). An hour of it is
/// the feed's rate from then on.
///
/// With one of them: `suspect` as soon as a window aligned with 1970 holds more than `max`, and at
/// the end of one that held fewer than `min` and was seen whole.
///
/// After a time in which nothing came, ours or the publisher's, what was missed may come at once;
/// samples right after a lost connection are not counted. Else good; unknown in a window or block
/// after a flagged one. The observed quantity is the number of samples. 56 bytes of state, 96 more
/// where a limit is given; about 1 ns.
///
/// Confirmed at once: one sample too many is one of many.
///
/// Example: `rate: { max: 120, window: 60s }` on a sensor that sends once a second.
///
/// Source: Great Expectations, row count between; TensorFlow Data Validation,
/// DATASET_HIGH_NUM_EXAMPLES; the learned limit is Assay's own.
public struct RateCheck: Check {
    public static let definition = CheckDefinition(
        name: "rate",
        concern: .data,
        rank: 4,
        quantity: .samples,
        parameters: [
            CheckParameter(
                name: "max",
                kind: .count(minimum: 1, maximum: 1_000_000_000),
                defaultText: nil,
                meaning: """
                    The most samples in a window. No default: without `min` it is learned from what \
                    the feed sends.
                    """,
                absence: "learned",
            ),
            CheckParameter(
                name: "min",
                kind: .count(minimum: 1, maximum: 1_000_000_000),
                defaultText: nil,
                meaning: """
                    The fewest samples in a window. No default, because only the publisher's \
                    settings say it.
                    """,
            ),
            CheckParameter(
                name: "window",
                kind: .duration(minimum: .seconds(1), maximum: .days(1)),
                defaultText: nil,
                meaning: """
                    The window of `max` and `min`. Without it the feed's `window`, 60 s by default.
                    """,
                absence: "the feed's window",
            ),
        ],
        learnsUnless: ["max", "min"],
        guidance: Guidance(
            cause: "Device or gateway out of step: {feed} sent {value}, limit {limit}",
            consequence: "A flood delays all other data; too little leaves events unseen",
            action: "Check the publisher's settings and log, and who else publishes to the topic",
            timeToRespond: .seconds(1_800),
        ),
        summary: "more samples than usual, or fewer than agreed",
    )

    public static let scope: CheckScope = [.arrivals, .ticks]

    private var learned = LearnedRate()
    /// One where a limit is given, else none.
    private var given: [GivenRate] = []

    public init?(parameters: CheckParameters, feed: CheckContext) {
        let most = parameters.count("max")
        let least = parameters.count("min")
        guard most != nil || least != nil else { return }
        let window = parameters.duration("window") ?? feed.window
        given = [GivenRate(most: most, least: least, window: window)]
    }

    public mutating func observe(_ observation: borrowing ObservationView) -> Assessment {
        given.isEmpty ? learned.take(observation) : given[0].take(observation)
    }

    public mutating func tick(_ pulse: borrowing Pulse) -> Assessment {
        given.isEmpty ? .unknown : given[0].tick(pulse)
    }

    public func deadline(_ pulse: borrowing Pulse) -> ReceiveTime? {
        guard pulse.isConnected, !given.isEmpty else { return nil }
        return given[0].deadline
    }

    public mutating func clockWasSet(events: Nanoseconds, arrivals: Nanoseconds) {
        learned.move(by: arrivals)
        if !given.isEmpty { given[0].move(by: arrivals) }
    }
}
