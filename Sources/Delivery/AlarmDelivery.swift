public import Alarms
import Monitoring

/// What the MQTT delivery has to publish, has published, and may forget: a state machine without a
/// connection of its own.
///
/// Its owner writes `entries(for:)` in the transaction of the transitions, hands them to `add` after
/// the commit, publishes what `next` gives, and reports what the connection says: `sent`,
/// `confirmed`, `connected`, `disconnected`. Outbox rows named by `takeFinished` can be deleted.
///
/// At least once, in order per alarm. Events are each sent; of states only the latest per alarm is,
/// so a broker that was away for a day gets one state per alarm. On every connect the retained
/// picture is published again, because a broker may have lost its memory.
///
/// Memory: at most `capacity` entries of about 2 kB; what does not fit stays in the outbox, in
/// order, and `refillFrom` says from which entry on it must be read back.
public struct AlarmDelivery: Sendable {
    /// One message for the connection, to be named again in `sent`.
    public struct Publication: Sendable, Equatable {
        public var ticket: Int64
        public var message: OutgoingMessage
    }

    /// How the connection names a publication until it is confirmed.
    public typealias Token = Int64

    /// Entries held in memory: 4,096 × 2 kB are 8 MB. At the limit entries wait in the outbox.
    public static let capacity = 4_096
    /// Publications without confirmation: enough for 1,000 transitions/s over a link of 20 ms, and
    /// within what a broker takes from one client. At the limit the others wait.
    public static let inFlightLimit = 64

    public let topics: AlarmTopics
    public let gateway: String
    public let epoch: String
    public let settings: DeliverySettings

    /// What waits, in order: an event, or the place of an alarm's latest state.
    private enum Slot {
        case event(OutboxEntry)
        case state(String)
    }

    /// Published, and not confirmed.
    private struct Flight {
        var ticket: Int64
        /// nil: part of the retained picture, which is not in the outbox.
        var entry: OutboxEntry?
        var token: Token?
    }

