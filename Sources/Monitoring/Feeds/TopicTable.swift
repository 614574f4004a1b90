/// Topic bytes → topic number, and which rule claims the topic: one hash per message in steady
/// state, a walk over the rules only for a topic that is not remembered.
///
/// Open addressing with linear probing at a load of at most one half. Seeded, so that a publisher
/// cannot choose topics that collide. At `Limits.topics` a new topic takes the entry of one that has
/// not been heard twice of late, found by a hand that goes round (the *clock* algorithm): a publisher
/// that puts a serial number into every topic displaces its own leavings, not the topics of sensors.
/// What is displaced is forgotten here only: its feeds go on, and when it comes again it is bound to
/// them anew.
///
/// Which topic goes follows from the order of messages alone, not from the borders of batches: so a
/// number is free one batch after its topic went, when nothing refers to it any more.
public struct TopicTable: Sendable {
    /// A claimed topic that was not remembered.
    public struct NewTopic: Sendable {
        /// New, or that of a topic that was forgotten: whatever is known by this number is over.
        public var topic: TopicID
        public var broker: UInt8
        public var text: String
        /// Index of the claiming rule.
        public var rule: Int32
    }

    private struct Entry {
        var hash: UInt64
        var offset: Int32
        var length: Int32
        var broker: UInt8
        /// Heard again since the hand passed.
        var isRecent = false
        var topic: TopicID
    }

    private var entries: [Entry] = []
    /// The bytes of topics, with gaps where topics were forgotten.
    private var arena: [UInt8] = []
    private var liveBytes = 0
    /// Entry index + 1; 0 is free. A power of two.
    private var slots: [Int32] = Array(repeating: 0, count: 256)
    /// The entry that the hand looks at next, once the table is full.
    private var hand = 0
    private let capacity: Int
    private var matcher: RuleMatcher
    private let seed: UInt64

    private var claimedCount: Int32 = 0
    /// Numbers to give again, and those that messages of the present batch may bear.
    private var freeNumbers: [TopicID] = []
    private var leavingNumbers: [TopicID] = []

    /// Topics longer than `Limits.topicBytes`; each message of theirs counts.
    public private(set) var refusedCount: Int64 = 0
    /// Claimed topics since the last `takeNewTopics`; empty in steady state.
    private var newTopics: [NewTopic] = []

    /// - Parameter capacity: how many topics are remembered, at least 1.
    public init(settings: MonitorSettings, capacity: Int = Limits.topics) {
        precondition(capacity > 0, "a table of topics remembers at least one")
        self.capacity = capacity
        matcher = RuleMatcher(settings: settings)
        seed = settings.hashSeed
    }

    /// Fills in every message's topic, after all batches before were taken to their end. Cost: about
    /// 15 ns per message of a known topic.
    public mutating func route(_ batch: inout MessageBatch) {
        if !leavingNumbers.isEmpty {
            freeNumbers.append(contentsOf: leavingNumbers)
            leavingNumbers.removeAll()
        }
        for index in batch.records.indices where batch.records[index].kind == .message {
            let record = batch.records[index]
            batch.records[index].topic = topic(
                batch.bytes.span.extracting(record.topicRange),
                broker: record.broker,
            )
        }
    }

    /// Hands over the claimed topics that `route` did not know, in order.
    public mutating func takeNewTopics() -> [NewTopic] {
        guard !newTopics.isEmpty else { return [] }
        defer { newTopics = [] }
        return newTopics
    }

    /// Other rules hold from here on. A topic that one of them claims keeps its number, or is met as a
    /// new one; one that none claims any more is ignored.
    ///
    /// Between two batches, both taken to their ends. Cost: a look at every topic, about 1 µs and what
    /// the rules with wildcards cost.
    ///
    /// - Returns: the topics that keep their numbers, with their rules of now.
    public mutating func adopt(_ settings: MonitorSettings) -> [NewTopic] {
        matcher = RuleMatcher(settings: settings)
        var kept: [NewTopic] = []
        for index in entries.indices {
            let (topic, broker) = (entries[index].topic, entries[index].broker)
            let text = text(of: entries[index])
            if topic.isClaimed {
                if let rule = matcher.rule(for: text, broker: broker) {
                    kept.append(
                        NewTopic(topic: topic, broker: broker, text: text, rule: Int32(rule))
                    )
                } else {
                    leavingNumbers.append(topic)
                    entries[index].topic = .ignored
                }
            } else {
                entries[index].topic = claim(text, broker: broker)
            }
        }
        return kept
    }

