// A feed's time where no sample carries it: an idle feed, a clock that is set, another clock that
// counts, a connection that comes up.

extension FeedTimeline {
    /// Whether event time is the gateway's clock.
    var runsOnReceiveTime: Bool { !isOnSourceTime || !clock.isTrusted }

    /// The gateway's clock was set. Where the feed runs on it the time axis moves along, and goes on
    /// in the minute that the clock shows now; a feed with times of its own goes on by them, and
    /// lies as much further behind the gateway's clock. Strays are counted anew.
    mutating func setClock(_ step: ClockStep, into rollups: inout [Rollup]) {
        clock.gatewayWasSet(by: step.length)
        behind.gatewayWasSet(by: step.length)
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

// MARK: Another clock counts

extension FeedTimeline {
    /// The feed's clock is another one from here on, or was set back. Behind the open minutes, or far ahead of them,
    /// they are opened anew: else each sample would revise a closed minute until time has caught up,
    /// or there were rows for a time that never was.
    mutating func restart(
        at time: EventTime,
        _ receivedAt: ReceiveTime,
        into rollups: inout [Rollup],
    ) {
        jump = Nanoseconds(from: present(receivedAt).nanoseconds, to: time.nanoseconds)
        newest = nil
        behind.end()
        let ahead = MinuteWindows.minute(of: time) - windows.current.minute
        let isFar = windows.place(of: time) == .closed || ahead > Self.longestHole
        let isKnown = slots.isKnown
        let old = slots
        if isKnown { slots.restart(at: time) }
        guard isFar else { return }
        previous.verdict = .fail
        let slot = windows.countsSlots ? slots.newestSlot - 1 : nil
        windows.reopen(at: time, after: slot, slots: old, into: &rollups)
    }

    /// How far the feed's time has moved because another clock began to count, or its own was set
    /// back; once.
    mutating func takeJump() -> Nanoseconds {
        defer { jump = Nanoseconds(0) }
        return jump
    }
}

// MARK: What is expected

extension FeedTimeline {
    /// The feed can be heard from here on: a sample that does not come is missing. Without a sample
    /// yet, its slots begin here.
    mutating func expect(from now: ReceiveTime) {
        guard slots.isKnown, newest == nil, !windows.countsSlots else { return }
        slots.restart(at: EventTime(now))
        windows.countSlots(after: slots.newestSlot)
    }

    /// The first message of this run: now it is known where in time the slots lie.
    mutating func hear(at now: ReceiveTime) {
        guard slots.isKnown, newest == nil else { return }
        slots.restart(at: EventTime(now))
        if !windows.countsSlots { windows.countSlots(after: slots.newestSlot - 1) }
    }
}
