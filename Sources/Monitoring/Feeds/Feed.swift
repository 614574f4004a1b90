/// One measured quantity and everything that is known of it while it streams.
///
/// A sample is placed in time, shown to the checks, and counted in the window of its minute; what
/// the checks flag becomes findings. All state is of constant size, and equal input gives equal
/// output.
struct Feed: Sendable {
    let id: FeedID
    let rule: Int32
    let broker: UInt8
    private(set) var kind: FeedDescription.Kind
    private var timeline: FeedTimeline
    private var cadence = ArrivalCadence()
    private var checks: CheckSet
    private var episodes = EpisodeBook()
    private(set) var lastArrivalAt: ReceiveTime?
    private(set) var lastValue = Double.nan
    private(set) var lastValueAt = EventTime(nanoseconds: 0)
    private var circumstances = FeedTimeline.Circumstances()
    private var createdAt: ReceiveTime
    private let rememberedSilenceLimit: Nanoseconds?
    /// Time since the last message in which nothing could come: connections that were down,
    /// standstills. Negative for a feed of an earlier run, by how long it had been silent.
    private var absence = Nanoseconds(0)
    private var isKindNew = false
    /// Nothing could come for a while since the last message: the time until the next one is no
    /// interval, and some of it is in `absence`.
    private var isCadenceInterrupted = false
    /// Of a feed of an earlier run: what is known to be well in this one.
    private var proof: RestartProof?

    /// At least this much silence, so that a busy gateway or network is not taken for a dead
    /// sensor.
    private static let leastSilence = Nanoseconds.seconds(2)

    init(_ description: FeedDescription, rule: FeedRule, checks: CheckSet, at now: ReceiveTime) {
        id = description.id
        self.rule = description.rule
        broker = description.broker
        kind = description.kind
        timeline = FeedTimeline(description, rule: rule, at: now)
        self.checks = checks
        createdAt = now
        rememberedSilenceLimit = description.silenceLimit
        if let value = description.lastValue { lastValue = value }
        if let time = description.lastValueAt { lastValueAt = time }
        if description.lastSeenAt != nil { proof = RestartProof() }
    }

    /// Goes on with the silence of an earlier run, which ended then; not with our own downtime.
    mutating func resume(_ description: FeedDescription, stoppedAt: ReceiveTime) {
        guard let seen = description.silentSince else { return }
        let silence = Nanoseconds(from: stoppedAt.nanoseconds, to: seen.nanoseconds)
        absence = min(silence, Nanoseconds(0))
        isCadenceInterrupted = true
    }

    /// How long nothing came although it could have.
    func silence(at now: ReceiveTime) -> Nanoseconds {
        let last = lastArrivalAt ?? createdAt
        return Nanoseconds(from: absence.count, to: now.nanoseconds &- last.nanoseconds)
    }

    var period: Nanoseconds? { timeline.period }
    var origin: Double? { timeline.origin }
    var runsOnReceiveTime: Bool { timeline.runsOnReceiveTime }
    var hasFindings: Bool { !episodes.isEmpty }

    /// The silence limit of the learned cadence, or of an earlier run's; nil while unlearned.
    var silenceLimit: Nanoseconds? {
        cadence.silenceLimit.map { max($0, Self.leastSilence) } ?? rememberedSilenceLimit
    }

    /// What is kept beside the measurements changed: the `feed` row should be written again.
    var isDescriptionStale: Bool {
        get { isKindNew || timeline.isDescriptionStale }
        set {
            isKindNew = newValue
            timeline.isDescriptionStale = newValue
        }
    }

    /// Whether the monitor should look after the feed out of turn.
    var needsAttention: Bool {
        isDescriptionStale || cadence.isRenewed || proof.map { !$0.due.isEmpty } == true
    }

    /// Of a remembered feed: the checks that have come to say good in this run, each once.
    mutating func takeProof() -> CheckMask { proof?.take() ?? CheckMask() }

    // MARK: Messages and samples