    private var slots: ArraySlice<Slot> = []
    private var states: [String: OutboxEntry] = [:]
    private var flights: [Flight] = []
    private var picture: ArraySlice<AlarmTransition> = []
    /// State subjects published since the connection is up: the picture is older than these.
    private var told: Set<String> = []
    private var finished: [Int64] = []
    private var nextTicket: Int64 = 0
    private var isConnected = false
    private var firstMissing: Int64? = 0
    private var newestSkipped: Int64 = -1
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
        let message = AlarmMessage(
            transition,
            gateway: gateway,
            epoch: epoch,
            isDurable: isDurable,
        )
        return [
            OutboxEntry(
                id: 2 * transition.sequence,
                replaces: transition.key,
                message: state(transition, isDurable: isDurable),
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

    private func state(_ transition: AlarmTransition, isDurable: Bool) -> OutgoingMessage {
        let message = AlarmMessage(
            transition,
            gateway: gateway,
            epoch: epoch,
            isDurable: isDurable,
        )
        return OutgoingMessage(
            topic: topics.state(transition.key),
            payload: transition.reason == .deleted ? [] : message.state,
            isRetained: true,
        )
    }

    private func sends(_ priority: Priority) -> Bool {
        settings.priorities.isEmpty ? priority != .journal : settings.priorities.contains(priority)
    }

    // MARK: The outbox

    /// Entries whose commit has succeeded, in the order of their ids.
    public mutating func add(_ entries: [OutboxEntry]) {
        for entry in entries where firstMissing != nil || !take(entry) {
            firstMissing = firstMissing ?? entry.id
            newestSkipped = entry.id
        }
    }

    /// Entries that could not be stored: they are announced anyway, as long as there is room, and
    /// counted in `lostCount` where there is none.
    public mutating func addUnstored(_ entries: [OutboxEntry]) {
        for entry in entries where !take(entry) { lostCount += 1 }
    }

    /// From which entry on the outbox must be read, up to `room` rows by rising id, and handed to
    /// `refill`; nil while everything is here, or there is no room worth the reading.
    public var refillFrom: Int64? { room * 2 >= Self.capacity ? firstMissing : nil }

    /// How many more entries fit.
    public var room: Int { max(0, Self.capacity - slots.count - flights.count) }

    /// The answer to `refillFrom`.
    /// - Parameter isComplete: the outbox holds no entry after the last of these.
    public mutating func refill(_ entries: [OutboxEntry], isComplete: Bool) {
        guard let first = firstMissing else { return }
        firstMissing = nil
        for entry in entries where !take(entry) {
            firstMissing = entry.id
            return
        }
        let last = entries.last?.id ?? first - 1
        // What was committed after the outbox was read is still to be read.
        if !isComplete || last < newestSkipped { firstMissing = last + 1 }
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
            // The same one again was announced before it could be stored.
            if entry.id != waiting.id { finished.append(min(waiting.id, entry.id)) }
            if entry.id >= waiting.id { states[subject] = entry }
            return true
        }
        guard room > 0 else { return false }
        states[subject] = entry
        slots.append(.state(subject))
        return true
    }

    // MARK: The connection

    /// The connection is up: publishes what waits, then the retained picture.
    ///
    /// - Parameter picture: `AlarmBook.standing(changedSince:)` of the last 7 days.
    public mutating func connected(picture: [AlarmTransition]) {
        takeBackFlights()
        isConnected = true
        told.removeAll(keepingCapacity: true)
        self.picture = picture.filter { sends($0.priority) }[...]
    }

    /// The connection is lost: what was not confirmed will be published again.
    public mutating func disconnected() {
        isConnected = false
        picture = []
        takeBackFlights()
    }

    /// The next message to publish; nil: nothing to do until something is added or confirmed.
    public mutating func next() -> Publication? {
        guard isConnected, flights.count < Self.inFlightLimit else { return nil }
        if let slot = slots.popFirst() {
            switch slot {
            case .event(let entry): return fly(entry, entry.message)
            case .state(let subject):
                guard let entry = states.removeValue(forKey: subject) else { return next() }
                told.insert(subject)
                return fly(entry, entry.message)
            }
        }
        while let transition = picture.popFirst() {
            guard told.insert(transition.key).inserted else { continue }
            return fly(nil, state(transition, isDurable: true))
        }
        return nil
    }

    /// The connection took a publication and will confirm it by `token`.
    public mutating func sent(_ publication: Publication, as token: Token) {
        guard let index = flights.firstIndex(where: { $0.ticket == publication.ticket }) else {
            return
        }
        flights[index].token = token
    }

    /// The broker confirmed a publication. A token that is not known, such as one of an earlier
    /// connection, changes nothing.
    public mutating func confirmed(_ token: Token) {
        guard let index = flights.firstIndex(where: { $0.token == token }) else { return }
        if let entry = flights.remove(at: index).entry { finished.append(entry.id) }
    }

    private mutating func fly(_ entry: OutboxEntry?, _ message: OutgoingMessage) -> Publication {
        nextTicket += 1
        flights.append(Flight(ticket: nextTicket, entry: entry, token: nil))
        return Publication(ticket: nextTicket, message: message)
    }

    /// Puts unconfirmed entries back in front of what waits, in their order; a state that a later
    /// one has overtaken is finished.
    private mutating func takeBackFlights() {
        var back: [Slot] = []
        for entry in flights.compactMap(\.entry).sorted(by: { $0.id < $1.id }) {
            guard let subject = entry.replaces else {
                back.append(.event(entry))
                continue
            }
            if let waiting = states[subject] {
                finished.append(min(waiting.id, entry.id))
                if entry.id > waiting.id { states[subject] = entry }
            } else {
                states[subject] = entry
                back.append(.state(subject))
            }
        }
        slots = (back + slots)[...]
        flights.removeAll(keepingCapacity: true)
    }
}
