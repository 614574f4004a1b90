/// The open minutes of one feed: the newest, and the one before it until the watermark has passed
/// its end. Everything older is closed: its row is stored, nothing of it is in memory, and a late
/// sample gives a row of its own that is added to the stored one.
///
/// Two open minutes suffice because `allowedLateness` is at most a minute. 280 bytes.
struct MinuteWindows: Sendable {
    static let length: Int64 = 60_000_000_000

    /// Which row a sample belongs to.
    enum Place: Sendable {
        case current
        case previous
        /// The minute is closed: the sample revises it.
        case closed
    }

    private(set) var current: Rollup
    /// The minute before, where `hasPrevious`: no optional, which would be copied for each look.
    private var previous: Rollup
    private(set) var hasPrevious = false
    /// Number of the slot after which the current minute counts; nil where none is expected yet.
    private var currentBoundary: Int64?
    /// The last minute that was closed before the clock went back to it or further, in minutes since
    /// 1970: what closes up to here once more is a revision.
    private var reopenedThrough = Int32.min
    /// The first minute whose slots were counted: what revises an earlier one fills none.
    private var firstCounted = Int64.max

    init(feed: FeedID, minute: Int64, origin: Double) {
        current = Rollup(feed: feed, minute: minute, origin: origin)
        previous = current
    }

    static func minute(of time: EventTime) -> Int64 {
        time.nanoseconds.dividedDown(by: length)
    }

    /// End of the oldest open minute.
    var firstEnd: EventTime {
        EventTime(nanoseconds: ((hasPrevious ? previous.minute : current.minute) + 1) * Self.length)
    }

    func place(of time: EventTime) -> Place {
        let minute = Self.minute(of: time)
        if minute >= current.minute { return .current }
        if hasPrevious, minute == previous.minute { return .previous }
        return .closed
    }

    var countsSlots: Bool { currentBoundary != nil }

    /// From the slot after this on, they are expected.
    mutating func countSlots(after slot: Int64) { currentBoundary = slot }

    /// Whether slots are counted in the minute of a time.
    func countsSlots(at time: EventTime) -> Bool { Self.minute(of: time) >= firstCounted }

    /// Least and greatest value so far of an open minute; NaN where there are none.
    func extremes(_ place: Place) -> (minimum: Double, maximum: Double) {
        switch place {
        case .current: (current.minimum, current.maximum)
        case .previous: (previous.minimum, previous.maximum)
        case .closed: (.nan, .nan)
        }
    }

    /// The first finite value of the feed fixes the origin of its sums.
    mutating func setOrigin(_ origin: Double) {
        if current.statisticsCount == 0 { current.origin = origin }
        if hasPrevious, previous.statisticsCount == 0 { previous.origin = origin }
    }

    /// Opens the minute of a sample that is newer than the current one; closes what the watermark
    /// cannot reach any more. Skipped minutes get empty rows.
    mutating func move(to time: EventTime, slots: SlotTracker, into rollups: inout [Rollup]) {
        let minute = Self.minute(of: time)
        while current.minute < minute { openNext(slots: slots, into: &rollups) }
    }

    /// Closes every minute that ends at or before the watermark.
    mutating func close(
        through watermark: EventTime,
        slots: SlotTracker,
        into rollups: inout [Rollup],
    ) {
        while firstEnd <= watermark {
            if !hasPrevious { openNext(slots: slots, into: &rollups) }
            closePrevious(into: &rollups)
        }
    }

    /// Writes out what the open minutes hold so far and starts them anew, for a shutdown: rows are
    /// additive, so the rest of the minute joins them after the restart.
    mutating func flush(slots: SlotTracker, into rollups: inout [Rollup]) {
        closePrevious(into: &rollups)
        rollups.append(part(slots))
        current = Rollup(feed: current.feed, minute: current.minute, origin: current.origin)
        currentBoundary = nil
    }

    /// The feed's clock was set: closes what is open and goes on in the minute of a time before or
    /// after it, without rows in between. Where it went back, the open minute comes again.
    ///
    /// - Parameter after: the next slot to be counted is the one after this.
    mutating func reopen(
        at time: EventTime,
        after slot: Int64?,
        slots: SlotTracker,
        into rollups: inout [Rollup],
    ) {
        let minute = Self.minute(of: time)
        guard minute != current.minute else { return }
        closePrevious(into: &rollups)
        var part = part(slots)
        if minute < current.minute {
            reopenedThrough = max(reopenedThrough, Int32(clamping: current.minute - 1))
        } else {
            part.isClosed = true
            part.isRevision = isReopened(part.minute)
        }
        rollups.append(part)
        current = Rollup(feed: part.feed, minute: minute, origin: part.origin)
        currentBoundary = slot
    }

    /// The open minute as far as it has come.
    private func part(_ slots: SlotTracker) -> Rollup {
        var part = current
        if let boundary = currentBoundary, slots.isKnown {
            part.expected = Int32(clamping: max(slots.newestSlot - boundary, 0))
            part.filled = max(min(part.filled, part.expected), 0)
        } else {
            part.filled = 0
        }
        return part
    }

    /// The last slot that the open minute counts if it ends now.
    func countedSlot(_ slots: SlotTracker) -> Int64? {
        currentBoundary.map { max(slots.newestSlot, $0) }
    }

    private func isReopened(_ minute: Int64) -> Bool { minute <= Int64(reopenedThrough) }

    /// Closes what is open and opens the minute of a time far ahead, without rows in between.
    mutating func leap(to time: EventTime, slots: SlotTracker, into rollups: inout [Rollup]) {
        openNext(slots: slots, into: &rollups)
        closePrevious(into: &rollups)
        current.minute = max(current.minute, Self.minute(of: time))
        if countsSlots { currentBoundary = slots.lastSlot(before: time.nanoseconds) }
    }

    @inline(__always)
    mutating func update(_ place: Place, _ change: (inout Rollup) -> Void) {
        switch place {
        case .current: change(&current)
        case .previous: change(&previous)
        case .closed: break
        }
    }

    /// Counts a slot as filled, in the minute that holds its centre.
    mutating func addFilled(_ slot: Int64, _ count: Int32 = 1) {
        guard let boundary = currentBoundary else { return }
        if slot > boundary {
            current.filled += count
        } else if hasPrevious {
            previous.filled += count
        }
    }

    private mutating func openNext(slots: SlotTracker, into rollups: inout [Rollup]) {
        closePrevious(into: &rollups)
        let start = (current.minute + 1) * Self.length
        var closing = current
        let boundary = countsSlots ? slots.lastSlot(before: start) : nil
        if let boundary, let first = currentBoundary {
            closing.expected = Int32(clamping: max(boundary - first, 0))
            firstCounted = min(firstCounted, closing.minute)
        }
        previous = closing
        hasPrevious = true
        current = Rollup(feed: closing.feed, minute: closing.minute + 1, origin: closing.origin)
        currentBoundary = boundary
    }

    private mutating func closePrevious(into rollups: inout [Rollup]) {
        guard hasPrevious else { return }
        var row = previous
        row.isClosed = true
        row.isRevision = isReopened(row.minute)
        row.filled = row.expected < 0 ? 0 : max(min(row.filled, row.expected), 0)
        rollups.append(row)
        hasPrevious = false
    }
}