    /// A message of the feed's topic came, readable or not: the feed is not silent.
    ///
    /// - Parameter detail: what was wrong with it, in words; asked where a finding begins.
    mutating func take(
        _ message: MessageObservation,
        detail: @autoclosure () -> String = "",
        into output: inout Output,
    ) {
        learnCadence(message.receivedAt)
        if lastArrivalAt == nil {
            isKindNew = true
            timeline.hear(at: message.receivedAt)
        }
        lastArrivalAt = message.receivedAt
        if isCadenceInterrupted {
            isCadenceInterrupted = false
            absence = Nanoseconds(0)
        }
        if message.problem != nil { circumstances.followsUndecodable = true }
        if episodes.isConfirmed(CheckCatalogue.silence) { circumstances.followsSilence = true }
        for entry in checks.plan.messages {
            record(
                checks.observe(entry, message),
                of: entry.id,
                at: EventTime(message.receivedAt),
                now: message.receivedAt,
                into: &output,
                detail: detail(),
            )
        }
    }

    /// A message of the topic came that could not be read. The topic's own feed says so; here it
    /// only ends a silence.
    mutating func noteUndecodable(at now: ReceiveTime, into output: inout Output) {
        take(MessageObservation(receivedAt: now), into: &output)
        circumstances.followsUndecodable = true
    }

    /// A readable message and the sample that it holds for this feed.
    ///
    /// One call and not two: what finds the feed among thousands is paid once.
    ///
    /// - Returns: whether the monitor should look after the feed out of turn.
    mutating func takeReadable(
        _ sample: Sample,
        payloadHash: UInt64,
        receivedAt: ReceiveTime,
        into output: inout Output,
    ) -> Bool {
        let hadFindings = hasFindings
        take(MessageObservation(receivedAt: receivedAt), into: &output)
        take(sample, payloadHash: payloadHash, receivedAt: receivedAt, into: &output)
        return hadFindings || needsAttention
    }

    /// The feed can be heard from here on (its broker is connected): what does not come is missing.
    mutating func expect(from now: ReceiveTime) { timeline.expect(from: now) }

    /// A retained copy: seeds the last value, and proves nothing about the present.
    mutating func seed(_ sample: Sample) {
        guard lastArrivalAt == nil, sample.kind == .number else { return }
        lastValue = sample.value
    }

    /// A sample, after `take(_: MessageObservation)` for its message.
    mutating func take(
        _ sample: Sample,
        payloadHash: UInt64,
        receivedAt: ReceiveTime,
        into output: inout Output,
    ) {
        establishKind(sample)
        var (observation, step) = timeline.place(
            sample,
            payloadHash: payloadHash,
            receivedAt: receivedAt,
            circumstances: circumstances,
            into: &output.rollups,
        )
        observation.feedKind = kind
        if observation.newest == nil { moveEvents(by: timeline.takeJump()) }
        let verdict = judge(&observation, into: &output)
        timeline.count(observation, verdict, step: step, into: &output.rollups)
        if !episodes.isEmpty {
            episodes.refresh(at: receivedAt, log: &output.log)
        }
        guard observation.arrival == .inOrder else { return }
        prove(at: receivedAt)
        circumstances = FeedTimeline.Circumstances()
        if observation.isUsable {
            lastValue = observation.value
            lastValueAt = observation.at
        }
    }

    /// The feed's time goes on elsewhere from this sample on: what stands in it moves along.
    private mutating func moveEvents(by length: Nanoseconds) {
        checks.clockWasSet(events: length, arrivals: Nanoseconds(0))
        for entry in checks.plan.entries where entry.isOfEventTime {
            episodes.move(entry.id, by: length)
        }
    }

    private mutating func learnCadence(_ receivedAt: ReceiveTime) {
        guard let last = lastArrivalAt, receivedAt > last, !isCadenceInterrupted else { return }
        let wasLearned = cadence.isLearned
        cadence.add(Nanoseconds(receivedAt.nanoseconds - last.nanoseconds))
        if cadence.isLearned, !wasLearned { isDescriptionStale = true }
    }

