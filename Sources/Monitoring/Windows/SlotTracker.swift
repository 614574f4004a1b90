/// Counts the slots of a periodic feed: which were expected, which were filled.
///
/// A slot is one period wide and centred where a sample is due. The grid follows the feed: each
/// sample in order pulls its phase by an eighth of its distance and its period by a 256th (a
/// critically damped phase-locked loop), so jitter, a slightly wrong period and a drifting device
/// clock do not fill one slot twice and leave the next one empty. The period stays within 1 % of a
/// declared one, and within 20 % of a learned one, so a device that runs slow is still seen. Expected
/// slots of a minute are the centres that lie in it; skipped slots count, and a dead feed's grid goes
/// on.
///
/// The last 64 slots are remembered as bits: a sample that comes out of order fills its own slot
/// exactly once. Further back it is taken to fill an absent one. 48 bytes, about 3 ns per sample.
struct SlotTracker: Sendable {
    /// What a sample means for the slots.
    struct Step: Sendable {
        /// Slots after the newest one: 0 the same, 1 the next, more: some were skipped; negative:
        /// before it.
        var advance: Int64
        /// Number of the sample's slot on the feed's grid.
        var slot: Int64
    }

    /// 0 while no period is known.
    private(set) var period: Int64 = 0
    /// What the period may not stray from, and by how much at most.
    private var nominal: Int64 = 0
    private var leeway: Int64 = 0
    /// Centre of the newest slot, nanoseconds since 1970.
    private var centre: Int64 = 0
    /// Number of the newest slot.
    private var newest: Int64 = 0
    /// Bit j: slot `newest − j` is filled.
    private var filled: UInt64 = 0

    var isKnown: Bool { period > 0 }

    var newestSlot: Int64 { newest }

    /// Starts a grid with a slot at `time`, or keeps the grid and changes its period.
    mutating func setPeriod(_ period: Nanoseconds, isDeclared: Bool, at time: EventTime) {
        if self.period == 0 { centre = time.nanoseconds }
        self.period = period.count
        nominal = period.count
        leeway = isDeclared ? period.count / 100 : period.count / 5
    }

    /// The clock that the feed runs on was set: the grid moves with it, and no slot is skipped.
    mutating func move(by length: Nanoseconds) { centre.addSaturating(length) }

    /// Moves the grid so that a slot is centred at `time`, after a clock switch. The slot keeps the
    /// number that it has on the old grid: the slots of a minute are the difference of two numbers.
    mutating func restart(at time: EventTime) {
        let advance = (time.nanoseconds - centre + period / 2).dividedDown(by: period)
        newest += advance
        centre = time.nanoseconds
        // A shift by 64 bits or more, either way, leaves none.
        filled = advance < 0 ? filled >> advance.magnitude : filled << advance.magnitude
    }

    /// Number of the last slot whose centre lies before `time`.
    func lastSlot(before time: Int64) -> Int64 {
        newest + (time - 1 - centre).dividedDown(by: period)
    }

    /// Places a sample; in order it moves the grid.
    mutating func place(_ time: EventTime) -> Step {
        let distance = time.nanoseconds - centre
        let advance = (distance + period / 2).dividedDown(by: period)
        if advance > 0 {
            filled = advance < 64 ? filled << UInt64(advance) : 0
            newest += advance
            let expected = centre + advance * period
            let error = time.nanoseconds - expected
            centre = expected + error / 8
            let pulled = period + error / (256 * advance)
            period = min(max(pulled, nominal - leeway), nominal + leeway)
            return Step(advance: advance, slot: newest)
        }
        if advance == 0 { centre += distance / 8 }
        return Step(advance: advance, slot: newest + advance)
    }

    /// Marks a slot filled. - Returns: whether it was not before.
    mutating func fill(_ slot: Int64) -> Bool {
        let back = newest - slot
        guard back < 64 else { return true }
        let bit = UInt64(1) << UInt64(back)
        guard filled & bit == 0 else { return false }
        filled |= bit
        return true
    }

    /// Takes back what `fill` marked: the sample turned out to be no good.
    mutating func empty(_ slot: Int64) {
        let back = newest - slot
        guard back >= 0, back < 64 else { return }
        filled &= ~(UInt64(1) << UInt64(back))
    }
}
