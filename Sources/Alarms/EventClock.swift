import Monitoring

/// Where a feed's event time stands against the engine's time, as far as its findings tell.
///
/// Between two findings event time is taken to pass as fast as engine time. A finding that shows a
/// later event time moves it forward (a device that uploads an hour at once), and it never goes
/// back, so that a delay ends in any case.
struct EventClock: Sendable {
    private var event: EventTime
    private var at: ReceiveTime

    init(event: EventTime, at: ReceiveTime) {
        self.event = event
        self.at = at
    }

    func event(at time: ReceiveTime) -> EventTime {
        let passed = max(Nanoseconds(0), Elapsed.from(at, to: time))
        return EventTime(nanoseconds: Elapsed.add(passed, to: event.nanoseconds))
    }

    /// - Returns: how much further event time is than it was taken to be.
    mutating func observe(_ evidence: EventTime, at time: ReceiveTime) -> Nanoseconds {
        let expected = event(at: time)
        event = max(expected, evidence)
        at = time
        return Elapsed.from(expected, to: event)
    }

    /// The gateway's clock was set, and event time with it where the feed runs on that clock.
    mutating func shift(by length: Nanoseconds, events: Nanoseconds) {
        at.shift(by: length)
        event.nanoseconds = Elapsed.add(events, to: event.nanoseconds)
    }
}
