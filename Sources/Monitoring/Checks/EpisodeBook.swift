/// Turns the answers of a feed's checks into findings: episodes with a begin and an end.
///
/// The first flagged answer begins an episode. It is confirmed, and so becomes an alarm's business,
/// when `confirm` answers in a row were flagged, or three times as many in all: two lone spikes are
/// two entries in the history, not an alarm, a cable that crackles for ten seconds is one. It ends
/// with a good answer at least `hold` after the last flagged one. Answers that are *unknown* neither
/// open nor close anything, so missing data never ends an episode.
///
/// Empty, and without memory of its own, while nothing is wrong.
struct EpisodeBook: Sendable {
    private struct Episode: Sendable {
        var check: CheckID
        var finding: Finding
        var row: Int32
        /// Flagged often enough to be confirmed, and not to wait only for that.
        var isReady: Bool
        var isSuspended: Bool
        /// When it was flagged last, and what the history knows of it.
        var flaggedAt: ReceiveTime
        var writtenAt: ReceiveTime
        var writtenCount: Int32
    }

    /// How old the numbers of an open finding may be in the history.
    private static let refreshInterval = Nanoseconds.seconds(60)

    /// Facts about the feed that go into a finding.
    struct Circumstances: Sendable {
        var feed: FeedID
        var at: EventTime
        /// When what is flagged here began.
        var begin: EventTime
        var now: ReceiveTime
        var lastValue: Double
        var lastValueAt: EventTime
        var period = Nanoseconds(0)
    }

    /// Samples that a feed's behaviour waits longer where it is restless: it may be noise.
    private static let restlessDelay: UInt8 = 6

    private var episodes: [Episode] = []
    /// Which episodes are open.
    private(set) var marks = FindingMarks()
    /// Samples for which an episode about the feed's behaviour could have been confirmed.
    private var waited: UInt8 = 0

    var isEmpty: Bool { marks.open.isEmpty }

    func isOpen(_ check: CheckID) -> Bool { marks.isOpen(CheckMask(check)) }

    /// Whether an open episode concerns a person.
    func isConfirmed(_ check: CheckID) -> Bool {
        marks.isConfirmed(CheckMask(check))
    }

    /// Whether an open episode waits to be judged anew, after a lost connection.
    func isSuspended(_ check: CheckID) -> Bool {
        isOpen(check) && episodes.contains { $0.check == check && $0.isSuspended }
    }

    /// Takes an answer. - Returns: in steady state, after two comparisons.
    mutating func take(
        _ assessment: Assessment,
        of check: CheckID,
        policy: CheckPlan.EpisodePolicy,
        circumstances: Circumstances,
        log: inout FindingLog,
        detail: @autoclosure () -> String = "",
    ) {
        if assessment.verdict.isFlagged {
            if isOpen(check) {
                extend(assessment, of: check, policy: policy, circumstances, log: &log)
            } else {
                begin(assessment, of: check, policy, circumstances, log: &log, detail())
            }
        } else if isOpen(check) {
            if assessment.request.contains(.confirm) { makeReady(check) }
            if assessment.request.contains(.end) {
                return close(CheckMask(check), at: circumstances.now, detail: "", log: &log)
            }
            guard assessment.verdict == .good else { return }
            end(check, policy: policy, circumstances, log: &log)
        }
    }

    private mutating func makeReady(_ check: CheckID) {
        guard let index = episodes.firstIndex(where: { $0.check == check }) else { return }
        episodes[index].isReady = true
    }

    /// Confirms what waited for the end of its sample: findings of learned limits wait while another
    /// check is about to say better what it is, those about the feed's behaviour for ten samples.
    mutating func settle(
        _ policies: [CheckPlan.EpisodePolicy],
        isRestless: Bool,
        at now: ReceiveTime,
        log: inout FindingLog,
    ) {
        var isBehaviourReady = false
        for index in episodes.indices where episodes[index].isReady {
            let policy = policies[Int(episodes[index].check.index)]
            if policy.delay > 0 { isBehaviourReady = true }
            guard !episodes[index].finding.isConfirmed, !episodes[index].isSuspended else {
                continue
            }
            if let other = policy.waitsFor, marks.isPending(other) { continue }
            let delay = policy.delay + (isRestless ? Self.restlessDelay : 0)
            guard policy.delay == 0 || waited >= delay else { continue }
            confirm(index, at: now, log: &log)
        }
        waited = isBehaviourReady ? waited &+ (waited < .max ? 1 : 0) : 0
    }

