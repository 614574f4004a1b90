// A feed and the clock: windows that nothing else closes, silences, lost connections, a clock that is
// set.

extension Feed {
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
