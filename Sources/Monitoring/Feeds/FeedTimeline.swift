/// A feed's place in time: whose clock counts, what is in order, which slots are filled, and the
/// open minutes.
///
/// A sample passes twice: `place` says when it is and in which order, `count` enters it once the
/// checks have given it a class.
struct FeedTimeline: Sendable {
    let feed: FeedID
    var timing: FeedTiming
    private let declaredPeriod: Nanoseconds?
    private(set) var origin: Double?
    var clock = FeedClock()
    private var duplicates = DuplicateMemory()
    var behind = SamplesBehind()
    private var periodEstimator = PeriodEstimator()
    var slots = SlotTracker()
    var windows: MinuteWindows
    var newest: EventTime?
    /// Arrival minus event time of the last sample in order, never negative: an idle feed's
    /// watermark stays that far behind the gateway's clock.
    var lag: Int64 = 0
    /// Whether the last sample in order had a time of its own that counts.
    var isOnSourceTime = false
    var previous = PreviousSample()
    /// How far the time axis moved when another clock began to count.
    var jump = Nanoseconds(0)

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
    ///
    /// - Parameter observation: of the sample; its time and order are entered.
    mutating func place(
        _ observation: inout Observation,
        _ sample: Sample,
        payloadHash: UInt64,
        into rollups: inout [Rollup],
    ) -> SlotTracker.Step? {
        let source = observation.sourceTime
        let receivedAt = observation.receivedAt
        let judgement = clock.judge(source, receivedAt: receivedAt, timing: timing)
        if judgement.isSwitch { restart(at: judgement.at, receivedAt, into: &rollups) }
        observation.at = judgement.at
        observation.isClockTrusted = clock.isTrusted
        observation.newest = newest
        let answer = recognise(sample, observation.at, judgement.placement, payloadHash)
        observation.isConflicting = answer == .conflict
        observation.arrival =
            switch (answer, judgement.placement) {
            case (.duplicate, _): .duplicate
            case (_, .future): .future
            case (_, .past): .tooLate
            case (_, .inside): order(of: observation.at)
            }
        if isSetBack(observation) {
            restart(at: observation.at, receivedAt, into: &rollups)
            observation.newest = nil
            observation.arrival = .inOrder
        }
        return placeInSlot(&observation, into: &rollups)
    }

    /// What came between this sample and the last.
    struct Circumstances: Sendable {
        var followsUndecodable = false
        var followsOutage = false
        var followsSilence = false
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

    /// Whether the device's clock was set back within the horizon, as this sample proves: its time
    /// goes on from here, or all samples would be late until it has come to where it was.
    @inline(__always)
    private mutating func isSetBack(_ observation: Observation) -> Bool {
        switch observation.arrival {
        case .inOrder: behind.end()
        case .outOfOrder, .late:
            guard clock.isTrusted, let source = observation.sourceTime else { return false }
            return behind.prove(source, receivedAt: observation.receivedAt)
        case .tooLate, .future, .duplicate: break
        }
        return false
    }

    private mutating func placeInSlot(
        _ observation: inout Observation,
        into rollups: inout [Rollup],
    ) -> SlotTracker.Step? {
        guard observation.arrival.isJudged else { return nil }
        if observation.arrival == .inOrder {
            learnPeriod(observation, into: &rollups)
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

    @inline(__always)
    private mutating func learnPeriod(
        _ observation: Observation,
        into rollups: inout [Rollup],
    ) {
        guard declaredPeriod == nil, let newest, !observation.followsOutage,
            !observation.followsUndecodable
        else { return }
        periodEstimator.add(Nanoseconds(observation.at.nanoseconds - newest.nanoseconds))
        if !slots.isKnown, let period = periodEstimator.period {
            windows.move(to: observation.at, slots: slots, into: &rollups)
            slots.setPeriod(period, isDeclared: false, at: observation.at)
            windows.countSlots(after: slots.newestSlot)
            isDescriptionStale = true
        }
    }

    /// Once a minute: has another period proved itself?
    mutating func reviewPeriod(at time: EventTime) {
        guard declaredPeriod == nil, slots.isKnown, periodEstimator.adoptIfChanged(),
            let period = periodEstimator.period
        else { return }
        slots.setPeriod(period, isDeclared: false, at: time)
        isDescriptionStale = true
    }

    // MARK: Counting

    /// Enters a sample with the class that the checks gave it.
    mutating func count(
        _ observation: borrowing ObservationView,
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
        _ observation: borrowing ObservationView,
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
        _ observation: borrowing ObservationView,
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
        _ observation: borrowing ObservationView,
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
}
