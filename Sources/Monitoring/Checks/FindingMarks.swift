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

    // Nearly always nothing is open: then the group is not even looked up.

    func isOpen(_ group: @autoclosure () -> CheckMask) -> Bool {
        !open.isEmpty && open.intersects(group())
    }

    func isConfirmed(_ group: @autoclosure () -> CheckMask) -> Bool {
        !confirmed.isEmpty && confirmed.intersects(group())
    }

    func isFlagged(_ group: @autoclosure () -> CheckMask) -> Bool {
        !flagged.isEmpty && flagged.intersects(group())
    }

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
