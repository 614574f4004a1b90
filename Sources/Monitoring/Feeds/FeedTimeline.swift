/// A feed's place in time: whose clock counts, what is in order, which slots are filled, and the
/// open minutes.
///
/// A sample passes twice: `place` says when it is and in which order, `count` enters it once the
/// checks have given it a class.
struct FeedTimeline: Sendable {
    let feed: FeedID
    let timing: FeedTiming
    private let declaredPeriod: Nanoseconds?
    private(set) var origin: Double?
    private var clock = FeedClock()
    private var duplicates = DuplicateMemory()
    private var periodEstimator = PeriodEstimator()
    private var slots = SlotTracker()
    private var windows: MinuteWindows
    private var newest: EventTime?
    /// Arrival minus event time of the last sample in order, never negative: an idle feed's
    /// watermark stays that far behind the gateway's clock.
    private var lag: Int64 = 0
    /// Whether the last sample in order had a time of its own that counts.
    private var isOnSourceTime = false
    private var previous = PreviousSample()
    /// How far the time axis moved when another clock began to count.
    private var jump = Nanoseconds(0)

    /// Something that is kept beside the measurements changed: origin or period.
    var isDescriptionStale = false

    /// A first value beyond this does not become the origin of the sums: it may be a fill value
    /// such as 9.97e36, whose distance leaves nothing of an ordinary value's digits.
    private static let largestOrigin = 1e12

    init(_ description: FeedDescription, rule: FeedRule, at now: ReceiveTime) {
        feed = description.id
        timing = rule.timing
        origin = description.origin
        declaredPeriod = rule.period
        windows = MinuteWindows(
            feed: description.id,
            minute: MinuteWindows.minute(of: EventTime(now)),
            origin: description.origin ?? 0,
        )
        if let period = rule.period ?? description.period {
            let isDeclared = rule.period != nil
            slots.setPeriod(period, isDeclared: isDeclared, at: EventTime(now))
        }
    }

    var period: Nanoseconds? { slots.isKnown ? Nanoseconds(slots.period) : nil }

    /// Event time of the last sample in order.
    var previousAt: EventTime { previous.at }

    /// The feed's present: where what is found wrong with a sample stands whose own time is not to
    /// be believed.
    func present(_ receivedAt: ReceiveTime) -> EventTime {
        let time = EventTime(nanoseconds: receivedAt.nanoseconds - lag)
        return newest.map { max($0, time) } ?? time
    }

    // MARK: Placing

    /// Places a sample on the time axis, in the feed's order and in its slot.
    mutating func place(
        _ sample: Sample,
        payloadHash: UInt64,
        receivedAt: ReceiveTime,
        circumstances: Circumstances,
        into rollups: inout [Rollup],
    ) -> (observation: Observation, step: SlotTracker.Step?) {
        let source = sample.timeProblem == .none ? sample.sourceTime : nil
        let judgement = clock.judge(source, receivedAt: receivedAt, timing: timing)
        if judgement.isSwitch { restart(at: judgement.at, receivedAt, into: &rollups) }
        var observation = Observation(at: judgement.at, receivedAt: receivedAt, value: sample.value)
        observation.sourceTime = source
        observation.timeProblem = sample.timeProblem
        observation.isClockTrusted = clock.isTrusted
        observation.kind = sample.kind
        observation.quality = sample.quality
        observation.newest = newest
        observation.followsOutage = circumstances.followsOutage
        observation.followsUndecodable = circumstances.followsUndecodable
        let answer = recognise(sample, observation.at, judgement.placement, payloadHash)
        observation.isConflicting = answer == .conflict
        observation.arrival =
            switch (answer, judgement.placement) {
            case (.duplicate, _): .duplicate
            case (_, .future): .future
            case (_, .past): .tooLate
            case (_, .inside): order(of: observation.at)
            }
        let step = placeInSlot(&observation, into: &rollups)
        return (observation, step)
    }