    private func text(of entry: Entry) -> String {
        let start = Int(entry.offset)
        return String(decoding: arena[start..<start + Int(entry.length)], as: UTF8.self)
    }

    private mutating func topic(_ bytes: Span<UInt8>, broker: UInt8) -> TopicID {
        let hash = ByteHash.hash(bytes, seed: seed &+ UInt64(broker))
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while slots[slot] != 0 {
            let index = Int(slots[slot]) - 1
            let entry = entries[index]
            if entry.hash == hash, entry.broker == broker, isEqual(entry, bytes) {
                if !entry.isRecent { entries[index].isRecent = true }
                return entry.topic
            }
            slot = (slot + 1) & mask
        }
        return insert(bytes, broker: broker, hash: hash)
    }

    private func isEqual(_ entry: Entry, _ bytes: Span<UInt8>) -> Bool {
        let start = Int(entry.offset)
        return ByteHash.isEqual(arena.span.extracting(start..<start + Int(entry.length)), bytes)
    }

    private mutating func insert(_ bytes: Span<UInt8>, broker: UInt8, hash: UInt64) -> TopicID {
        guard bytes.count <= Limits.topicBytes else {
            refusedCount += 1
            return .refused
        }
        let index = entries.count < capacity ? entries.count : forgetOne()
        var text: [UInt8] = []
        for index in bytes.indices { text.append(bytes[index]) }
        let entry = Entry(
            hash: hash,
            offset: Int32(arena.count),
            length: Int32(bytes.count),
            broker: broker,
            topic: claim(String(decoding: text, as: UTF8.self), broker: broker),
        )
        arena.append(contentsOf: text)
        liveBytes += text.count
        if index == entries.count { entries.append(entry) } else { entries[index] = entry }
        if entries.count * 2 > slots.count { grow() } else { place(index) }
        return entry.topic
    }

    private mutating func claim(_ text: String, broker: UInt8) -> TopicID {
        guard let rule = matcher.rule(for: text, broker: broker) else { return .ignored }
        let topic = freeNumbers.popLast() ?? TopicID(index: claimedCount)
        claimedCount = max(claimedCount, topic.index + 1)
        newTopics.append(NewTopic(topic: topic, broker: broker, text: text, rule: Int32(rule)))
        return topic
    }

    // MARK: Forgetting

    /// Frees the next entry that was not heard again since the hand passed it. Each one that it
    /// passes was heard since, so the hand takes no more steps than there are messages.
    private mutating func forgetOne() -> Int {
        while entries[hand].isRecent {
            entries[hand].isRecent = false
            moveHand()
        }
        let index = hand
        moveHand()
        let entry = entries[index]
        vacate(slot(of: index))
        liveBytes -= Int(entry.length)
        entries[index].length = 0
        if entry.topic.isClaimed { leavingNumbers.append(entry.topic) }
        // Half of it gaps: as many bytes were added since as are copied now.
        if arena.count > 2 * liveBytes + Limits.topicBytes { closeGaps() }
        return index
    }

    private mutating func moveHand() { hand = hand + 1 < entries.count ? hand + 1 : 0 }

    private func slot(of index: Int) -> Int {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: entries[index].hash) & mask
        while Int(slots[slot]) - 1 != index { slot = (slot + 1) & mask }
        return slot
    }

    /// Frees a slot, and moves up those behind it that had to give way: a gap would end a search.
    private mutating func vacate(_ slot: Int) {
        let mask = slots.count - 1
        var gap = slot
        var next = (slot + 1) & mask
        while slots[next] != 0 {
            let home = Int(truncatingIfNeeded: entries[Int(slots[next]) - 1].hash) & mask
            // It may not move before its home.
            if (next - home) & mask >= (next - gap) & mask {
                slots[gap] = slots[next]
                gap = next
            }
            next = (next + 1) & mask
        }
        slots[gap] = 0
    }

    private mutating func closeGaps() {
        var packed: [UInt8] = []
        packed.reserveCapacity(2 * liveBytes + 2 * Limits.topicBytes)
        for index in entries.indices {
            let start = Int(entries[index].offset)
            entries[index].offset = Int32(packed.count)
            packed.append(contentsOf: arena[start..<start + Int(entries[index].length)])
        }
        arena = packed
    }

    // MARK: Slots

    private mutating func place(_ index: Int) {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: entries[index].hash) & mask
        while slots[slot] != 0 { slot = (slot + 1) & mask }
        slots[slot] = Int32(index) + 1
    }

    private mutating func grow() {
        slots = Array(repeating: 0, count: slots.count * 2)
        for index in entries.indices { place(index) }
    }
}
