/// One measured quantity and everything that is known of it while it streams.
///
/// A sample is placed in time, told apart from duplicates, shown to the checks, and counted in the
/// window of its minute; what the checks flag becomes findings. All state is of constant size
/// (see `StateSize`), and equal input gives equal output.
struct Feed: Sendable {
    /// Where a feed writes: findings and closed windows, in order.
    struct Output: Sendable {
        var log: FindingLog
        var rollups: [Rollup] = []
    }

    let id: FeedID
    let rule: Int32
    let broker: UInt8
    let timing: FeedTiming
    private(set) var kind: FeedDescription.Kind
    private(set) var origin: Double?
    /// What is kept beside the measurements changed: the `feed` row should be written again.
    var isDescriptionStale = false

    private var clock = FeedClock()
    private var cadence = ArrivalCadence()
    private var periodEstimator = PeriodEstimator()
    private let declaredPeriod: Nanoseconds?
    private var slots = SlotTracker()
    private var windows: MinuteWindows
    private var duplicates = DuplicateMemory()
    private var checks: CheckSet
    private var episodes = EpisodeBook()

    private var newest: EventTime?
    private(set) var lastArrivalAt: ReceiveTime?
    /// Arrival minus event time of the last sample in order, never negative: an idle feed's
    /// watermark stays that far behind the gateway's clock.
    private var lag: Int64 = 0
    private(set) var lastValue = Double.nan
    private(set) var lastValueAt = EventTime(nanoseconds: 0)
    private var previous = PreviousSample()
    private var followsUndecodable = false
    private var followsOutage = false
    private let createdAt: ReceiveTime
    private let knownSilenceLimit: Nanoseconds?

    /// The last sample in order: a check that needs a successor judges it one sample later.
    private struct PreviousSample: Sendable {
        var at = EventTime(nanoseconds: 0)
        var verdict = Verdict.fail
        var filledSlot: Int64?
    }

    init(_ description: FeedDescription, rule: FeedRule, checks: CheckSet, at now: ReceiveTime) {
        id = description.id
        self.rule = description.rule
        broker = description.broker
        timing = rule.timing
        kind = description.kind
        origin = description.origin
        declaredPeriod = rule.period
        knownSilenceLimit = description.silenceLimit
        self.checks = checks
        createdAt = now
        windows = MinuteWindows(
            feed: description.id,
            minute: MinuteWindows.minute(of: EventTime(now)),
            origin: description.origin ?? 0,
        )
        if let period = rule.period ?? description.period {
            slots.setPeriod(period, at: EventTime(now))
        }
    }

    var period: Nanoseconds? { slots.isKnown ? Nanoseconds(slots.period) : nil }

    /// The silence limit of the learned cadence, at least 2 s, so that a busy gateway or network
    /// is not mistaken for a dead sensor.
    var silenceLimit: Nanoseconds? {
        cadence.silenceLimit.map { max($0, .seconds(2)) } ?? knownSilenceLimit
    }

    var hasFindings: Bool { !episodes.isEmpty }
}

// MARK: Messages and samples

extension Feed {
    /// A message of the feed's topic came, readable or not: the feed is not silent.
    mutating func take(_ message: MessageObservation, into output: inout Output) {
        if let last = lastArrivalAt, message.receivedAt > last, !followsOutage {
            let wasLearned = cadence.isLearned
            cadence.add(Nanoseconds(message.receivedAt.nanoseconds - last.nanoseconds))
            if cadence.isLearned, !wasLearned { isDescriptionStale = true }
        }
        lastArrivalAt = message.receivedAt
        if message.problem != nil { followsUndecodable = true }
        for index in checks.slots.indices where checks.slots[index].scope.contains(.messages) {
            let answer = checks.slots[index].check.observe(message)
            record(
                answer,
                of: index,
                at: EventTime(message.receivedAt),
                now: message.receivedAt,
                into: &output,
                detail: message.detail,
            )
        }
    }

