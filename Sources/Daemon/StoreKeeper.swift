import Alarms
import History
import Logging
import Monitoring

/// What the engine does about a store that cannot be written: says so once, tries again once a
/// second, and says when it is over.
struct StoreKeeper {
    private let logger: Logger
    private var failure: HistoryError?
    private var didRecover = false
    private var quarantine = QuarantineWatch()
    private var isUpkeepFailing = false

    init(logger: Logger) {
        self.logger = logger
    }

    mutating func didCommit(_ outcome: CommitOutcome) {
        if failure != nil {
            failure = nil
            didRecover = true
            logger.info("the store can be written again")
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

    /// The transitions to announce although they cannot be stored: the alarm `system/store`, once.
    mutating func didFail(
        _ error: HistoryError,
        pipeline: inout Pipeline,
        at now: ReceiveTime,
    ) -> [AlarmTransition] {
        guard failure == nil else { return [] }
        failure = error
        logger.error("the store cannot be written", metadata: ["error": "\(error)"])
        let known = pipeline.commit.transitions.count
        pipeline.note(
            MonitorReport.SystemCondition(
                name: "store",
                isAbnormal: true,
                at: now,
                detail: error.description,
            )
        )
        return Array(pipeline.commit.transitions[known...])
    }

    /// Waits a second before the next try.
    ///
    /// - Returns: false where the daemon is being stopped; what is not committed then stays
    ///   unacknowledged, and the broker sends it again.
    func mayRetry() async -> Bool {
        do {
            try await Task.sleep(for: .seconds(1))
            return !Task.isCancelled
        } catch {
            return false
        }
    }

    /// What ends the alarm `system/store`, once, in the cycle after the commit that succeeded: its
    /// time is the present, while the commit's batch is as old as the failure was long.
    mutating func takeRecovery(at now: ReceiveTime) -> MonitorReport.SystemCondition? {
        guard didRecover else { return nil }
        didRecover = false
        return MonitorReport.SystemCondition(
            name: "store",
            isAbnormal: false,
            at: now,
            detail: "the store can be written again",
        )
    }

    /// What begins or ends the alarm `system/quarantine`, once, in the cycle after the commit.
    mutating func takeQuarantine(at now: ReceiveTime) -> MonitorReport.SystemCondition? {
        quarantine.takeCondition(at: now)
    }

    /// Deleting old rows or reading the outbox failed: it is tried again in the next cycle, and said
    /// once until it succeeds.
    mutating func noteUpkeepFailure(_ error: HistoryError) {
        guard failure == nil, !isUpkeepFailing else { return }
        isUpkeepFailing = true
        logger.warning("the store's upkeep failed", metadata: ["error": "\(error)"])
    }

    mutating func didUpkeep() { isUpkeepFailing = false }
}
