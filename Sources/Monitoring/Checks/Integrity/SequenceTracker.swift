/// Which numbers of a publisher's sequence have come, which may still come, and which are lost.
///
/// d is the distance from the highest number so far, by serial arithmetic where numbers begin anew
/// at a modulus (RFC 1982). d = 1 is the next one. 1 < d ≤ `reach` leaves a gap: each number in it
/// may come until its timer ends, and is lost then (the Sparkplug reorder timeout). An old number
/// that is missing, or was given up, fills its place; one with the content of when it came is a
/// duplicate. Anything else is a jump, and believed when the next number follows it (RFC 3550 A.1):
/// a loss where it lies ahead and no modulus makes that ambiguous, else a publisher that began
/// anew.
///
/// Gaps share four timers: with more of them open at once the newest ones are lost together, none
/// earlier than its own timer says. Shape: 190 bytes, no references. About 3 ns a number in order.
struct SequenceTracker: Sendable {
    /// What a number said.
    enum Event: UInt8, Sendable {
        case first
        /// The one that was due.
        case next
        /// Numbers before it are missing.
        case gap
        /// It was missing, or was given up already.
        case filled
        case duplicate
        /// Out of every order: what follows it decides.
        case jump
        /// The publisher began anew.
        case restart
        /// The jump before it was a loss.
        case leap
        /// Not below the modulus.
        case invalid
    }

    struct Step: Sendable {
        var event: Event
        /// Numbers that are given up with this one.
        var lost: Int64
    }

    /// Of numbers that one gap left out.
    private struct Gap: Sendable {
        var openedAt: Int64 = 0
        /// The last of them, as `position` counts.
        var end: UInt32 = 0
    }

    /// How far behind the highest one a missing number is remembered.
    static let window: Int64 = 64
    /// The largest loss that a jump ahead is taken for: an outage of minutes, not a random start.
    static let largestLeap: Int64 = 10_000
    private static let timers = 4
    private static let marksKept = 32

    /// 0: numbers go on without end.
    private let modulus: Int64
    let timeout: Nanoseconds
    private var highest: Int64 = 0
    /// Bit j: number `highest − 1 − j` is missing, and may still come.
    private var missing: UInt64 = 0
    /// Likewise: was given up, came as an unreadable message, or could not come. What comes yet is
    /// late, and no jump.
    private var abandoned: UInt64 = 0
    /// Where a jump was to go on.
    private var expected: Int64 = 0
    private var gaps = InlineArray<4, Gap>(repeating: Gap())
    /// What the last numbers' messages held, by position.
    private var marks = InlineArray<32, UInt16>(repeating: 0)
    /// Counts numbers, received or not; its differences are distances.
    private var position: UInt32 = 0
    /// Unreadable messages since the last number.
    private var unreadable: UInt16 = 0
    private var marksKnown: UInt8 = 0
    private var openGaps: UInt8 = 0
    private(set) var isStarted = false
    private var hasJumped = false

    /// - Parameter modulus: how many numbers there are; 0: without end.
    init(modulus: Int64, timeout: Nanoseconds) {
        self.modulus = modulus
        self.timeout = timeout
    }

    /// Whether numbers may still come that are missing.
    var isWaiting: Bool { missing != 0 }

    /// When the first of them is given up.
    var deadline: ReceiveTime? {
        guard openGaps > 0 else { return nil }
        return ReceiveTime(nanoseconds: gaps[0].openedAt).advanced(by: timeout)
    }

    /// How far ahead and behind a number is taken for late or early, not for another one: within a
    /// quarter of the modulus it is no other's.
    private var reach: Int64 { modulus > 0 ? min(Self.window, modulus / 4) : Self.window }

    // MARK: Numbers

    /// Takes a message's number.
    ///
    /// - Parameters:
    ///   - mark: of what the message holds, so that one that comes twice is recognised.
    ///   - followsOutage: nothing could come for a while: what was left out meanwhile is nobody's
    ///     loss but ours.
    mutating func take(
        _ number: Int64,
        mark: UInt16,
        at now: ReceiveTime,
        followsOutage: Bool = false,
    ) -> Step {
        if followsOutage { waitAnew(from: now) }
        var step = Step(event: .invalid, lost: expire(at: now))
        guard modulus == 0 || (0..<modulus).contains(number) else { return step }
        guard isStarted else {
            begin(with: number, mark)
            step.event = .first
            return step
        }
        let ahead = distance(to: number)
        if ahead == 1 {
            step.event = .next
            advance(by: 1, to: number, mark, &step.lost)
        } else if let ahead, ahead > 1, ahead <= reach {
            step.event = .gap
            open(ahead - 1, at: now, isExcused: followsOutage, to: number, mark, &step.lost)
        } else if let ahead, ahead <= 0, ahead >= -reach, let event = place(old: -ahead, mark) {
            step.event = event
        } else if followsOutage {
            step.event = .restart
            begin(with: number, mark)
        } else {
            return jump(to: number, mark, step)
        }
        hasJumped = false
        return step
    }

    /// A message came whose number could not be read: one of those that will be missing.
    mutating func noteUnreadable() { if unreadable < .max { unreadable += 1 } }

