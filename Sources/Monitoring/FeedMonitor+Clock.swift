// Engine time: ticks up to what is read next, in stretches, and a clock that is set.

extension FeedMonitor {
    /// How far a burst was taken.
    struct Cursor: Sendable {
        var isUnderway = false
        /// Of the stretch of engine time.
        var end = ReceiveTime(nanoseconds: 0)
        /// The next message.
        var message = 0
        /// Clock steps of the burst that were taken.
        var steps = 0
        /// What the next message says of the clock is dealt with, but for the ticks up to it.
        var isPrepared = false
    }

    /// Runs the ticks at or before a time.
    ///
    /// - Returns: false where the stretch is over, and more are due.
    mutating func advance(to time: ReceiveTime, into report: inout MonitorReport) -> Bool {
        while step * DeadlineWheel.step <= time.nanoseconds {
            guard step * DeadlineWheel.step <= cursor.end.nanoseconds else { return false }
            if wheel.count == 0 { skip(to: time, into: &report) }
            tick(into: &report)
        }
        if time > now { now = time }
        return true
    }

    /// A message that says something of the clock: what must be done before the ticks up to it.
    mutating func takeClock(
        _ message: DecodedMessage,
        of batch: DecodedBatch,
        into report: inout MonitorReport,
    ) -> Progress {
        if message.outcome != .clockStepped {
            if !cursor.isPrepared { restartQuiet(message, into: &report) }
            cursor.isPrepared = true
            return .finished
        }
        let clockStep = batch.clockSteps[cursor.steps]
        if cursor.isPrepared {
            cursor.steps += 1
            setClock(clockStep, into: &report)
            return .finished
        }
        guard advance(to: clockStep.from, into: &report) else { return .paused }
        cursor.isPrepared = true
        return .stepping(clockStep)
    }

    private mutating func restartQuiet(
        _ message: DecodedMessage,
        into report: inout MonitorReport,
    ) {
        if message.outcome == .heldBack {
            resume(message.broker, at: message.receivedAt)
        } else {
            resume(at: message.receivedAt, into: &report)
        }
    }

    /// Without any feed there is nothing to wait for: a recording may jump years ahead at no cost.
    private mutating func skip(to time: ReceiveTime, into report: inout MonitorReport) {
        let next = min(time, clockAlarmEnd ?? time)
        step = max(step, next.nanoseconds / DeadlineWheel.step)
        now = max(now, ReceiveTime(nanoseconds: step * DeadlineWheel.step))
        closeCounts(into: &report)
    }

    private mutating func tick(into report: inout MonitorReport) {
        let due = step
        step += 1
        now = max(now, ReceiveTime(nanoseconds: due * DeadlineWheel.step))
        if due % (MinuteWindows.length / DeadlineWheel.step) == 0 { closeCounts(into: &report) }
        if let end = clockAlarmEnd, now >= end { endClockAlarm(into: &report) }
        while let place = wheel.takeDue(step: due) {
            let broker = Int(registry.feeds[place].broker)
            let isWaiting = registry.feeds[place].tick(
                at: now,
                connections[broker],
                seenBefore: registry.descriptions[place].lastSeenAt,
                into: &output,
            )
            if isWaiting { connections[broker].wait(at: now) }
            if isForgettable(place) {
                forget(place, into: &report)
            } else {
                settle(place, into: &report)
            }
        }
    }

    mutating func schedule(_ place: Int) {
        let connection = connections[Int(registry.feeds[place].broker)]
        let wanted = registry.feeds[place].deadline(connection)
        let next = ReceiveTime(nanoseconds: step * DeadlineWheel.step)
        wheel.set(place, to: max(wanted, next))
    }

    mutating func closeCounts(into report: inout MonitorReport) {
        let minute = MinuteWindows.minute(of: EventTime(now))
        for index in counts.indices where counts[index].minute != minute {
            // While there is no feed empty minutes give no row, or a jump would cost what it skips.
            if counts[index].received + counts[index].redelivered > 0 || wheel.count > 0 {
                report.messageCounts.append(counts[index])
            }
            closedCounts.add(counts[index])
            counts[index] = MessageCounts(broker: UInt8(index), minute: minute)
        }
        reviewLimits(into: &report)
        reviewZones(into: &report)
    }

    private func isForgettable(_ place: Int) -> Bool {
        guard !registry.descriptions[place].isDeclared else { return false }
        return registry.feeds[place].silence(at: now) >= settings.forgetAfter
    }

    mutating func forget(_ place: Int, into report: inout MonitorReport) {
        registry.feeds[place].flush(into: &output)
        report.forgottenFeeds.append(registry.feeds[place].id)
        registry.forget(place)
        welcomeFeeds(into: &report)
    }
}

// MARK: A clock that is set

extension FeedMonitor {
    /// Whether a feed's event time is the gateway's clock now, so that it moves when that is set:
    /// it sends no times, or none that are trusted.
    public func runsOnReceiveTime(_ feed: FeedID) -> Bool {
        registry.place(of: feed).map { registry.feeds[$0].runsOnReceiveTime } ?? true
    }

    /// From one instant to the next the clock shows another time. No time passes: everything that
    /// is timed by it moves along, no tick runs and no row is written for what was skipped.
    private mutating func setClock(_ clockStep: ClockStep, into report: inout MonitorReport) {
        for broker in connections.indices {
            connections[broker].move(by: clockStep.length)
        }
        limits.move(by: clockStep.length)
        zoneMissingAt?.move(by: clockStep.length)
        for place in registry.feeds.indices where registry.isInUse[place] {
            registry.feeds[place].setClock(clockStep, into: &output)
            // What is stored of when it was seen is in the time before.
            guard registry.feeds[place].lastArrivalAt != nil else { continue }
            report.changedFeeds.append(registry.refreshedDescription(place))
        }
        step = DeadlineWheel.step(for: clockStep.to)
        now = clockStep.to
        cursor.end.move(by: clockStep.length)
        closeCounts(into: &report)
        for place in registry.feeds.indices where registry.isInUse[place] { schedule(place) }
        clockAlarmEnd = now.advanced(by: Limits.clockAlarm)
    }

    private mutating func endClockAlarm(into report: inout MonitorReport) {
        clockAlarmEnd = nil
        let minutes = Limits.clockAlarm.count / 60_000_000_000
        let detail = "the gateway's clock was not set again for \(minutes) min"
        note("clock", isAbnormal: false, detail, into: &report)
    }
}

extension DecodedMessage.Outcome {
    /// Whether it says something of the clock, which goes before the ticks up to it.
    var isOfClock: Bool {
        switch self {
        case .resumed, .heldBack, .clockStepped: true
        case .decoded, .undecodable, .ignored, .redelivered, .answered: false
        case .connectionUp, .connectionDown, .connectionClosed: false
        }
    }
}