    /// A message of the feed's topic came that could not be read; the topic's own feed says so, here
    /// it only ends a silence.
    mutating func noteUndecodable(at now: ReceiveTime, into output: inout Output) {
        take(MessageObservation(receivedAt: now), into: &output)
        followsUndecodable = true
    }

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
        let source = sample.timeProblem == .none ? sample.sourceTime : nil
        let judgement = clock.judge(source, receivedAt: receivedAt, timing: timing)
        if judgement.isSwitch { restartTimeAxis(at: judgement.at) }
        var observation = Observation(at: judgement.at, receivedAt: receivedAt, value: sample.value)
        observation.describe(sample, source: source, feedKind: kind, isTrusted: clock.isTrusted)
        placeInOrder(&observation, sample, judgement.placement, payloadHash)
        let step = placeInSlot(&observation, into: &output)
        let verdict = judge(observation, into: &output)
        count(observation, verdict, step: step, into: &output)
        if observation.arrival == .inOrder { finish(observation, verdict, into: &output) }
    }

    private mutating func establishKind(_ sample: Sample) {
        guard kind == .unknown else { return }
        switch sample.kind {
        case .number: kind = .number
        case .boolean: kind = .boolean
        case .word: kind = .word
        case .missing, .infinite: return
        }
        isDescriptionStale = true
    }

    private mutating func restartTimeAxis(at time: EventTime) {
        newest = nil
        if slots.isKnown { slots.restart(at: time) }
    }

    private mutating func placeInOrder(
        _ observation: inout Observation,
        _ sample: Sample,
        _ placement: FeedClock.Placement,
        _ payloadHash: UInt64,
    ) {
        observation.newest = newest
        observation.followsUndecodable = followsUndecodable
        observation.followsOutage = followsOutage
        let isBehind = newest.map { observation.at <= $0 } ?? false
        let stamp =
            sample.timeProblem == .none
            ? sample.sourceTime.nanoseconds : sample.hasSequence ? sample.sequence : nil
        var answer = DuplicateMemory.Answer.new
        if let stamp {
            if isBehind || placement != .inside || sample.timeProblem != .none
                || !clock.isTrusted
            {
                answer = duplicates.answer(stamp: stamp, payloadHash: payloadHash)
            }
            if answer != .duplicate {
                duplicates.remember(stamp: stamp, payloadHash: payloadHash)
            }
        }
        observation.isConflicting = answer == .conflict
        observation.arrival =
            switch (answer, placement) {
            case (.duplicate, _): .duplicate
            case (_, .future): .future
            case (_, .past): .tooLate
            case (_, .inside): order(of: observation.at)
            }
    }

    private func order(of time: EventTime) -> Observation.Arrival {
        guard let newest, time < newest else { return .inOrder }
        return windows.place(of: time) == .closed ? .late : .outOfOrder
    }

    private mutating func placeInSlot(
        _ observation: inout Observation,
        into output: inout Output,
    ) -> SlotTracker.Step? {
        guard observation.arrival.isJudged else { return nil }
        if observation.arrival == .inOrder {
            learnPeriod(observation)
            if MinuteWindows.minute(of: observation.at) > windows.current.minute {
                windows.move(to: observation.at, slots: slots, into: &output.rollups)
                reviewPeriod(at: observation.at)
            }
        }
        guard slots.isKnown else { return nil }
        let step = slots.place(observation.at)
        observation.period = Nanoseconds(slots.period)
        if observation.arrival == .inOrder {
            observation.slotsAdvanced = Int32(clamping: step.advance)
        }
        return step
    }

    private mutating func learnPeriod(_ observation: Observation) {
        guard declaredPeriod == nil, let newest, !followsOutage, !followsUndecodable else { return }
        periodEstimator.add(Nanoseconds(observation.at.nanoseconds - newest.nanoseconds))
        if !slots.isKnown, let period = periodEstimator.period {
            slots.setPeriod(period, at: observation.at)
            isDescriptionStale = true
        }
    }

    /// Once a minute: the refined period, or another one that has proved itself.
    private mutating func reviewPeriod(at time: EventTime) {
        guard declaredPeriod == nil, slots.isKnown else { return }
        if periodEstimator.adoptIfChanged() { isDescriptionStale = true }
        if let period = periodEstimator.period { slots.setPeriod(period, at: time) }
    }
}

// MARK: Checks

