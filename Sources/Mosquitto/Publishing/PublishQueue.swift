internal import Monitoring

/// Publications that wait to be sent or to be confirmed, in order. Pure: the lock is its owner's.
///
/// What was sent and not confirmed when a connection is lost is sent again first, so the broker may
/// see it twice and never misses it.
struct PublishQueue: Sendable {
    struct Entry: Sendable {
        var token: PublishToken
        var publication: Publication
    }

    private var waiting: [Entry] = []
    /// Entries before it are gone; moved up now and then, so that removing the first is cheap.
    private var first = 0
    private var inFlight: [Int32: Entry] = [:]
    private var lastNumber: UInt64 = 0
    private let capacity: Int
    private let inFlightLimit: Int

    init(
        capacity: Int = Limits.publishesWaiting,
        inFlightLimit: Int = Limits.publishesInFlight,
    ) {
        self.capacity = capacity
        self.inFlightLimit = inFlightLimit
    }

    /// Unconfirmed publications, sent or not.
    var count: Int { waiting.count - first + inFlight.count }
    var isEmpty: Bool { count == 0 }

    /// Takes a publication; nil where the queue is full. `isLast` is taken all the same: it says
    /// that we go.
    mutating func append(_ publication: Publication, isLast: Bool = false) -> PublishToken? {
        guard isLast || count < capacity else { return nil }
        lastNumber += 1
        let token = PublishToken(number: lastNumber)
        waiting.append(Entry(token: token, publication: publication))
        return token
    }

    /// The next entry to send; nil where none waits or enough are under way.
    mutating func next() -> Entry? {
        guard first < waiting.count, inFlight.count < inFlightLimit else { return nil }
        let entry = waiting[first]
        first += 1
        if first == waiting.count {
            waiting.removeAll(keepingCapacity: true)
            first = 0
        } else if first >= 256 {
            waiting.removeFirst(first)
            first = 0
        }
        return entry
    }

    /// The library took it under this number.
    mutating func sent(_ entry: Entry, as message: Int32) {
        inFlight[message] = entry
    }

    /// It could not be sent now; it goes first when there is a connection again.
    mutating func putBack(_ entry: Entry) {
        waiting.replaceSubrange(..<first, with: [entry])
        first = 0
    }

    /// Written or acknowledged; nil for a number that is not ours.
    mutating func confirmed(_ message: Int32) -> PublishToken? {
        inFlight.removeValue(forKey: message)?.token
    }

    /// What was under way goes first, in its old order.
    mutating func connectionLost() {
        let again = inFlight.values.sorted { $0.token < $1.token }
        inFlight.removeAll()
        waiting.replaceSubrange(..<first, with: again)
        first = 0
    }
}
