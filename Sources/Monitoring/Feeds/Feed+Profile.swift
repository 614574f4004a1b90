// A feed and what it has learned of its values.

extension Feed {
    /// What the baseline has learned from, of what it needs; nil where there are no numbers.
    var learning: FeedDescription.Learning? {
        guard kind == .number else { return nil }
        return FeedDescription.Learning(
            seen: Int16(profile.progress),
            needed: Int16(Baseline.learning),
        )
    }

    /// Its values are others from here on.
    mutating func forgetValues() { profile = FeedProfile() }

    mutating func learn(
        _ place: borrowing ObservationPlace,
        _ requests: BaselineRequest,
        into output: inout Output,
    ) {
        guard place.value.arrival == .inOrder else { return }
        if requests.contains(.endShift) {
            let isLasting = requests.contains(.acceptLevel)
            episodes.close(
                .levels,
                at: place.value.receivedAt,
                detail: isLasting ? "it lasts: the new level is the feed's baseline now" : "",
                log: &output.log,
            )
        }
        place.value.marks = episodes.marks
        if place.value.profile.isEntered {
            profile.learn(place.view, requests)
            let isNew = !place.value.profile.isLearned
            if isNew, profile.isLearned { isDescriptionStale = true }
        } else {
            profile.refuse(place.view, requests)
        }
    }

    /// Confirms what waited for every check to have answered.
    mutating func settle(
        at now: ReceiveTime,
        isRestless: Bool,
        into output: inout Output,
    ) {
        episodes.settle(checks.plan.policies, isRestless: isRestless, at: now, log: &output.log)
    }
}