extension Feed {
    /// Asks every check that applies. - Returns: the sample's class.
    private mutating func judge(
        _ observation: Observation,
        into output: inout Output,
    ) -> Verdict {
        let scope = observation.scope
        var verdict = Verdict.unknown
        for index in checks.slots.indices
        where !checks.slots[index].scope.isDisjoint(with: scope) {
            let answer = checks.slots[index].check.observe(observation)
            var at = observation.at
            if checks.slots[index].judgesPrevious {
                at = previous.at
                if checks.slots[index].isGrading {
                    downgradePrevious(to: answer.verdict, into: &output)
                }
            } else if checks.slots[index].isGrading {
                verdict = verdict.worse(answer.verdict)
            }
            record(
                answer,
                of: index,
                at: at,
                now: observation.receivedAt,
                into: &output,
                value: observation.value,
                valueAt: observation.at,
            )
        }
        return observation.kind == .missing ? .missing : verdict
    }

    private mutating func record(
        _ answer: Assessment,
        of index: Int,
        at time: EventTime,
        now: ReceiveTime,
        into output: inout Output,
        value: Double? = nil,
        valueAt: EventTime? = nil,
        detail: @autoclosure () -> String = "",
    ) {
        let check = checks.slots[index].id
        let isOpen = episodes.isOpen(check)
        guard answer.verdict.isFlagged || (isOpen && answer.verdict == .good) else { return }
        episodes.take(
            answer,
            of: check,
            policy: checks.policies[Int(check.index)],
            circumstances: EpisodeBook.Circumstances(
                feed: id,
                at: time,
                now: now,
                lastValue: value ?? lastValue,
                lastValueAt: valueAt ?? lastValueAt,
            ),
            log: &output.log,
            detail: detail(),
        )
    }

    /// A check that needs a successor has found the sample before this one worse than it counted.
    private mutating func downgradePrevious(to verdict: Verdict, into output: inout Output) {
        guard verdict.isFlagged, verdict.rank > previous.verdict.rank else { return }
        let old = previous.verdict
        previous.verdict = verdict
        update(previous.at, into: &output) { $0.recount(from: old, to: verdict) }
        if verdict == .fail, let slot = previous.filledSlot {
            slots.empty(slot)
            windows.addFilled(slot, -1)
            previous.filledSlot = nil
        }
    }
}

// MARK: Windows

extension Feed {
    private mutating func count(
        _ observation: Observation,
        _ verdict: Verdict,
        step: SlotTracker.Step?,
        into output: inout Output,
    ) {
        switch observation.arrival {
        case .tooLate:
            windows.update(.current) { $0.counts.tooLate += 1 }
            return
        case .future:
            windows.update(.current) { $0.counts.future += 1 }
            return
        case .duplicate:
            let place = windows.place(of: observation.at)
            windows.update(place == .closed ? .current : place) { $0.counts.duplicate += 1 }
            return
        case .inOrder, .outOfOrder, .late: break
        }
        let isUsable = observation.isUsable && verdict != .fail && verdict != .missing
        if isUsable, origin == nil { setOrigin(observation.value) }
        let fills =
            (verdict != .fail && verdict != .missing)
            && step.map { slots.fill($0.slot) }
                ?? false
        if observation.arrival == .inOrder { previous.filledSlot = fills ? step?.slot : nil }
        let isClosed = windows.place(of: observation.at) == .closed
        if fills, !isClosed, let step { windows.addFilled(step.slot) }
        update(observation.at, into: &output) { rollup in
            rollup.count(verdict)
            if isUsable { rollup.add(observation.value) }
            if isClosed {
                rollup.late += 1
                rollup.filled += fills ? 1 : 0
            }
        }
    }

    private mutating func setOrigin(_ value: Double) {
        origin = value
        windows.setOrigin(value)
        isDescriptionStale = true
    }

    /// Changes the open window of a time, or writes a row that revises a closed one.
    private mutating func update(
        _ time: EventTime,
        into output: inout Output,
        _ change: (inout Rollup) -> Void,
    ) {
        let place = windows.place(of: time)
        guard place == .closed else { return windows.update(place, change) }
        var revision = Rollup(
            feed: id,
            minute: MinuteWindows.minute(of: time),
            origin: origin ?? 0,
        )
        revision.isRevision = true
        revision.isClosed = true
        change(&revision)
        output.rollups.append(revision)
    }

