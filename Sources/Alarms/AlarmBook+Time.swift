public import Monitoring

/// The book's time and its delays.
extension AlarmBook {
    /// Takes the engine's time from an event, after what was due before it.
    mutating func observe(_ time: ReceiveTime) {
        if time < clock {
            guard Elapsed.from(time, to: clock) > Self.clockStep else { return }
            shift(by: Elapsed.from(clock, to: time))
            clock = time
        } else {
            runTimers(to: time)
            clock = time
        }
    }

    /// The gateway's clock was set: delays go on by elapsed time, alarms that stand are told in the
    /// new time, and `system/clock` is raised. It ends with a condition `clock` that is normal.
    ///
    /// - Parameter runsOnReceiveTime: whether a feed's event time moved with the clock.
    public mutating func setClock(_ step: ClockStep, runsOnReceiveTime: (FeedID) -> Bool) {
        observe(step.from)
        shift(by: step.length, movesEvents: runsOnReceiveTime)
        clock = step.to
        apply(
            MonitorReport.SystemCondition(
                name: SystemAlarm.clock.rawValue,
                isAbnormal: true,
                at: step.to,
                detail: AlarmWording.clockStep(step),
            )
        )
    }

    /// Elapses every delay that is due, in the order of deadlines. The book's clock stands at each
    /// deadline while it is dealt with, never behind where it stood.
    mutating func runTimers(to time: ReceiveTime) {
        while let entry = deadlines.first, entry.time <= time {
            deadlines.removeFirst()
            guard let alarm = alarms[entry.identity], alarm.number == entry.number,
                alarm.record.delay?.deadline == entry.time
            else { continue }
            clock = max(clock, entry.time)
            let isOnDelay = alarm.record.state.phase == .pendingOn
            let event = isOnDelay ? AlarmEvent.onDelayElapsed : .offDelayElapsed
            drive(mask(entry.identity, before: event), entry.identity)
        }
    }

    /// A finding of the concern may show that event time is further than it was taken to be; what
    /// was due in event time then happens before the finding counts.
    mutating func advanceTimeline(of identity: AlarmIdentity, by finding: Finding) {
        guard var alarm = alarms[identity], case .feed(_, let concern) = identity,
            Precedence.runsOnEventTime(concern)
        else { return }
        let evidence =
            finding.lastValue.isFinite
            ? max(finding.end, finding.lastValueAt) : finding.end
        if alarm.eventClock == nil {
            alarm.eventClock = EventClock(event: evidence, at: clock)
            alarms[identity] = alarm
            return
        }
        let jump = alarm.eventClock?.observe(evidence, at: clock) ?? Nanoseconds(0)
        if let delay = alarm.record.delay, delay.isRunning {
            // A delay that is long over is due, however long.
            let left = Elapsed.add(Nanoseconds(-jump.count), to: delay.remaining.count)
            alarm.record.delay?.remaining = Nanoseconds(left)
        }
        alarms[identity] = alarm
        if jump.count > 0 {
            enqueue(alarm)
            runTimers(to: clock)
        }
    }

    /// Begins, pauses, resumes or drops the delay that the alarm's phase asks for.
    func settleDelay(of alarm: inout StandingAlarm, before: AlarmState) {
        let state = alarm.record.state
        switch state.phase {
        case .idle, .active:
            alarm.record.delay = nil
        case .pendingOn where before.phase != .pendingOn:
            let left =
                settings(of: alarm.record.identity).onDelay.count
                - alarm.lasted(at: clock).count
            alarm.record.delay = PendingDelay(remaining: Nanoseconds(max(0, left)), since: clock)
        case .pendingOn:
            if state.raw != .abnormal {
                alarm.record.delay?.pause(at: clock)
            } else if alarm.record.delay?.isRunning == false {
                alarm.record.delay?.since = clock
                alarm.record.delay?.isRunning = true
            }
        case .pendingOff where before.phase != .pendingOff:
            let length = alarm.restoredOffDelay ?? settings(of: alarm.record.identity).offDelay
            alarm.record.delay = PendingDelay(remaining: length, since: clock)
        case .pendingOff: break
        }
        if state.phase != .active || state.raw != .unknown { alarm.restoredOffDelay = nil }
    }

    mutating func enqueue(_ alarm: StandingAlarm) {
        guard let deadline = alarm.record.delay?.deadline else { return }
        if deadlines.count > 2 * alarms.count + 64 { rebuildDeadlines() }
        deadlines.insert(
            DeadlineQueue.Entry(
                time: deadline,
                number: alarm.number,
                identity: alarm.record.identity,
            )
        )
    }

    private mutating func rebuildDeadlines() {
        deadlines.removeAll()
        for (identity, alarm) in alarms {
            guard let deadline = alarm.record.delay?.deadline else { continue }
            let entry = DeadlineQueue.Entry(
                time: deadline,
                number: alarm.number,
                identity: identity,
            )
            deadlines.insert(entry)
        }
    }

    /// The gateway's clock was set: what is left of every delay stays what it was.
    private mutating func shift(
        by length: Nanoseconds,
        movesEvents: (FeedID) -> Bool = { _ in false },
    ) {
        for identity in Array(alarms.keys) {
            var events = Nanoseconds(0)
            if case .feed(let feed, _) = identity, movesEvents(feed) { events = length }
            alarms[identity]?.shift(by: length, events: events)
            let record = alarms[identity]?.record
            if record?.delay != nil || record?.state.isActive == true { changed.insert(identity) }
        }
        rebuildDeadlines()
    }
}