    /// How far the feed's time has moved because another clock began to count; once.
    mutating func takeJump() -> Nanoseconds {
        defer { jump = Nanoseconds(0) }
        return jump
    }

    /// What came between this sample and the last.
    struct Circumstances: Sendable {
        var followsUndecodable = false
        var followsOutage = false
    }

    /// The feed's clock is another one from here on. Behind the open minutes, or far ahead of them,
    /// they are opened anew: else each sample would revise a closed minute until time has caught up,
    /// or there were rows for a time that never was.
    private mutating func restart(
        at time: EventTime,
        _ receivedAt: ReceiveTime,
        into rollups: inout [Rollup],
    ) {
        jump = Nanoseconds(from: present(receivedAt).nanoseconds, to: time.nanoseconds)
        newest = nil
        let ahead = MinuteWindows.minute(of: time) - windows.current.minute
        let isFar = windows.place(of: time) == .closed || ahead > Self.longestHole
        let isKnown = slots.isKnown
        let old = slots
        if isKnown { slots.restart(at: time) }
        guard isFar else { return }
        previous.verdict = .fail
        let slot = isKnown ? slots.newestSlot - 1 : nil
        windows.reopen(at: time, after: slot, slots: old, into: &rollups)
    }

    /// Whether the sample came before. A stamped sample newer than all others cannot have, so a
    /// feed in order only remembers.
    private mutating func recognise(
        _ sample: Sample,
        _ time: EventTime,
        _ placement: FeedClock.Placement,
        _ payloadHash: UInt64,
    ) -> DuplicateMemory.Answer {
        let isStamped = sample.timeProblem == .none
        guard isStamped || sample.hasSequence else { return .new }
        let stamp = isStamped ? sample.sourceTime.nanoseconds : sample.sequence
        let isBehind = newest.map { time <= $0 } ?? false
        let mayBeKnown = isBehind || placement != .inside || !isStamped || !clock.isTrusted
        var answer = DuplicateMemory.Answer.new
        if mayBeKnown { answer = duplicates.answer(stamp: stamp, payloadHash: payloadHash) }
        if answer != .duplicate { duplicates.remember(stamp: stamp, payloadHash: payloadHash) }
        return answer
    }

    private func order(of time: EventTime) -> Observation.Arrival {
        guard let newest, time < newest else { return .inOrder }
        return windows.place(of: time) == .closed ? .late : .outOfOrder
    }