    /// A readable message was judged, with its sample where it holds one.
    mutating func prove(at now: ReceiveTime) { proof?.advance(to: now, checks.plan, episodes) }

    private mutating func establishKind(_ sample: Sample) {
        guard kind == .unknown, sample.kind.feedKind != .unknown else { return }
        kind = sample.kind.feedKind
        isKindNew = true
    }

    // MARK: Checks

    /// Asks every check that applies. - Returns: the sample's class.
    private mutating func judge(
        _ observation: inout Observation,
        into output: inout Output,
    ) -> Verdict {
        let time =
            observation.arrival.isJudged
            ? observation.at : timeline.present(observation.receivedAt)
        var verdict = Verdict.unknown
        for entry in checks.plan.entries(askedAbout: observation) {
            let answer = checks.observe(entry, observation)
            if entry.isGrading {
                if entry.judgesPrevious {
                    timeline.downgradePrevious(to: answer.verdict, into: &output.rollups)
                } else {
                    verdict = verdict.worse(answer.verdict)
                }
            }
            // Asked here and not in `record`: what it would be told is copied for the call.
            guard isToBeRecorded(answer, of: entry.id) else { continue }
            record(
                answer,
                of: entry.id,
                at: entry.judgesPrevious ? timeline.previousAt : time,
                now: observation.receivedAt,
                into: &output,
                seeing: observation,
                detail: observation.kind.complaint,
            )
            if answer.verdict.isFlagged, entry.id == CheckCatalogue.gap {
                observation.followsToldGap = episodes.isConfirmed(entry.id)
            }
        }
        return observation.kind.isEmpty ? .missing : verdict
    }

    /// Whether an answer matters to the episodes. A good one is noted for the proof after a restart.
    private mutating func isToBeRecorded(_ answer: Assessment, of check: CheckID) -> Bool {
        guard answer.verdict == .good else { return answer.verdict.isFlagged }
        if proof != nil { proof?.noteGood(check) }
        return episodes.isOpen(check)
    }

    /// Hands an answer to the episodes where it matters: flagged, or good while one is open.
    private mutating func record(
        _ answer: Assessment,
        of check: CheckID,
        at time: EventTime,
        now: ReceiveTime,
        into output: inout Output,
        seeing observation: Observation? = nil,
        detail: @autoclosure () -> String = "",
    ) {
        guard isToBeRecorded(answer, of: check) else { return }
        let seen = observation.flatMap { $0.kind.isEmpty ? nil : $0 }
        let lasts = CheckCatalogue.types[Int(check.index)].observesDuration
        let reach = lasts ? answer.observed : answer.reach.seconds
        episodes.take(
            answer,
            of: check,
            policy: checks.plan.policies[Int(check.index)],
            circumstances: EpisodeBook.Circumstances(
                feed: id,
                at: time,
                begin: time.moved(back: reach),
                now: now,
                lastValue: seen?.value ?? lastValue,
                lastValueAt: seen == nil ? lastValueAt : time,
            ),
            log: &output.log,
            detail: detail(),
        )
    }

    // MARK: The clock

    /// When the feed wants its next tick: a window to close, or a silence to find.
    func deadline(_ connection: ConnectionState) -> ReceiveTime {
        var earliest = timeline.windowDeadline(lastArrivalAt: lastArrivalAt)
        let pulse = pulse(at: earliest, connection)
        for entry in checks.plan.ticks {
            guard !episodes.isOpen(entry.id) || episodes.isSuspended(entry.id) else { continue }
            if let wanted = checks.deadline(entry, pulse), !connection.isAwaited(for: wanted) {
                earliest = min(earliest, wanted)
            }
        }
        return earliest
    }

