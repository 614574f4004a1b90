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
    var timeline: FeedTimeline
    private var cadence = ArrivalCadence()
    var checks: CheckSet
    var episodes = EpisodeBook()
    private var profile = FeedProfile()
    var lastArrivalAt: ReceiveTime?
    private(set) var lastValue = Double.nan
    var lastValueAt = EventTime(nanoseconds: 0)
    var circumstances = FeedTimeline.Circumstances()
    var createdAt: ReceiveTime
    private let rememberedSilenceLimit: Nanoseconds?
    /// Time since the last message in which nothing could come: connections that were down,
    /// standstills. Negative for a feed of an earlier run, by how long it had been silent.
    var absence = Nanoseconds(0)
    private var isKindNew = false
    /// Nothing could come for a while since the last message: the time until the next one is no
    /// interval, and some of it is in `absence`.
    var isCadenceInterrupted = false
    /// Of a feed of an earlier run: what is known to be well in this one.
    var proof: RestartProof?

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
            settle(observation, into: &output)
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
        var requests = BaselineRequest()
        profile.look(at: &observation)
        var isWaiting = observation.profile.isEntered
        for entry in checks.plan.entries(askedAbout: observation) {
            observation.marks = episodes.marks
            if isWaiting, entry.gate == .none {
                isWaiting = false
                profile.enter(&observation)
            }
            let answer = checks.observe(entry, observation)
            requests.formUnion(answer.request)
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
            guard answer.verdict.isFlagged else { continue }
            if entry.id == CheckCatalogue.gap {
                observation.followsToldGap = episodes.isConfirmed(entry.id)
            } else if entry.gate == .isValue {
                observation.profile.isEntered = false
                isWaiting = false
            }
        }
        if isWaiting { profile.enter(&observation) }
        learn(&observation, requests, into: &output)
        return observation.kind.isEmpty ? .missing : verdict
    }

    /// Whether an answer matters to the episodes. A good one is noted for the proof after a restart.
    private mutating func isToBeRecorded(_ answer: Assessment, of check: CheckID) -> Bool {
        if answer.verdict == .good, proof != nil { proof?.noteGood(check) }
        if answer.verdict.isFlagged { return true }
        let isNews = answer.verdict == .good || !answer.request.isEmpty
        return isNews && episodes.isOpen(check)
    }

    /// Hands an answer to the episodes where it matters: flagged, or good while one is open.
    mutating func record(
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
                period: period ?? Nanoseconds(0),
            ),
            log: &output.log,
            detail: detail(),
        )
    }

    // MARK: The profile

    /// What the baseline has learned from, of what it needs; nil where there are no numbers.
    var learning: FeedDescription.Learning? {
        guard kind == .number else { return nil }
        return FeedDescription.Learning(
            seen: Int16(profile.progress),
            needed: Int16(Baseline.learning),
        )
    }

    private mutating func learn(
        _ observation: inout Observation,
        _ requests: BaselineRequest,
        into output: inout Output,
    ) {
        guard observation.arrival == .inOrder else { return }
        if requests.contains(.endShift) {
            let isLasting = requests.contains(.acceptLevel)
            episodes.close(
                .levels,
                at: observation.receivedAt,
                detail: isLasting ? "it lasts: the new level is the feed's baseline now" : "",
                log: &output.log,
            )
        }
        observation.marks = episodes.marks
        if observation.profile.isEntered {
            profile.learn(observation, requests)
            if profile.isLearned, !observation.profile.isLearned { isDescriptionStale = true }
        } else {
            profile.refuse(observation, requests)
        }
    }

    /// Confirms what waited for every check to have answered.
    private mutating func settle(_ observation: borrowing Observation, into output: inout Output) {
        guard observation.arrival == .inOrder else { return }
        episodes.settle(
            checks.plan.policies,
            isRestless: observation.profile.isRestless,
            at: observation.receivedAt,
            log: &output.log,
        )
    }
}
