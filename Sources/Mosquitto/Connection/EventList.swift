internal import Monitoring

/// Connection events that wait to be read: bounded, the oldest goes first, and how many went is
/// told by an event of its own.
struct EventList: Sendable {
    private var events: [ConnectionEvent] = []
    private var dropped = 0

    mutating func append(_ event: ConnectionEvent) {
        if events.count >= Limits.connectionEventsWaiting {
            events.removeFirst()
            dropped += 1
        }
        events.append(event)
    }

    mutating func takeAll() -> [ConnectionEvent] {
        guard let first = events.first else { return [] }
        var taken = events
        if dropped > 0 {
            let notice = ConnectionEvent(
                broker: first.broker,
                at: first.at,
                kind: .eventsDropped(dropped),
            )
            taken.insert(notice, at: 0)
        }
        events.removeAll()
        dropped = 0
        return taken
    }
}
