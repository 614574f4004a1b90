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
/// Definition, at the end of each block of event time: filled ÷ expected slots of the last whole
/// window; `fail` where it is under `fail`, else `suspect` where it is under `min`, else good. A slot
/// is filled by a sample with a usable value, also one that comes out of order. The window is
/// divided into 16 blocks aligned with 1970; `sliding` judges the last 16 whole blocks at the end of
/// each, `tumbling` whole windows. The answer comes with the first sample after the block. Unknown
/// between blocks, until one whole window has passed since the first sample, and again after a lost
/// connection, unreadable messages, a changed period or a gap as long as the window.
///
/// The window is `window` or the smallest multiple of it that holds 20 slots: with fewer, one lost
/// sample would be under the default of 95 %. The observed quantity is the fraction, and a finding
/// begins where the first incomplete window does. 241 bytes of state, about 13 ns at two blocks a
/// sample, 4 ns within one.
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
                defaultText: "0.95",
                meaning: """
                    The least fraction of filled slots. 0.95: of a minute at 1 Hz three samples may \
                    be lost, more than any healthy network loses.
                    """,
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

    private static let leastSlots = 20.0

    private let minimum: Double
    private let fail: Double
    private let window: Nanoseconds
    private let isTumbling: Bool
    private var blocks = SlotBlocks()
    /// The period that the blocks were laid out for; 0 before the first sample.
    private var period = Nanoseconds(0)
    private var isSlotFilled = false

    public init?(parameters: CheckParameters, feed: CheckContext) {
        minimum = parameters.number("min") ?? 0.95
        fail = parameters.number("fail") ?? -1
        window = max(parameters.duration("window") ?? feed.window, .milliseconds(1))
        isTumbling = parameters.choice("mode") == "tumbling"
    }

    public mutating func observe(_ observation: borrowing ObservationView) -> Assessment {
        let isBad = observation.quality == .bad
        let isUsable = observation.kind.hasValue && !isBad
        guard observation.arrival == .inOrder else {
            if isUsable, period.count > 0 { blocks.fillLate(at: observation.at) }
            return .unknown
        }
        guard observation.period.count > 0 else {
            period = Nanoseconds(0)
            return .unknown
        }
        guard !mustRestart(observation) else {
            restart(observation, isFilled: isUsable)
            return .unknown
        }
        let isNewSlot = observation.slotsAdvanced > 0
        if isNewSlot { isSlotFilled = false }
        let isGapTold = observation.followsToldGap && !blocks.isWhole
        let isTold = observation.followsSilence || isGapTold
        let slots = observation.slotsAdvanced
        let isEndOfWindow =
            isTold && slots > 1
            ? blocks.advance(past: observation.at, slots: slots)
            : blocks.advance(to: observation.at, slots: slots)
        if isUsable, !isSlotFilled {
            isSlotFilled = true
            blocks.fill()
        }
        switch isEndOfWindow {
        case .none: return .unknown
        case .block: return isTumbling ? .unknown : assess(blocks.total, at: observation.at)
        case .window(let total):
            return assess(isTumbling ? total : blocks.total, at: observation.at)
        }
    }

    private func mustRestart(_ observation: borrowing ObservationView) -> Bool {
        guard period.count > 0, observation.newest != nil, !observation.followsOutage,
            !observation.followsUndecodable
        else { return true }
        let change = (observation.period.seconds - period.seconds).magnitude
        let reaches = blocks.reaches(observation.at)
        return change > 0.2 * period.seconds || !reaches
    }

    private mutating func restart(_ observation: borrowing ObservationView, isFilled: Bool) {
        period = observation.period
        let needed = Self.leastSlots * period.seconds / window.seconds
        let length = Nanoseconds(roundingSeconds: max(1, needed.rounded(.up)) * window.seconds)
        blocks = SlotBlocks(window: length, startingAt: observation.at)
        isSlotFilled = isFilled
        if isFilled { blocks.fill() }
    }

    private func assess(_ total: SlotBlocks.Total?, at time: EventTime) -> Assessment {
        guard let total, total.expected > 0 else { return .unknown }
        if blocks.isExcused, Double(total.expected) < Self.leastSlots { return .unknown }
        let fraction = Double(total.filled) / Double(total.expected)
        guard fraction < max(minimum, fail) else { return .good }
        let isFail = fraction < fail
        let begin = blocks.begin(isAligned: isTumbling)
        return Assessment(
            isFail ? .fail : .suspect,
            observed: fraction,
            limit: isFail ? fail : minimum,
            reach: Nanoseconds(from: begin.nanoseconds, to: time.nanoseconds),
        )
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
