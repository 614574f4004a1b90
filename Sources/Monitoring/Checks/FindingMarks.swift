/// Which findings of a feed are open at a moment.
///
/// Checks with learned limits see them in `Observation.marks`, so that one fault is not learned by
/// the others as a habit of the feed.
struct FindingMarks: Sendable, Equatable {
    /// Begun and not ended.
    var open = CheckMask()
    /// Of those, flagged often enough to concern a person.
    var confirmed = CheckMask()
    /// Of the open ones, those that the last answer flagged.
    var flagged = CheckMask()

    func isOpen(_ group: CheckMask) -> Bool { open.intersects(group) }
    func isConfirmed(_ group: CheckMask) -> Bool { confirmed.intersects(group) }
    func isFlagged(_ group: CheckMask) -> Bool { flagged.intersects(group) }

    /// Another check says already what a change of level would be: noise, or another unit.
    var isNoiseOrUnit: Bool { isConfirmed(.noise) || isFlagged(.unit) }

    /// Flagged, and about to be confirmed.
    func isPending(_ group: CheckMask) -> Bool {
        flagged.subtracting(confirmed).intersects(group)
    }

    mutating func close(_ group: CheckMask) {
        open = open.subtracting(group)
        confirmed = confirmed.subtracting(group)
        flagged = flagged.subtracting(group)
    }
}
