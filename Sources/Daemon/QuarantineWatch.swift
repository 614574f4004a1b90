import History
import Monitoring

/// Whether the quarantine is full, which is the alarm `system/quarantine`: undecodable messages are
/// then counted, and no longer kept.
///
/// Full without room for one more; over when a tenth is free again, or each row that retention
/// deletes would end the alarm and the next message begin it.
struct QuarantineWatch {
    private static let roomAgain = Limits.quarantineRows / 10

    private var isFull = false
    private var refusedCount = 0
    /// What is not yet said.
    private var hasChanged = false

    /// Takes what a commit did. - Returns: true where the quarantine has just become full.
    mutating func take(_ outcome: CommitOutcome) -> Bool {
        refusedCount += outcome.quarantineRefused
        guard let room = outcome.quarantineRoom else { return false }
        if !isFull, room == 0 {
            isFull = true
            hasChanged.toggle()
            return true
        }
        if isFull, room >= Self.roomAgain {
            isFull = false
            hasChanged.toggle()
        }
        return false
    }

    /// The alarm's begin or end, once.
    mutating func takeCondition(at now: ReceiveTime) -> MonitorReport.SystemCondition? {
        guard hasChanged else { return nil }
        hasChanged = false
        defer { if !isFull { refusedCount = 0 } }
        return MonitorReport.SystemCondition(
            name: "quarantine",
            isAbnormal: isFull,
            at: now,
            detail: isFull
                ? "\(Limits.quarantineRows) undecodable messages are kept, which is the limit; "
                    + "further ones are counted, not kept"
                : "the quarantine has room again; \(refusedCount) messages were not kept",
        )
    }
}