    private mutating func confirm(_ index: Int, at now: ReceiveTime, log: inout FindingLog) {
        episodes[index].finding.isConfirmed = true
        marks.confirmed.insert(episodes[index].check)
        log.append(.confirmed, at: now, episodes[index].finding)
    }

    /// Ends the open episodes of a group, whatever the time: what they were about is over.
    mutating func close(
        _ group: CheckMask,
        at now: ReceiveTime,
        detail: String,
        log: inout FindingLog,
    ) {
        guard marks.isOpen(group) else { return }
        for index in episodes.indices.reversed()
        where group.contains(episodes[index].check) {
            if !detail.isEmpty { episodes[index].finding.detail = detail }
            remove(index, at: now, log: &log)
        }
    }

    private mutating func remove(_ index: Int, at now: ReceiveTime, log: inout FindingLog) {
        let episode = episodes.remove(at: index)
        marks.close(CheckMask(episode.check))
        log.append(.ended, at: now, episode.finding)
    }

    /// Writes down what has come to open episodes since they were last written, so that a reader of
    /// the history sees how bad it is before it is over: once a minute, and `atEnd` all of them.
    mutating func refresh(at now: ReceiveTime, atEnd: Bool = false, log: inout FindingLog) {
        for index in episodes.indices {
            let episode = episodes[index]
            guard episode.finding.flaggedCount != episode.writtenCount else { continue }
            let age = Nanoseconds(from: episode.writtenAt.nanoseconds, to: now.nanoseconds)
            guard atEnd || age >= Self.refreshInterval else { continue }
            episodes[index].writtenCount = episode.finding.flaggedCount
            episodes[index].writtenAt = now
            log.append(.updated, at: atEnd ? episode.flaggedAt : now, episode.finding)
        }
    }

    /// The gateway's clock was set: an open finding is told in its new time, or it would seem to last
    /// for hours, or to end before it began.
    ///
    /// - Parameter movesEvents: whether it stands in the gateway's time, not in the device's.
    mutating func setClock(
        _ step: ClockStep,
        of check: CheckID,
        movesEvents: Bool,
        log: inout FindingLog,
    ) {
        guard let index = episodes.firstIndex(where: { $0.check == check }) else { return }
        episodes[index].flaggedAt.move(by: step.length)
        episodes[index].writtenAt.move(by: step.length)
        episodes[index].writtenCount = episodes[index].finding.flaggedCount
        episodes[index].finding.foundAt.move(by: step.length)
        if movesEvents { episodes[index].finding.move(by: step.length) }
        let change: FindingEvent.Change =
            episodes[index].isSuspended ? .suspended : .restated
        log.append(change, at: step.to, episodes[index].finding)
    }

    /// The feed's time moved: so does when an open finding began and was flagged last.
    mutating func move(_ check: CheckID, by length: Nanoseconds) {
        guard let index = episodes.firstIndex(where: { $0.check == check }) else { return }
        episodes[index].finding.move(by: length)
    }

    /// The connection is down: nothing can be judged, nothing ends.
    mutating func suspend(at now: ReceiveTime, log: inout FindingLog) {
        for index in episodes.indices where !episodes[index].isSuspended {
            episodes[index].isSuspended = true
            log.append(.suspended, at: now, episodes[index].finding)
        }
    }

    private mutating func begin(
        _ assessment: Assessment,
        of check: CheckID,
        _ policy: CheckPlan.EpisodePolicy,
        _ circumstances: Circumstances,
        log: inout FindingLog,
        _ detail: String,
    ) {
        let isEnough = policy.confirm <= 1 || assessment.request.contains(.confirm)
        let isReady = isEnough && !assessment.request.contains(.withhold)
        let isConfirmed = isReady && policy.waitsFor == nil
        var finding = Finding(
            id: log.takeIdentifier(),
            feed: circumstances.feed,
            check: check,
            verdict: assessment.verdict,
            begin: circumstances.begin,
            firstFlaggedAt: circumstances.at,
            end: circumstances.at,
            foundAt: circumstances.now,
            flaggedCount: 1,
            isConfirmed: isConfirmed,
            worst: assessment.observed,
            limit: assessment.limit,
            lastValue: circumstances.lastValue,
            lastValueAt: circumstances.lastValueAt,
            detail: detail,
        )
        let isDeclared = assessment.request.contains(.breaksDeclaration)
        finding.isLearned = policy.isLearned && !isDeclared
        episodes.append(
            Episode(
                check: check,
                finding: finding,
                row: 1,
                isReady: isReady,
                isSuspended: false,
                flaggedAt: circumstances.now,
                writtenAt: circumstances.now,
                writtenCount: 1,
            )
        )
        marks.open.insert(check)
        marks.flagged.insert(check)
        if isConfirmed { marks.confirmed.insert(check) }
        log.append(.began, at: circumstances.now, finding)
        if isConfirmed { log.append(.confirmed, at: circumstances.now, finding) }
    }

