import History
import Monitoring
import Mosquitto

/// Whether more than `store.retention.maxBytes` is in use although everything that may go is gone.
///
/// Over when it was not so for ten minutes: rows become old enough to go each minute, and a file at
/// its bound would otherwise end the alarm and begin it again with each of them.
struct BudgetWatch {
    private static let calm = Nanoseconds.seconds(600)

    private(set) var isOver = false
    private var lastOverAt: MonotonicTime?

    /// Takes what a step of retention did. - Returns: whether `isOver` has changed.
    mutating func take(_ step: RetentionStep, at moment: MonotonicTime) -> Bool {
        if step.isOverBudget { lastOverAt = moment }
        let wasOver = isOver
        isOver = lastOverAt.map { moment.since($0) < Self.calm } ?? false
        return isOver != wasOver
    }
}