    /// How far ahead of the highest one a number lies, negative: behind it; nil where that is further
    /// than can be counted. With a modulus the nearer side counts.
    private func distance(to number: Int64) -> Int64? {
        let (difference, overflow) = number.subtractingReportingOverflow(highest)
        guard modulus > 0 else { return overflow ? nil : difference }
        let ahead = difference < 0 ? difference + modulus : difference
        return ahead <= modulus / 2 ? ahead : ahead - modulus
    }

    private mutating func begin(with number: Int64, _ mark: UInt16) {
        isStarted = true
        highest = number
        missing = 0
        abandoned = 0
        openGaps = 0
        unreadable = 0
        marksKnown = 0
        hasJumped = false
        remember(mark)
    }

    private mutating func remember(_ mark: UInt16) {
        position &+= 1
        marks[slot(0)] = mark
        if marksKnown < Self.marksKept { marksKnown += 1 }
    }

    /// Moves on to the number that was due, or past some that are missing.
    private mutating func advance(
        by steps: Int64,
        to number: Int64,
        _ mark: UInt16,
        _ lost: inout Int64,
    ) {
        highest = number
        unreadable = 0
        if missing != 0 {
            // What is pushed out of the window cannot fill its place any more.
            let kept = UInt64(Self.window - steps)
            if kept < 64 { lost += giveUp(missing & (UInt64.max << kept)) }
            missing = steps < 64 ? missing << UInt64(steps) : 0
        }
        abandoned = steps < 64 ? abandoned << UInt64(steps) : 0
        position &+= UInt32(steps - 1)
        marksKnown = UInt8(min(Int64(marksKnown) + steps - 1, Int64(Self.marksKept)))
        remember(mark)
    }

    private mutating func open(
        _ count: Int64,
        at now: ReceiveTime,
        isExcused: Bool,
        to number: Int64,
        _ mark: UInt16,
        _ lost: inout Int64,
    ) {
        let known = isExcused ? count : min(count, Int64(unreadable))
        advance(by: count + 1, to: number, mark, &lost)
        let left = (UInt64(1) << UInt64(count)) - 1
        let told = (UInt64(1) << UInt64(known)) - 1
        abandoned |= told
        missing |= left & ~told
        guard left != told else { return }
        let gap = Gap(openedAt: now.nanoseconds, end: position &- 1)
        if openGaps < Self.timers { openGaps += 1 }
        gaps[Int(openGaps) - 1] = gap
    }

    /// An old number: one that is missing, or one that came; nil where it is neither.
    private mutating func place(old back: Int64, _ mark: UInt16) -> Event? {
        if back > 0 {
            let bit = UInt64(1) << UInt64(back - 1)
            if missing & bit != 0 {
                missing &= ~bit
                marks[slot(back)] = mark
                if missing == 0 { openGaps = 0 }
                return .filled
            }
            if abandoned & bit != 0 {
                abandoned &= ~bit
                marks[slot(back)] = mark
                return .filled
            }
        }
        guard back < Int64(marksKnown) else { return nil }
        return marks[slot(back)] == mark ? .duplicate : nil
    }

    private func slot(_ back: Int64) -> Int {
        Int((position &- UInt32(back)) % UInt32(Self.marksKept))
    }

    /// A number that no order explains, or the one that follows it.
    private mutating func jump(to number: Int64, _ mark: UInt16, _ before: Step) -> Step {
        var step = before
        guard hasJumped, number == expected else {
            hasJumped = true
            expected = modulus > 0 && number == modulus - 1 ? 0 : number &+ 1
            step.event = .jump
            return step
        }
        // The first number after the jump was `number − 1`.
        let left = (distance(to: number) ?? 0) &- 2
        step.lost += giveUp(missing)
        let isLoss = modulus == 0 && left > 0 && left <= Self.largestLeap
        step.event = isLoss ? .leap : .restart
        if isLoss { step.lost += max(0, left - Int64(unreadable)) }
        begin(with: number, mark)
        return step
    }

    // MARK: Timers

    /// Gives up what has not come in time. - Returns: how many numbers are lost.
    mutating func expire(at now: ReceiveTime) -> Int64 {
        var lost: Int64 = 0
        while let deadline, deadline <= now {
            let depth = UInt64(position &- 1 &- gaps[0].end)
            for index in 1..<Self.timers { gaps[index - 1] = gaps[index] }
            openGaps -= 1
            if depth < 64 { lost += giveUp(missing & (UInt64.max << depth)) }
        }
        return lost
    }

    /// - Returns: how many numbers that is.
    private mutating func giveUp(_ numbers: UInt64) -> Int64 {
        missing &= ~numbers
        abandoned |= numbers
        if missing == 0 { openGaps = 0 }
        return Int64(numbers.nonzeroBitCount)
    }

    /// Timers stand still while nothing can come.
    private mutating func waitAnew(from now: ReceiveTime) {
        for index in 0..<Int(openGaps) { gaps[index].openedAt = now.nanoseconds }
    }

    /// The gateway's clock was set.
    mutating func move(by length: Nanoseconds) {
        for index in 0..<Int(openGaps) { gaps[index].openedAt.addSaturating(length) }
    }
}
