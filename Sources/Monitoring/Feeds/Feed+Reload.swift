// A feed whose rule was edited, or that another rule claims now.

extension Feed {
    /// What the reload of a configuration means for a feed.
    struct Adoption {
        /// What its rule is now, and what that changes.
        var rule: FeedRule
        var difference: RuleDifference
        /// Its values are read from elsewhere: what was learned of them says nothing any more.
        var readsOtherValues: Bool
        /// The rule's checks as they are made for a new feed.
        var checks: CheckSet
        /// As it is with the rule of now, for a timeline that begins anew.
        var description: FeedDescription
        /// Its broker is connected.
        var isHeard: Bool
    }

    /// Goes on by the rule of now. What was not changed keeps its state. A finding of a check that
    /// begins anew stays open until that check says good; one of a check that is gone ends.
    mutating func adopt(_ adoption: Adoption, at now: ReceiveTime, into output: inout Output) {
        let excluded = adoption.readsOtherValues ? CheckMask.all : adoption.difference.checks
        let former = checks.plan
        checks = checks.goingOn(as: adoption.checks, without: excluded)
        episodes.close(
            checks.plan.absent.subtracting(former.absent),
            at: now,
            detail: "the configuration does not ask this check any more",
            log: &output.log,
        )
        if adoption.readsOtherValues { forgetValues() }
        timeline.timing = adoption.rule.timing
        guard adoption.difference.hasOtherPeriod else { return }
        // As at a restart of the daemon: the open minutes are written as they stand, and what comes
        // after is added to their rows.
        timeline.flush(into: &output.rollups)
        timeline = FeedTimeline(adoption.description, rule: adoption.rule, at: now)
        if adoption.isHeard { timeline.expect(from: now) }
    }
}
