public import Alarms
import Monitoring

/// What the MQTT delivery has to publish, has published, and may forget: a state machine without a
/// connection of its own.
///
/// Its owner writes `entries(for:)` in the transaction of the transitions, says so by `noteStored` after
/// the commit, reads the outbox back as far as `refillFrom` asks, publishes what `next` gives, and reports what the connection says: `sent`,
/// `refused`, `confirmed`, `connected`, `disconnected`. Outbox rows named by `takeFinished` can be deleted.
///
/// At least once, in order per alarm. What was handed to the connection is the connection's to send
/// again after a loss; the delivery keeps it only to know what is finished. Events are each sent; of the states that
/// are in memory only the latest per alarm is. On every connect the retained
/// picture is published again, because a broker may have lost its memory.
///
/// Memory: at most `Limits.alarmMessagesHeld` entries of about 2 kB; what does not fit stays in the outbox, in
/// order, and `refillFrom` says from which entry on it must be read back.
public struct AlarmDelivery: Sendable {
    /// One message for the connection, to be named again in `sent`.
    public struct Publication: Sendable, Equatable {
        public var ticket: Int64
        public var message: OutgoingMessage
    }

    /// How the connection names a publication until it is confirmed.
    public typealias Token = Int64

    public let topics: AlarmTopics
    public let gateway: String
    public let epoch: String
    public let settings: DeliverySettings

    /// What waits, in order: an event, or the place of an alarm's latest state.
    private enum Slot {
        case event(OutboxEntry)
        case state(String)
    }

    /// Handed to the connection, and not confirmed.
    private struct Flight {
        var ticket: Int64
        /// The alarm whose state it is; nil: an event.
        var subject: String?
        /// nil: part of the retained picture, which is not in the outbox.
        var entry: OutboxEntry?
        var picture: AlarmTransition?
        var token: Token?
    }

    private var slots: ArraySlice<Slot> = []
    private var states: [String: OutboxEntry] = [:]
    private var flights: [Flight] = []
    private var picture: ArraySlice<AlarmTransition> = []
    /// Alarms whose state is published while the picture is: the picture is older. Empty without one.
    private var told: Set<String> = []
    private var finished: [Int64] = []
    private var nextTicket: Int64 = 0
    private var isConnected = false
    private var firstMissing: Int64? = 0
    /// Transitions' messages that were neither stored nor held, since the start.
    public private(set) var lostCount: Int64 = 0

    /// At first everything of the outbox is missing: see `refillFrom`.
    public init(topics: AlarmTopics, gateway: String, epoch: String, settings: DeliverySettings) {
        self.topics = topics
        self.gateway = gateway
        self.epoch = epoch
        self.settings = settings
    }

    // MARK: From transitions to entries

    /// The retained state and the event of a transition; none of a priority that this delivery does
    /// not send.
    ///
    /// Every transition has its event, so that `seq` has no gaps; what nobody is told of stands
    /// under the priority `journal`. A deleted alarm's state is cleared from the broker.
    public func entries(
        for transition: AlarmTransition,
        isDurable: Bool = true,
    ) -> [OutboxEntry] {
        guard sends(transition.priority) else { return [] }
        let priority = transition.isAnnounced ? transition.priority : .journal
        let message = message(transition, isDurable: isDurable)
        return [
            OutboxEntry(
                id: 2 * transition.sequence,
                replaces: transition.key,
                message: state(message),
            ),
            OutboxEntry(
                id: 2 * transition.sequence + 1,
                replaces: nil,
                message: OutgoingMessage(
                    topic: topics.event(priority, transition.key),
                    payload: message.event,
                    isRetained: false,
                ),
            ),
        ]
    }

    private func message(_ transition: AlarmTransition, isDurable: Bool) -> AlarmMessage {
        AlarmMessage(transition, gateway: gateway, epoch: epoch, isDurable: isDurable)
    }

    private func state(_ message: AlarmMessage) -> OutgoingMessage {
        OutgoingMessage(
            topic: topics.state(message.transition.key),
            payload: message.transition.reason == .deleted ? [] : message.state,
            isRetained: true,
        )
    }

    private func sends(_ priority: Priority) -> Bool {
        settings.priorities.isEmpty ? priority != .journal : settings.priorities.contains(priority)
    }

    // MARK: The outbox

    /// The entries of the transitions from this sequence on are stored: they are to be read from the
    /// outbox, which is the queue.
    public mutating func noteStored(from sequence: Int64) {
        firstMissing = firstMissing ?? 2 * sequence
    }

    /// Entries that could not be stored: they are announced anyway, as long as there is room, and
    /// counted in `lostCount` where there is none.
    ///
    /// The same entries follow when they are stored, under the same ids. What was announced never
    /// takes their place, so that the stored ones are the last that anybody hears of the alarm.
    public mutating func addUnstored(_ entries: [OutboxEntry]) {
        for var entry in entries {
            entry.isStored = false
            if !take(entry) { lostCount += 1 }
        }
    }

