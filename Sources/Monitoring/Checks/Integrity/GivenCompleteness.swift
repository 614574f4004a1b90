/// `completeness` with a given limit: filled slots over a look-back window.
///
/// Shape: 257 bytes, boxed, so that only its users pay for it.
struct GivenCompleteness: Sendable {
    private static let leastSlots = 20.0

    private let minimum: Double
    private let fail: Double
    private let window: Nanoseconds
    private let isTumbling: Bool
    private var blocks = SlotBlocks()
    /// The period that the blocks were laid out for; 0 before the first sample.
    private var period = Nanoseconds(0)
    private var isSlotFilled = false

    init(parameters: CheckParameters, feed: CheckContext) {
        minimum = parameters.number("min") ?? 0.95
        fail = parameters.number("fail") ?? -1
        window = max(parameters.duration("window") ?? feed.window, .milliseconds(1))
        isTumbling = parameters.choice("mode") == "tumbling"
    }

    mutating func observe(_ observation: borrowing ObservationView) -> Assessment {
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