    private mutating func placeInSlot(
        _ observation: inout Observation,
        into rollups: inout [Rollup],
    ) -> SlotTracker.Step? {
        guard observation.arrival.isJudged else { return nil }
        if observation.arrival == .inOrder {
            learnPeriod(observation)
            if MinuteWindows.minute(of: observation.at) > windows.current.minute {
                let before = windows.current.minute
                windows.move(to: observation.at, slots: slots, into: &rollups)
                reviewPeriod(at: observation.at)
                if isDescriptionDue(before, windows.current.minute) { isDescriptionStale = true }
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

    /// Whether a feed that delivers is written down again, so that the history knows when it was last
    /// seen: at other minutes than its neighbours.
    private func isDescriptionDue(_ before: Int64, _ minute: Int64) -> Bool {
        let age = Limits.lastSeenAge.count / MinuteWindows.length
        let number = Int64(feed.index)
        return (before + number).dividedDown(by: age) != (minute + number).dividedDown(by: age)
    }

    private mutating func learnPeriod(_ observation: Observation) {
        guard declaredPeriod == nil, let newest, !observation.followsOutage,
            !observation.followsUndecodable
        else { return }
        periodEstimator.add(Nanoseconds(observation.at.nanoseconds - newest.nanoseconds))
        if !slots.isKnown, let period = periodEstimator.period {
            slots.setPeriod(period, isDeclared: false, at: observation.at)
            isDescriptionStale = true
        }
    }

    /// Once a minute: has another period proved itself?
    private mutating func reviewPeriod(at time: EventTime) {
        guard declaredPeriod == nil, slots.isKnown, periodEstimator.adoptIfChanged(),
            let period = periodEstimator.period
        else { return }
        slots.setPeriod(period, isDeclared: false, at: time)
        isDescriptionStale = true
    }

    // MARK: Counting

    /// Enters a sample with the class that the checks gave it.
    mutating func count(
        _ observation: Observation,
        _ verdict: Verdict,
        step: SlotTracker.Step?,
        into rollups: inout [Rollup],
    ) {
        switch observation.arrival {
        case .tooLate: windows.update(.current) { $0.counts.tooLate += 1 }
        case .future: windows.update(.current) { $0.counts.future += 1 }
        case .duplicate:
            let place = windows.place(of: observation.at)
            windows.update(place == .closed ? .current : place) { $0.counts.duplicate += 1 }
        case .inOrder, .outOfOrder, .late:
            countJudged(observation, verdict, step: step, into: &rollups)
        }
        if observation.arrival == .inOrder { finish(observation, verdict, into: &rollups) }
    }

    private mutating func countJudged(
        _ observation: Observation,
        _ verdict: Verdict,
        step: SlotTracker.Step?,
        into rollups: inout [Rollup],
    ) {
        let isFit = verdict != .fail && verdict != .missing
        let isUsable = isFit && observation.isUsable
        if isUsable, origin == nil, observation.value.magnitude < Self.largestOrigin {
            setOrigin(observation.value)
        }
        let fills = isFit && (step.map { slots.fill($0.slot) } ?? false)
        let isClosed = windows.place(of: observation.at) == .closed
        remember(observation, isUsable: isUsable, filledSlot: fills ? step?.slot : nil)
        if fills, !isClosed, let step { windows.addFilled(step.slot) }
        let isCounted = windows.countsSlots(at: observation.at)
        update(observation.at, into: &rollups) { rollup in
            rollup.count(verdict)
            if isUsable { rollup.add(observation.value) }
            if isClosed {
                rollup.late += 1
                rollup.filled += fills && isCounted ? 1 : 0
            }
        }
    }

    /// Keeps of the last sample in order what is needed to take it back.
    private mutating func remember(
        _ observation: Observation,
        isUsable: Bool,
        filledSlot: Int64?,
    ) {
        let value = observation.value
        if observation.arrival == .inOrder {
            previous.filledSlot = filledSlot
            previous.isInStatistics = isUsable
            previous.value = value
            let extremes = windows.extremes(windows.place(of: observation.at))
            previous.minimumWithout = extremes.minimum
            previous.maximumWithout = extremes.maximum
        } else if isUsable,
            MinuteWindows.minute(of: observation.at) == MinuteWindows.minute(of: previous.at)
        {
            previous.minimumWithout = Double.minimum(previous.minimumWithout, value)
            previous.maximumWithout = Double.maximum(previous.maximumWithout, value)
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
        into rollups: inout [Rollup],
        _ change: (inout Rollup) -> Void,
    ) {
        let place = windows.place(of: time)
        guard place == .closed else { return windows.update(place, change) }
        let minute = MinuteWindows.minute(of: time)
        var revision = Rollup(feed: feed, minute: minute, origin: origin ?? 0)
        revision.isRevision = true
        revision.isClosed = true
        change(&revision)
        rollups.append(revision)
    }

    private mutating func finish(
        _ observation: Observation,
        _ verdict: Verdict,
        into rollups: inout [Rollup],
    ) {
        newest = observation.at
        isOnSourceTime = observation.sourceTime != nil && observation.isClockTrusted
        lag = max(observation.receivedAt.nanoseconds - observation.at.nanoseconds, 0)
        previous.at = observation.at
        previous.verdict = verdict
        let watermark = observation.at.nanoseconds - timing.allowedLateness.count
        if watermark >= windows.firstEnd.nanoseconds {
            let time = EventTime(nanoseconds: watermark)
            windows.close(through: time, slots: slots, into: &rollups)
        }
    }

    /// A check that needs a successor has found the sample before this one worse than it counted.
    mutating func downgradePrevious(to verdict: Verdict, into rollups: inout [Rollup]) {
        guard verdict.isFlagged, verdict.rank > previous.verdict.rank else { return }
        let old = previous.verdict
        previous.verdict = verdict
        let isFail = verdict == .fail
        let isClosed = windows.place(of: previous.at) == .closed
        let emptied = isFail ? previous.filledSlot : nil
        if let emptied {
            slots.empty(emptied)
            if !isClosed { windows.addFilled(emptied, -1) }
        }
        let isCounted = windows.countsSlots(at: previous.at)
        let last = previous
        update(last.at, into: &rollups) { rollup in
            rollup.recount(from: old, to: verdict)
            if emptied != nil, isClosed, isCounted { rollup.filled -= 1 }
            guard isFail, last.isInStatistics else { return }
            rollup.remove(last.value)
            guard !isClosed else { return }
            if rollup.minimum == last.value { rollup.minimum = last.minimumWithout }
            if rollup.maximum == last.value { rollup.maximum = last.maximumWithout }
        }
        if isFail {
            previous.filledSlot = nil
            previous.isInStatistics = false
        }
    }

    // MARK: The clock

    /// Whether event time is the gateway's clock.
    var runsOnReceiveTime: Bool { !isOnSourceTime || !clock.isTrusted }

    /// The gateway's clock was set. Where the feed runs on it the time axis moves along, and goes on
    /// in the minute that the clock shows now; a feed with times of its own goes on by them, and
    /// lies as much further behind the gateway's clock. Strays are counted anew.
    mutating func setClock(_ step: ClockStep, into rollups: inout [Rollup]) {
        clock.gatewayWasSet(by: step.length)
        guard runsOnReceiveTime else { return lag.addSaturating(step.length) }
        windows.move(to: EventTime(step.from), slots: slots, into: &rollups)
        let slot = windows.countedSlot(slots)
        windows.reopen(at: EventTime(step.to), after: slot, slots: slots, into: &rollups)
        slots.move(by: step.length)
        newest?.move(by: step.length)
        previous.at.move(by: step.length)
        previous.verdict = .fail
    }

    /// An hour in minutes: a feed whose clock is believed again jumps that far at most by itself.
    private static let longestHole = Limits.standstill.count / MinuteWindows.length

    /// A year: beyond it no period delays a row any further, and no sum of times overflows.
    private static let longestIdle: Int64 = 365 * 86_400_000_000_000

    /// When the oldest open minute may be closed by the clock: its end has passed by the allowed
    /// lateness, and the feed has been idle for three periods, at least 2 s.
    func windowDeadline(lastArrivalAt: ReceiveTime?) -> ReceiveTime {
        let end = windows.firstEnd.nanoseconds + timing.allowedLateness.count + lag
        let idle = max(3 * min(slots.period, Self.longestIdle), 2_000_000_000)
        let quiet = lastArrivalAt.map { $0.nanoseconds + idle } ?? Int64.min
        return ReceiveTime(nanoseconds: max(end, quiet))
    }

    /// Closes the windows of an idle feed.
    mutating func closeIdle(at now: ReceiveTime, into rollups: inout [Rollup]) {
        let watermark = EventTime(
            nanoseconds: now.nanoseconds - timing.allowedLateness.count - lag
        )
        let before = windows.current.minute
        windows.close(through: watermark, slots: slots, into: &rollups)
        if windows.current.minute != before { reviewPeriod(at: watermark) }
    }

    /// Closes the open minutes and opens that of a time far ahead.
    mutating func leap(to now: ReceiveTime, into rollups: inout [Rollup]) {
        lag = 0
        windows.leap(to: EventTime(now), slots: slots, into: &rollups)
    }

    /// Writes out what the open minutes hold, for a shutdown.
    mutating func flush(into rollups: inout [Rollup]) {
        windows.flush(slots: slots, into: &rollups)
    }
}