    /// From which entry on the outbox must be read, up to `room` rows by rising id, and handed to
    /// `refill`; nil while everything is here, or there is no room worth the reading.
    public var refillFrom: Int64? { room * 2 >= Limits.alarmMessagesHeld ? firstMissing : nil }

    /// How many more entries fit.
    public var room: Int { max(0, Limits.alarmMessagesHeld - slots.count - flights.count) }

    /// The answer to `refillFrom`.
    /// - Parameter isComplete: the outbox holds no entry after the last of these. It was read after
    ///   the last `noteStored`.
    public mutating func refill(_ entries: [OutboxEntry], isComplete: Bool) {
        guard firstMissing != nil else { return }
        firstMissing = nil
        for entry in entries where !take(entry) {
            firstMissing = entry.id
            return
        }
        if !isComplete, let last = entries.last { firstMissing = last.id + 1 }
    }

    /// Ids of entries that are confirmed or superseded, since the last call.
    public mutating func takeFinished() -> [Int64] {
        defer { finished.removeAll(keepingCapacity: true) }
        return finished
    }

    /// Everything that was handed over is confirmed.
    public var isIdle: Bool {
        slots.isEmpty && flights.isEmpty && picture.isEmpty && firstMissing == nil
    }

    private mutating func take(_ entry: OutboxEntry) -> Bool {
        guard let subject = entry.replaces else {
            guard room > 0 else { return false }
            slots.append(.event(entry))
            return true
        }
        if let waiting = states[subject] {
            let isNewer =
                (entry.id, entry.isStored ? 1 : 0) >= (waiting.id, waiting.isStored ? 1 : 0)
            states[subject] = isNewer ? entry : waiting
            let superseded = isNewer ? waiting : entry
            // The same one again was announced before it could be stored: one row.
            if superseded.isStored, entry.id != waiting.id { finished.append(superseded.id) }
            return true
        }
        guard room > 0 else { return false }
        states[subject] = entry
        slots.append(.state(subject))
        return true
    }

    // MARK: The connection

    /// The connection is up and sends again what it had not yet confirmed; then comes what waits, then
    /// the retained picture.
    ///
    /// - Parameter picture: `AlarmBook.standing(changedSince:)` of the last 7 days.
    public mutating func connected(picture: [AlarmTransition]) {
        isConnected = true
        self.picture = picture.filter { sends($0.priority) }[...]
        told = self.picture.isEmpty ? [] : Set(flights.compactMap(\.subject))
    }

    /// The connection is lost: what waits goes on waiting, where a later state replaces an earlier.
    public mutating func disconnected() {
        isConnected = false
        picture = []
        told = []
    }

    /// The next message to publish; nil: nothing to do until something is added or confirmed.
    public mutating func next() -> Publication? {
        guard isConnected, flights.count < Limits.publishesWaiting else { return nil }
        if let slot = slots.popFirst() {
            switch slot {
            case .event(let entry): return fly(entry, subject: nil, entry.message)
            case .state(let subject):
                guard let entry = states.removeValue(forKey: subject) else { return next() }
                if !picture.isEmpty { told.insert(subject) }
                return fly(entry, subject: subject, entry.message)
            }
        }
        while let transition = picture.popFirst() {
            guard told.insert(transition.key).inserted else { continue }
            let message = state(message(transition, isDurable: true))
            return fly(nil, subject: transition.key, message, picture: transition)
        }
        told = []
        return nil
    }

    /// The connection took a publication and will confirm it by `token`.
    public mutating func sent(_ publication: Publication, as token: Token) {
        guard let index = flights.firstIndex(where: { $0.ticket == publication.ticket }) else {
            return
        }
        flights[index].token = token
    }

    /// The connection did not take what `next` gave last, because it holds enough or is being stopped:
    /// it comes first when `next` is asked again.
    public mutating func refused(_ publication: Publication) {
        guard let index = flights.firstIndex(where: { $0.ticket == publication.ticket }) else {
            return
        }
        let flight = flights.remove(at: index)
        if let transition = flight.picture {
            told.remove(transition.key)
            picture = [transition] + picture
        } else if let entry = flight.entry {
            if let subject = entry.replaces { states[subject] = entry }
            slots = [entry.replaces.map { .state($0) } ?? .event(entry)] + slots
        }
    }

    /// The broker confirmed a publication. A token that is not known changes nothing.
    public mutating func confirmed(_ token: Token) {
        guard let index = flights.firstIndex(where: { $0.token == token }) else { return }
        guard let entry = flights.remove(at: index).entry, entry.isStored else { return }
        finished.append(entry.id)
    }

    private mutating func fly(
        _ entry: OutboxEntry?,
        subject: String?,
        _ message: OutgoingMessage,
        picture: AlarmTransition? = nil,
    ) -> Publication {
        nextTicket += 1
        flights.append(
            Flight(ticket: nextTicket, subject: subject, entry: entry, picture: picture)
        )
        return Publication(ticket: nextTicket, message: message)
    }
}
