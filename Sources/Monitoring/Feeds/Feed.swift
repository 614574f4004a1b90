/// One measured quantity and everything that is known of it while it streams.
///
/// A sample is placed in time, shown to the checks, and counted in the window of its minute; what
/// the checks flag becomes findings. All state is of constant size, and equal input gives equal
/// output.
struct Feed: Sendable {
    let id: FeedID
    var rule: Int32
    let broker: UInt8
    private(set) var kind: FeedDescription.Kind
    var timeline: FeedTimeline
    private var cadence = ArrivalCadence()
    var checks: CheckSet
    var episodes = EpisodeBook()
    var profile = FeedProfile()
    var lastArrivalAt: ReceiveTime?
    var lastValue = Double.nan
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
    /// A check for exceptions has flagged something, and counts on.
    var isUneasy = true
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
        if message.problem != nil { noteUnreadable(at: message.receivedAt) }
        if !episodes.isEmpty, episodes.isConfirmed(CheckCatalogue.silence) {
            circumstances.followsSilence = true
        }
        let opened = checks.open()
        let isRoutine = message.problem == nil && !isUneasy && isCalm
        for entry in isRoutine ? checks.plan.routineMessages : checks.plan.messages {
            record(
                opened.observe(entry, message),
                of: entry.id,
                at: EventTime(message.receivedAt),
                now: message.receivedAt,
                into: &output,
                detail: detail(),
            )
        }
        if !isRoutine { isUneasy = !opened.areQuiet(checks.plan) }
    }

    /// A message of the topic came that could not be read. The topic's own feed says so; here it
    /// only ends a silence.
    mutating func noteUndecodable(at now: ReceiveTime, into output: inout Output) {
        take(MessageObservation(receivedAt: now), into: &output)
        noteUnreadable(at: now)
    }

    private mutating func noteUnreadable(at now: ReceiveTime) {
        circumstances.followsUndecodable = true
        for entry in checks.plan.sequences {
            _ = checks.open().observe(entry, MessageObservation(receivedAt: now))
        }
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
        var observation = Observation(of: sample, of: kind, receivedAt: receivedAt, circumstances)
        let step = timeline.place(
            &observation,
            sample,
            payloadHash: payloadHash,
            into: &output.rollups,
        )
        if observation.newest == nil { moveEvents(by: timeline.takeJump()) }
        ObservationPlace.with(&observation) { place in
            let verdict = judge(place, into: &output)
            timeline.count(place.view, verdict, step: step, into: &output.rollups)
        }
        if !episodes.isEmpty {
            if observation.arrival == .inOrder {
                settle(at: receivedAt, isRestless: observation.profile.isRestless, into: &output)
            }
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

    // MARK: Findings

    /// Whether an answer matters to the episodes. A good one is noted for the proof after a restart.
    mutating func isToBeRecorded(_ answer: Assessment, of check: CheckID) -> Bool {
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
        detail: @autoclosure () -> String = "",
    ) {
        guard isToBeRecorded(answer, of: check) else { return }
        let last = (lastValue, lastValueAt)
        let words = detail()
        enter(answer, of: check, at: time, now: now, lastValue: last, into: &output, detail: words)
    }

    mutating func enter(
        _ answer: Assessment,
        of check: CheckID,
        at time: EventTime,
        now: ReceiveTime,
        lastValue: (value: Double, at: EventTime),
        into output: inout Output,
        detail: String,
    ) {
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
                lastValue: lastValue.value,
                lastValueAt: lastValue.at,
                period: period ?? Nanoseconds(0),
            ),
            log: &output.log,
            detail: detail,
        )
    }
}
