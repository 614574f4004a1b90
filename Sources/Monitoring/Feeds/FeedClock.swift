/// Whether a feed's source time can be believed (architecture.md, Time).
///
/// Trusted until 20 samples in a row, or all of 30 s, lie outside `[−revisionHorizon, +maxAhead]`
/// around the gateway's clock with a spread under 10 s: a clock that is wrong by a constant. Then
/// the feed runs on receive time, until 20 samples in a row lie inside again. Single strays are
/// counted `future` or `tooLate`.
struct FeedClock: Sendable {
    /// Where a source time lies against the gateway's clock.
    enum Placement: UInt8, Sendable {
        case inside
        /// More than `maxAhead` in the future.
        case future
        /// Further back than `revisionHorizon`.
        case past
    }

    /// What the clock makes of one sample.
    struct Judgement: Sendable {
        var at: EventTime
        var placement: Placement
        /// Trust was lost or won with this sample: the time axis jumps.
        var isSwitch: Bool
    }

    private static let samplesInARow: UInt8 = 20
    private static let strayTime: Int64 = 30_000_000_000
    private static let spread: Int64 = 10_000_000_000

    private(set) var isTrusted = true
    private var row: UInt8 = 0
    private var lowest: Int64 = 0
    private var highest: Int64 = 0
    private var since = ReceiveTime(nanoseconds: 0)

    mutating func judge(
        _ source: SourceTime?,
        receivedAt: ReceiveTime,
        timing: FeedTiming,
    ) -> Judgement {
        guard let source else {
            return Judgement(at: EventTime(receivedAt), placement: .inside, isSwitch: false)
        }
        let offset = Nanoseconds(from: receivedAt.nanoseconds, to: source.nanoseconds).count
        let placement: Placement =
            offset > timing.maxAhead.count
            ? .future : offset < -timing.revisionHorizon.count ? .past : .inside
        let isSwitch =
            isTrusted
            ? losesTrust(placement, offset: offset, at: receivedAt) : winsTrust(placement)
        if isSwitch { isTrusted.toggle() }
        return isTrusted
            ? Judgement(at: EventTime(source), placement: placement, isSwitch: isSwitch)
            : Judgement(at: EventTime(receivedAt), placement: .inside, isSwitch: isSwitch)
    }

    /// The gateway's clock was set: strays are counted anew, against the clock as it is now.
    mutating func gatewayWasSet(by length: Nanoseconds) {
        row = 0
        since.move(by: length)
    }

    private mutating func losesTrust(
        _ placement: Placement,
        offset: Int64,
        at receivedAt: ReceiveTime,
    ) -> Bool {
        guard placement != .inside else {
            row = 0
            return false
        }
        let width = Nanoseconds(from: min(lowest, offset), to: max(highest, offset))
        if row == 0 || width.count >= Self.spread {
            row = 0
            lowest = offset
            highest = offset
            since = receivedAt
        }
        lowest = min(lowest, offset)
        highest = max(highest, offset)
        row = min(row + 1, Self.samplesInARow)
        let length = Nanoseconds(from: since.nanoseconds, to: receivedAt.nanoseconds)
        let lasted = row > 1 && length.count >= Self.strayTime
        guard row == Self.samplesInARow || lasted else { return false }
        row = 0
        return true
    }

    private mutating func winsTrust(_ placement: Placement) -> Bool {
        row = placement == .inside ? row + 1 : 0
        guard row == Self.samplesInARow else { return false }
        row = 0
        return true
    }
}
