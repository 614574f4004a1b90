/// The last sample of a feed in order: a check that needs a successor judges it one sample later, and
/// what it was counted as must then be taken back.
struct PreviousSample: Sendable {
    var at = EventTime(nanoseconds: 0)
    /// *fail* where its row is written and behind us: a check that finds it bad one sample later
    /// then leaves it as it was.
    var verdict = Verdict.fail
    var filledSlot: Int64?
    /// Entered the sums and extremes of its minute.
    var isInStatistics = false
    var value = 0.0
    /// Of its minute without it, to be restored should it turn out to be no good.
    var minimumWithout = Double.nan
    var maximumWithout = Double.nan
}