    /// Closes windows that nothing else will close, and asks the checks that wait for time.
    ///
    /// - Parameter seenBefore: when its last message came, as far as the history knows.
    /// - Returns: whether one of them waits for a sign of the broker's life.
    mutating func tick(
        at now: ReceiveTime,
        _ connection: ConnectionState,
        seenBefore: ReceiveTime?,
        into output: inout Output,
    ) -> Bool {
        if now >= timeline.windowDeadline(lastArrivalAt: lastArrivalAt) {
            timeline.closeIdle(at: now, into: &output.rollups)
        }
        let pulse = pulse(at: now, connection)
        var isWaiting = false
        for entry in checks.plan.ticks {
            guard let wanted = checks.deadline(entry, pulse), wanted <= now else { continue }
            guard connection.vouches(for: wanted) || isGoingOn(entry.id) else {
                isWaiting = true
                continue
            }
            let answer = checks.tick(entry, pulse)
            let since = EventTime(lastArrivalAt ?? seenBefore ?? pulse.quietSince)
            let wasOpen = episodes.isOpen(entry.id)
            record(answer, of: entry.id, at: since, now: now, into: &output)
            // The history must know when the feed was last seen, should the daemon be killed.
            if !wasOpen, episodes.isOpen(entry.id) { isDescriptionStale = true }
        }
        episodes.refresh(at: now, log: &output.log)
        return isWaiting
    }

    /// Whether a finding needs no further sign: it is open, and no lost connection has put it in doubt.
    private func isGoingOn(_ check: CheckID) -> Bool {
        episodes.isOpen(check) && !episodes.isSuspended(check)
    }

    /// Nothing could be read for a while: what did not come meanwhile is not missing.
    mutating func noteOutage() {
        circumstances.followsOutage = true
        isCadenceInterrupted = true
    }

    /// A time in which nothing could come is over: it is no part of a silence.
    mutating func noteAbsence(from begin: ReceiveTime, to end: ReceiveTime) {
        let begin = max(begin, lastArrivalAt ?? createdAt)
        let length = Nanoseconds(from: begin.nanoseconds, to: end.nanoseconds)
        absence.count.addSaturating(max(length, Nanoseconds(0)))
        isCadenceInterrupted = true
    }

    /// The clock was set far ahead: open minutes end here, the next begins there.
    mutating func leap(to time: ReceiveTime, into output: inout Output) {
        timeline.leap(to: time, into: &output.rollups)
    }

    /// The gateway's clock was set: what is timed by it moves along.
    mutating func setClock(_ step: ClockStep, into output: inout Output) {
        let length = step.length
        lastArrivalAt?.move(by: length)
        createdAt.move(by: length)
        proof?.move(by: length)
        let movesEvents = timeline.runsOnReceiveTime
        if movesEvents { lastValueAt.move(by: length) }
        timeline.setClock(step, into: &output.rollups)
        checks.clockWasSet(events: movesEvents ? length : Nanoseconds(0), arrivals: length)
        for entry in checks.plan.entries where episodes.isOpen(entry.id) {
            let moves = movesEvents || !entry.isOfEventTime
            episodes.setClock(step, of: entry.id, movesEvents: moves, log: &output.log)
        }
    }

    /// The broker connection was lost: nothing is missing that could have come.
    mutating func disconnect(at now: ReceiveTime, into output: inout Output) {
        noteOutage()
        episodes.suspend(at: now, log: &output.log)
    }

    /// Writes out what the open minutes and findings hold, for a shutdown.
    mutating func flush(into output: inout Output) {
        timeline.flush(into: &output.rollups)
        episodes.refresh(at: lastArrivalAt ?? createdAt, atEnd: true, log: &output.log)
    }

    private func pulse(at now: ReceiveTime, _ connection: ConnectionState) -> Pulse {
        Pulse(
            now: now,
            quietSince: max(lastArrivalAt ?? createdAt, connection.upSince),
            isConnected: connection.isUp,
            isSeen: lastArrivalAt != nil,
            learnedLimit: silenceLimit,
            pause: connection.pause.map { Pulse.Pause(end: $0.end, catchUp: $0.catchUp) },
            silence: silence(at: now),
        )
    }
}
