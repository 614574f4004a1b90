/// `completeness`: too many of the expected samples are missing or have no value.
///
/// Catches steady loss of messages, a sensor that answers only sometimes, and a run of nulls. Cannot
/// see a feed that stopped (`silence`; a gap as long as the window starts the window again), a feed
/// without a period, nor a loss that lasted while the period was learned.
///
/// What another check has told a person of is not told again, because one failure is one alarm: the
/// slots of a silence that was found, and those of gaps in the first window that concern a person
/// already, are not expected here. Without that, an outage of 24 s whose alarm has cleared would come
/// back as incomplete data for as long as it stays in the window. The stored rows count what did not
/// come as missing all the same. While such a time leaves fewer than 20 slots of the window, nothing
/// is known. Gaps after the first window are counted: their alarm and this one are of one concern.
///
/// Definition without any of its settings and without a declared period: the share of samples among
/// the slots of 32 periods, against what this feed fills by itself, less five standard deviations of
/// such a share (`LearnedCompleteness`); a window begins anew with each finding that says the loss
/// already: `gap`, `silence`, unreadable or misplaced samples.
///
/// Definition with one of them, at the end of each block of event time: filled ÷ expected slots of
/// the last whole window; `fail` where it is under `fail`, else `suspect` where it is under `min`,
/// else good. A slot is filled by a sample with a usable value, also one that comes out of order.
/// The window is divided into 16 blocks aligned with 1970; `sliding` judges the last 16 whole blocks
/// at the end of each, `tumbling` whole windows. The answer comes with the first sample after the
/// block. Unknown between blocks, until one whole window has passed since the first sample, and
/// again after a lost connection, unreadable messages, a changed period or a gap as long as the
/// window.
///
/// The window is `window` or the smallest multiple of it that holds 20 slots: with fewer, one lost
/// sample would be under the default of 95 %. The observed quantity is the fraction, and a finding
/// begins where the first incomplete window does. 40 bytes of state, about 3 ns; with a setting 257
/// more, 13 ns at two blocks a sample, 4 ns within one.
///
/// Example: `completeness: { min: 0.99, fail: 0.5, window: 10min }`.
///
/// Source: Great Expectations and Deequ, completeness.
public struct CompletenessCheck: Check {
    public static let definition = CheckDefinition(
        name: "completeness",
        concern: .data,
        rank: 3,
        quantity: .fraction,
        parameters: [
            CheckParameter(
                name: "min",
                kind: .number(minimum: 0.01, maximum: 1),
                defaultText: nil,
                meaning: """
                    The least fraction of filled slots. 0.95 with a declared period or other of \
                    these settings; else it is learned from what the feed fills by itself.
                    """,
                absence: "learned",
                unlearned: "0.95",
            ),
            CheckParameter(
                name: "fail",
                kind: .number(minimum: 0.01, maximum: 1),
                defaultText: nil,
                meaning: """
                    The fraction below which the window is of no use, under `min`. No default, \
                    because only the user of the data knows it.
                    """,
            ),
            CheckParameter(
                name: "window",
                kind: .duration(minimum: .seconds(1), maximum: .days(31)),
                defaultText: nil,
                meaning: """
                    The look-back. Without it the feed's `window`, 60 s by default; at least 20 \
                    periods, so that one lost sample stays within 0.95.
                    """,
                absence: "the feed's window",
            ),
            CheckParameter(
                name: "mode",
                kind: .choice(["sliding", "tumbling"]),
                defaultText: "sliding",
                meaning: """
                    `sliding` judges at every 16th of the window, so that a loss is found soon; \
                    `tumbling` judges whole windows aligned with the clock, as stored rows are.
                    """,
            ),
        ],
        learnsUnless: ["min", "fail", "window", "mode"],
        trustsDeclaredPeriod: true,
        confirm: 1,
        guidance: Guidance(
            cause:
                "Lost messages or a failing sensor: {feed} filled {value} of its slots, limit {limit}",
            consequence: "Averages and totals rest on too few samples",
            action: "Check network quality and load of the device, compare with its neighbours",
            timeToRespond: .seconds(3_600),
        ),
        summary: "too many expected samples missing or without value",
    )

    public static let scope: CheckScope = .samples

    static let contextRead: CheckContext.Part = [.period, .window]

    private var learned = LearnedCompleteness()
    /// One where a limit is given, else none.
    private var given: [GivenCompleteness] = []

    public init?(parameters: CheckParameters, feed: CheckContext) {
        let hasPeriod = feed.period != nil
        guard !Self.definition.learns(with: parameters, hasPeriod: hasPeriod) else { return }
        given = [GivenCompleteness(parameters: parameters, feed: feed)]
    }

    public mutating func observe(_ observation: borrowing ObservationView) -> Assessment {
        given.isEmpty ? learned.take(observation) : given[0].observe(observation)
    }

    public mutating func clockWasSet(events: Nanoseconds, arrivals: Nanoseconds) {
        learned.move(by: events)
    }
}

extension Sample.Kind {
    /// Whether there is a finite value.
    var hasValue: Bool {
        switch self {
        case .number, .boolean, .word: true
        case .missing, .infinite, .unreadable: false
        }
    }
}
