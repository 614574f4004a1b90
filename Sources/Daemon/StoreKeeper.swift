import History
import Logging
import Monitoring
import Mosquitto

/// What the engine does about a store that cannot be written: when to try again, when to say so,
/// and when to give up.
///
/// The engine goes on meanwhile: what it brings about gathers in the batch to be committed, up to
/// `Limits.uncommittedRows`.
struct StoreKeeper {
    private struct Failure {
        var error: HistoryError
        var tries = 1
        /// Tries whose error said that trying again does not help, one after the other.
        var hopelessTries = 0
        var nextTry: MonotonicTime
        var isAnnounced = false
    }

    /// What the alarm `system/store` was told last.
    private enum Told { case nothing, failure, overBudget }

    private static let retryInterval = Nanoseconds.seconds(1)

    private let logger: Logger
    private var failure: Failure?
    private var told = Told.nothing
    private var budget = BudgetWatch()
    private var quarantine = QuarantineWatch()
    private var isUpkeepFailing = false

    init(logger: Logger) {
        self.logger = logger
    }

    /// The last commit failed.
    var isFailing: Bool { failure != nil }

    /// The last commit failed, and room is what may be missing: SQLite calls a quota that is used up
    /// an error of the disk.
    var lacksRoom: Bool {
        switch failure?.error.cause {
        case .full, .inputOutput: true
        default: false
        }
    }

    /// Whether it is time for a try: at once, after a failure once a second.
    func mayTry(at now: MonotonicTime) -> Bool {
        guard let failure else { return true }
        return now >= failure.nextTry
    }

    mutating func didCommit(_ outcome: CommitOutcome) {
        if let failure {
            // A short lock that nobody was told of is over without a word.
            if failure.isAnnounced { logger.info("the store can be written again") }
            self.failure = nil
        }
        if quarantine.take(outcome) {
            logger.warning("the quarantine is full; further payloads are counted, not kept")
        }
        if outcome.outboxDropped > 0 {
            logger.error(
                "alarm messages were dropped, the outbox is full",
                metadata: ["count": "\(outcome.outboxDropped)"],
            )
        }
    }

    /// A try failed. What begins the alarm `system/store`, once: at the second failure in a row,
    /// because a lock is often held for a moment; at the first where waiting does not help.
    ///
    /// Throws the error where trying again does not help and has been done often enough: somebody
    /// must look at the file, and what is not committed the broker still has.
    mutating func didFail(
        _ error: HistoryError,
        now: MonotonicTime,
        at time: ReceiveTime,
    ) throws(HistoryError) -> MonitorReport.SystemCondition? {
        let next = now.after(Self.retryInterval)
        var failure = failure ?? Failure(error: error, tries: 0, nextTry: next)
        failure.error = error
        failure.nextTry = next
        failure.tries += 1
        failure.hopelessTries = error.canRetry ? 0 : failure.hopelessTries + 1
        defer { self.failure = failure }
        if failure.hopelessTries >= Limits.hopelessCommits { throw error }
        guard !failure.isAnnounced, failure.tries > 1 || !error.canRetry else { return nil }
        failure.isAnnounced = true
        told = .failure
        logger.error("the store cannot be written", metadata: ["error": "\(error)"])
        return MonitorReport.SystemCondition(
            name: "store",
            isAbnormal: true,
            at: time,
            detail: error.description,
        )
    }

    /// A step of retention was taken. That the bound in bytes cannot be kept is logged, and that it
    /// can be again, each once.
    mutating func didRetain(_ step: RetentionStep, moment: MonotonicTime) {
        isUpkeepFailing = false
        guard budget.take(step, at: moment) else { return }
        if budget.isOver {
            logger.error(
                "the store is larger than it may be, and nothing more may be deleted",
                metadata: ["action": "raise store.retention.maxBytes, or watch fewer feeds"],
            )
        } else {
            logger.info("the store is within its bound again")
        }
    }

    /// How the alarm `system/store` goes on, once for each change, in the cycle after it: a store that
    /// can be written again may be too large, and the other way round. Nothing while a failure is
    /// under way: it is announced at its second try (`didFail`), and an alarm stands until it is over.
    mutating func takeCondition(at now: ReceiveTime) -> MonitorReport.SystemCondition? {
        let due = budget.isOver ? Told.overBudget : .nothing
        guard failure == nil, due != told else { return nil }
        defer { told = due }
        let end =
            told == .failure
            ? "the store can be written again" : "the store is within its bound again"
        return MonitorReport.SystemCondition(
            name: "store",
            isAbnormal: budget.isOver,
            at: now,
            detail: budget.isOver ? Self.overBudget : end,
        )
    }

    private static let overBudget =
        "more than store.retention.maxBytes is in use, and nothing more may be deleted: raise it, or "
        + "watch fewer feeds"

    /// What begins or ends the alarm `system/quarantine`, once, in the cycle after the commit.
    mutating func takeQuarantine(at now: ReceiveTime) -> MonitorReport.SystemCondition? {
        quarantine.takeCondition(at: now)
    }

    /// The daemon ends and something is not stored.
    func giveUp(_ batch: CommitBatch, unacknowledged: Int) {
        guard let failure, !batch.isEmpty || unacknowledged > 0 else { return }
        logger.error(
            "stopped without storing what came last; the broker sends again what it may",
            metadata: [
                "rows": "\(batch.count)", "transitions": "\(batch.transitions.count)",
                "unacknowledged": "\(unacknowledged)", "error": "\(failure.error)",
            ],
        )
    }

    /// Deleting old rows or writing the log back failed: it is tried again, and said once until rows
    /// can be deleted again.
    mutating func noteUpkeepFailure(_ error: HistoryError) {
        guard failure == nil, !isUpkeepFailing else { return }
        isUpkeepFailing = true
        logger.warning("the store's upkeep failed", metadata: ["error": "\(error)"])
    }
}