    private mutating func finish(
        _ observation: Observation,
        _ verdict: Verdict,
        into output: inout Output,
    ) {
        newest = observation.at
        lag = max(observation.receivedAt.nanoseconds - observation.at.nanoseconds, 0)
        previous.at = observation.at
        previous.verdict = verdict
        followsUndecodable = false
        followsOutage = false
        if observation.isUsable {
            lastValue = observation.value
            lastValueAt = observation.at
        }
        let watermark = EventTime(
            nanoseconds: observation.at.nanoseconds - timing.allowedLateness.count
        )
        if watermark >= windows.firstEnd {
            windows.close(through: watermark, slots: slots, into: &output.rollups)
        }
    }
}

// MARK: The clock

extension Feed {
    /// When the feed wants its next tick: a window to close, or a silence to find.
    func deadline(_ connection: ConnectionState) -> ReceiveTime {
        var earliest = windowDeadline
        let pulse = pulse(at: earliest, connection)
        for index in checks.slots.indices
        where checks.slots[index].scope.contains(.ticks)
            && !episodes.isOpen(checks.slots[index].id)
        {
            if let wanted = checks.slots[index].check.deadline(pulse) {
                earliest = min(earliest, wanted)
            }
        }
        return earliest
    }

    /// Closes windows that nothing will close any more, and asks the checks that wait for time.
    mutating func tick(
        at now: ReceiveTime,
        _ connection: ConnectionState,
        into output: inout Output,
    ) {
        if now >= windowDeadline {
            let watermark = now.nanoseconds - timing.allowedLateness.count - lag
            let before = windows.current.minute
            windows.close(
                through: EventTime(nanoseconds: watermark),
                slots: slots,
                into: &output.rollups,
            )
            if windows.current.minute != before {
                reviewPeriod(at: EventTime(nanoseconds: watermark))
            }
        }
        let pulse = pulse(at: now, connection)
        for index in checks.slots.indices where checks.slots[index].scope.contains(.ticks) {
            guard let wanted = checks.slots[index].check.deadline(pulse), wanted <= now else {
                continue
            }
            let answer = checks.slots[index].check.tick(pulse)
            record(
                answer,
                of: index,
                at: EventTime(pulse.quietSince),
                now: now,
                into: &output,
            )
        }
    }

    /// The broker connection was lost: nothing is missing that could have come.
    mutating func disconnect(at now: ReceiveTime, into output: inout Output) {
        followsOutage = true
        episodes.suspend(at: now, log: &output.log)
    }

    /// Writes out what the open minutes hold, for a shutdown.
    mutating func flush(into output: inout Output) {
        windows.flush(slots: slots, into: &output.rollups)
    }

    /// When the oldest open minute may be closed by the clock: its end has passed by the allowed
    /// lateness, and the feed has been idle for three periods, at least 2 s.
    private var windowDeadline: ReceiveTime {
        let end = windows.firstEnd.nanoseconds + timing.allowedLateness.count + lag
        let idle = max(3 * slots.period, 2_000_000_000)
        let quiet = lastArrivalAt.map { $0.nanoseconds + idle } ?? Int64.min
        return ReceiveTime(nanoseconds: max(end, quiet))
    }

    private func pulse(at now: ReceiveTime, _ connection: ConnectionState) -> Pulse {
        Pulse(
            now: now,
            quietSince: max(lastArrivalAt ?? createdAt, connection.upSince),
            isConnected: connection.isUp,
            isSeen: lastArrivalAt != nil,
            learnedLimit: silenceLimit,
        )
    }
}

extension Observation {
    /// Takes over what the payload says.
    fileprivate mutating func describe(
        _ sample: Sample,
        source: SourceTime?,
        feedKind: FeedDescription.Kind,
        isTrusted: Bool,
    ) {
        sourceTime = source
        timeProblem = sample.timeProblem
        isClockTrusted = isTrusted
        kind = sample.kind
        self.feedKind = feedKind
        quality = sample.quality
    }

    /// Whether the value may enter running statistics.
    fileprivate var isUsable: Bool {
        switch kind {
        case .number, .boolean, .word: quality != .bad
        case .missing, .infinite: false
        }
    }

    /// What applies to this sample.
    fileprivate var scope: CheckScope {
        guard arrival.isJudged else { return .arrivals }
        return arrival == .inOrder && isUsable
            ? [.arrivals, .samples, .ordered] : [.arrivals, .samples]
    }
}

extension MessageObservation {
    /// The finding's words: what could not be read, and where.
    fileprivate var detail: String {
        problem.map { "payload \($0.text), at byte \(offset)" } ?? ""
    }
}