    private mutating func extend(
        _ assessment: Assessment,
        of check: CheckID,
        policy: CheckPlan.EpisodePolicy,
        _ circumstances: Circumstances,
        log: inout FindingLog,
    ) {
        guard let index = episodes.firstIndex(where: { $0.check == check }) else { return }
        let before = episodes[index].finding
        let wasSuspended = episodes[index].isSuspended
        if episodes[index].row < .max { episodes[index].row += 1 }
        episodes[index].isSuspended = false
        episodes[index].flaggedAt = circumstances.now
        episodes[index].finding.include(assessment, circumstances)
        marks.flagged.insert(check)
        let row = episodes[index].row
        let count = episodes[index].finding.flaggedCount
        let isOften =
            row >= policy.confirm || Int64(count) >= 3 * Int64(policy.confirm)
            || assessment.request.contains(.confirm)
        if isOften, !assessment.request.contains(.withhold) {
            episodes[index].isReady = true
            if policy.waitsFor == nil {
                episodes[index].finding.isConfirmed = true
                marks.confirmed.insert(check)
            }
        }
        let finding = episodes[index].finding
        if finding.isConfirmed, !before.isConfirmed || wasSuspended {
            log.append(.confirmed, at: circumstances.now, finding)
        } else if finding.isConfirmed, finding.verdict != before.verdict {
            log.append(.worsened, at: circumstances.now, finding)
        }
    }

    private mutating func end(
        _ check: CheckID,
        policy: CheckPlan.EpisodePolicy,
        _ circumstances: Circumstances,
        log: inout FindingLog,
    ) {
        guard let index = episodes.firstIndex(where: { $0.check == check }) else { return }
        episodes[index].row = 0
        marks.flagged = marks.flagged.subtracting(CheckMask(check))
        let last = episodes[index].finding.end
        let quiet = Nanoseconds(from: last.nanoseconds, to: circumstances.at.nanoseconds)
        guard quiet >= policy.hold(period: circumstances.period) else { return }
        episodes[index].finding.lastValue = circumstances.lastValue
        episodes[index].finding.lastValueAt = circumstances.lastValueAt
        remove(index, at: circumstances.now, log: &log)
    }
}

extension Finding {
    /// Tells it in another time.
    fileprivate mutating func move(by length: Nanoseconds) {
        begin.move(by: length)
        firstFlaggedAt.move(by: length)
        end.move(by: length)
        lastValueAt.move(by: length)
    }

    fileprivate mutating func include(
        _ assessment: Assessment,
        _ circumstances: EpisodeBook.Circumstances,
    ) {
        end = max(end, circumstances.at)
        if flaggedCount < .max { flaggedCount += 1 }
        lastValue = circumstances.lastValue
        lastValueAt = circumstances.lastValueAt
        let isWorse =
            assessment.verdict.rank > verdict.rank
            || assessment.verdict.rank == verdict.rank
                && (assessment.observed - assessment.limit).magnitude > (worst - limit).magnitude
        if isWorse {
            worst = assessment.observed
            limit = assessment.limit
        }
        verdict = verdict.worse(assessment.verdict)
    }
}

/// Numbers findings and writes down what becomes of them, in order.
struct FindingLog: Sendable {
    private(set) var nextIdentifier: Int64
    var events: [FindingEvent] = []

    init(nextIdentifier: Int64) {
        self.nextIdentifier = nextIdentifier
    }

    mutating func takeIdentifier() -> Int64 {
        defer { nextIdentifier += 1 }
        return nextIdentifier
    }

    mutating func append(_ change: FindingEvent.Change, at now: ReceiveTime, _ finding: Finding) {
        events.append(FindingEvent(change: change, at: now, finding: finding))
    }
}
