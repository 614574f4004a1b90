import GRDB
public import Monitoring

/// What one retention step did.
public struct RetentionStep: Sendable, Equatable {
    /// Rows that went because of their age or of the bound in bytes.
    public var rowsDeleted = 0
    /// Pages given back to the file system; the file shrinks at the next checkpoint.
    public var pagesReturned = 0
    /// Feeds whose last row is gone: their numbers may be given again.
    public var releasedFeeds: [FeedID] = []
    /// There is more to do: call again in the next cycle.
    public var isMoreWaiting = false
    /// More than `maxBytes` are in use and nothing may go any more: the bound is too small for the
    /// feeds. `system/store` should say so.
    public var isOverBudget = false

    public init() {}
}

extension HistoryStore {
    /// Deletes what is too old or too much, oldest first, at most `budgetRows` rows, in a
    /// transaction of its own; gives free pages back where they are many.
    ///
    /// By age: each level, and findings, journal and quarantine, by their own setting. By bytes:
    /// while more than `maxBytes` are in use, minutes go first, then quarter hours, message counts,
    /// findings with journal and quarantine, and days last, each down to a floor that stays
    /// whatever the bound (`RetentionPlan`).
    ///
    /// Call it in every cycle or every second. Cost: 30 µs where nothing is to do, else about 2 ms.
    public func retain(
        now: ReceiveTime,
        budgetRows: Int = Limits.retentionRowsPerStep,
    ) throws(HistoryError) -> RetentionStep {
        let plan = RetentionPlan(settings.retention, now: now)
        return try perform("delete old rows from") { database, _ in
            var step = RetentionStep()
            var size = try StoreSize(database)
            let due = try plan.firstDue(in: database, isOverBudget: size.usedBytes > plan.maxBytes)
            if let due {
                // Losing a deletion in a power cut is harmless: it is done again.
                try Self.set(.normal, database)
                var quarantineRows = 0
                try database.inTransaction(.immediate) {
                    step.rowsDeleted = try due.table.delete(
                        before: due.cutoff,
                        atMost: budgetRows,
                        in: database,
                    )
                    if due.table == .quarantine { quarantineRows = step.rowsDeleted }
                    return .commit
                }
                didDelete(quarantineRows: quarantineRows)
                size = try StoreSize(database)
            }
            if due == nil {
                step.releasedFeeds = try FeedRelease.delete(
                    in: database,
                    now: now,
                    atMost: budgetRows,
                )
            }
            step.pagesReturned = try Self.returnPages(of: size, plan: plan, in: database)
            let isStillOver = size.usedBytes > plan.maxBytes
            step.isOverBudget = isStillOver && due == nil
            step.isMoreWaiting =
                due != nil || step.pagesReturned > 0 || !step.releasedFeeds.isEmpty
            return step
        }
    }

    /// Bytes of the file and of its log.
    public func size() throws(HistoryError) -> StoreSize {
        try perform("measure") { database, _ in try StoreSize(database) }
    }

    /// Freed pages are reused, so they are given back only where they are more than a tenth of the
    /// file, or where the file is larger than it may be.
    private static func returnPages(
        of size: StoreSize,
        plan: RetentionPlan,
        in database: Database,
    ) throws -> Int {
        guard size.freePages > 0,
            size.freePages * 10 > size.pages || size.fileBytes > plan.maxBytes
        else { return 0 }
        let count = min(size.freePages, Int64(Limits.vacuumPagesPerStep))
        try set(.normal, database)
        try database.execute(sql: "PRAGMA incremental_vacuum(\(count))")
        return Int(size.freePages - (try StoreSize(database)).freePages)
    }
}
