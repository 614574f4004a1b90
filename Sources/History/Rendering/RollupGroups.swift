import Monitoring

/// Makes rows of a longer step of stored ones, as they come, oldest first: counts and sums add up
/// exactly, extremes are those of all.
struct RollupGroups {
    private let step: HistoryStep
    private var open: StoredRollup?

    init(step: HistoryStep) {
        self.step = step
    }

    /// Takes the next stored row.
    /// - Returns: the row before it, where that is complete with this.
    mutating func add(_ row: StoredRollup) -> StoredRollup? {
        // As stored: also the two rows of a start in which a feed was forgotten and came back.
        if step.multiple == 1 { return row }
        let start = step.start(of: row.start)
        if open?.start == start {
            open?.add(row)
            return nil
        }
        defer {
            open = row
            open?.start = start
        }
        return open
    }

    /// The last row; it may be incomplete, where its time is not over.
    mutating func finish() -> StoredRollup? {
        defer { open = nil }
        return open
    }
}
