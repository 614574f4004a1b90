/// Expected and filled slots over the last 16 whole blocks of event time: what `completeness` looks
/// back on.
///
/// Shape: 200 bytes, no references. A sample within the newest block costs two additions; the end
/// of a block moves it into the ring, and a gap ends at most 16 blocks.
struct SlotBlocks: Sendable {
    static let count = 16

    struct Total: Sendable {
        var expected: Int64 = 0
        var filled: Int64 = 0
    }

    /// What a step forward has completed.
    enum Completion {
        case none
        /// At least one block.
        case block
        /// A window aligned with 1970, with its total; nil where it was not seen whole.
        case window(Total?)
    }

    private var expected = InlineArray<16, UInt32>(repeating: 0)
    private var filled = InlineArray<16, UInt32>(repeating: 0)
    /// Length of a block, in nanoseconds.
    private var width: Int64 = 1
    /// Number of the block that is being filled, from 1970; its counts are beside the ring.
    private var block: Int64 = 0
    private var current = (expected: UInt32(0), filled: UInt32(0))
    /// The sum of the ring.
    private var sum = Total()
    /// Where the block ends, in nanoseconds since 1970.
    private var edge: Int64 = 0
    /// Event time of the newest sample, in nanoseconds since 1970.
    private var newest: Int64 = 0
    /// Whole blocks in the ring since the start, up to 16; -1 while the first, partial one lasts.
    private var whole: Int32 = -1
    /// The newest block in which slots were left out; see `advance(past:)`.
    private var excused = Int64.min

    init() {}

    /// Starts with a sample whose slot is expected. Its block counts only if the sample opens it.
    init(window: Nanoseconds, startingAt time: EventTime) {
        width = max(1, window.count / Int64(Self.count))
        newest = time.nanoseconds
        block = newest.dividedDown(by: width)
        whole = block &* width == newest ? 0 : -1
        edge = (block + 1) &* width
        current.expected = 1
    }

    /// Whether the time lies less than a window after the newest sample, and not before it.
    func reaches(_ time: EventTime) -> Bool {
        let step = Nanoseconds(from: newest, to: time.nanoseconds).count
        return step >= 0 && step / Int64(Self.count) < width
    }

    /// Marks the newest expected slot as filled.
    mutating func fill() {
        current.filled.addSaturating(1)
    }

    /// A sample behind the newest one fills a slot of its block that was skipped, if there is one.
    mutating func fillLate(at time: EventTime) {
        let number = time.nanoseconds.dividedDown(by: width)
        if number == block {
            if current.filled < current.expected { current.filled += 1 }
            return
        }
        guard number < block, block - number <= Int64(max(whole, 0)) else { return }
        let slot = place(of: number)
        guard filled[slot] < expected[slot] else { return }
        filled[slot] += 1
        sum.filled += 1
    }

    /// Moves on to a sample that stands `slots` slots after the newest one; `reaches` it. The slots
    /// that were skipped are expected where they lie.
    mutating func advance(to time: EventTime, slots: Int32) -> Completion {
        let start = newest
        let advanced = UInt32(clamping: slots)
        newest = time.nanoseconds
        guard newest >= edge else {
            current.expected.addSaturating(advanced)
            return .none
        }
        let target = newest.dividedDown(by: width)
        var completion = Completion.block
        var placed: UInt32 = 0
        while block < target {
            let due = max(placed, slotsBefore(edge, of: advanced, from: start))
            current.expected.addSaturating(due - placed)
            placed = due
            close()
            if place(of: block) == 0 { completion = .window(total) }
        }
        current.expected.addSaturating(advanced - placed)
        return completion
    }

    /// Moves on to a sample before which slots are missing that somebody else has told of: its own
    /// is expected, they are not.
    mutating func advance(past time: EventTime, slots: Int32) -> Completion {
        let completion = advance(to: time, slots: min(slots, 1))
        excused = block
        return completion
    }

    /// Whether some slots of the last 16 whole blocks were left out.
    var isExcused: Bool { excused >= block - Int64(Self.count) }

    /// Where the last 16 whole blocks begin, or the last window aligned with 1970.
    func begin(isAligned: Bool) -> EventTime {
        let end = isAligned ? block - block & Int64(Self.count - 1) : block
        return EventTime(nanoseconds: (end - Int64(Self.count)) &* width)
    }

    /// Whether there have been 16 whole blocks.
    var isWhole: Bool { whole >= Int32(Self.count) }

    /// The sum of the last 16 whole blocks; nil before there are as many.
    var total: Total? { isWhole ? sum : nil }

    private mutating func close() {
        let slot = place(of: block)
        sum.expected += Int64(current.expected) - Int64(expected[slot])
        sum.filled += Int64(current.filled) - Int64(filled[slot])
        expected[slot] = current.expected
        filled[slot] = current.filled
        current = (0, 0)
        whole = min(whole + 1, Int32(Self.count))
        block += 1
        edge = (block + 1) &* width
    }

    /// How many of the `advanced` slots between `start` and the newest sample lie before an edge:
    /// they stand at equal distances, the last one at the sample itself. At the very ends of time
    /// an edge may wrap around; then the number is wrong, and nothing worse.
    private func slotsBefore(_ edge: Int64, of advanced: UInt32, from start: Int64) -> UInt32 {
        guard advanced > 1 else { return 0 }
        let share = Double(edge &- start) / Double(newest &- start)
        let before = (share * Double(advanced)).rounded(.up) - 1
        return UInt32(min(max(before, 0), Double(advanced - 1)))
    }

    private func place(of block: Int64) -> Int {
        Int(block & Int64(Self.count - 1))
    }
}

extension UInt32 {
    fileprivate mutating func addSaturating(_ other: UInt32) {
        let (sum, overflow) = addingReportingOverflow(other)
        self = overflow ? .max : sum
    }
}
