import Monitoring

/// What reading an object asks of its keys.
extension NameTable {
    /// The node that came after `previous` last time, -1 for the first key of `parent`.
    @inline(__always)
    func expected(after previous: Int32, under parent: Int32) -> Int32 {
        let nodes = nodes.span
        return previous >= 0 ? nodes[Int(previous)].next : nodes[Int(parent)].first
    }

    /// Where the format keeps the value of this name, or -1.
    @inline(__always)
    func slot(of id: Int32) -> Int { Int(nodes.span[Int(id)].slot) }

    /// Whether it is a field of some topic.
    @inline(__always)
    func isField(_ id: Int32) -> Bool { nodes.span[Int(id)].isField }

    /// What a member means without configuration.
    @inline(__always)
    func role(of id: Int32) -> Role { nodes.span[Int(id)].role }

    /// What an object's walk needs of a key, fetched from its node at once.
    struct Key {
        var id: Int32
        /// The key that came after it last time, or -1.
        var next: Int32
        var rank: UInt32
        /// Where the format keeps its value, or -1.
        var slot: Int16
        var role: Role
        /// Behind the key and its colon; -1: the text is not this key.
        var end: Int
    }

    /// The key `candidate` of `parent`, if the text at the quote `start` is that, with its quotes
    /// and colon.
    @inline(__always)
    func key(
        _ candidate: Int32,
        under parent: Int32,
        _ text: Span<UInt8>,
        at start: Int,
    ) -> Key {
        let end = endOfWritten(candidate, under: parent, as: .key, 3, text, at: start)
        return end >= 0
            ? key(candidate, end: end)
            : Key(
                id: -1,
                next: -1,
                rank: 0,
                slot: -1,
                role: .unset,
                end: -1
            )
    }

    @inline(__always)
    func key(_ id: Int32, end: Int) -> Key {
        let nodes = nodes.span
        let place = Int(id)
        return Key(
            id: id,
            next: nodes[place].next,
            rank: nodes[place].rank,
            slot: nodes[place].slot,
            role: nodes[place].role,
            end: end,
        )
    }

    /// If the text at the quote `start` is the name `candidate` with its quotes, the place behind
    /// it, else -1.
    func endOfReading(
        _ candidate: Int32,
        under parent: Int32,
        _ text: Span<UInt8>,
        at start: Int,
    ) -> Int {
        endOfWritten(candidate, under: parent, as: .reading, 2, text, at: start)
    }

    /// - Parameter around: bytes round the name that count: both quotes, and the colon or not.
    @inline(__always)
    private func endOfWritten(
        _ candidate: Int32,
        under parent: Int32,
        as space: Space,
        _ around: Int,
        _ text: Span<UInt8>,
        at start: Int,
    ) -> Int {
        // Spans lend single members of a node; the array would copy the node, and a method of the
        // table the table.
        let nodes = nodes.span
        let id = Int(candidate)
        guard id >= 0, id < nodes.count, nodes[id].parent == parent, nodes[id].isPlain,
            nodes[id].space == space
        else { return -1 }
        let length = Int(nodes[id].length) &+ around
        // Beyond the text's end stand zeros, which are in no plain name.
        let rest = text.count &- start
        let word =
            rest >= 8 ? text.word(at: start) : text.paddedWord(at: start, count: max(rest, 0))
        let difference = word ^ nodes[id].prefix
        if length <= 8 {
            // What is above the length does not count.
            return difference << UInt64(truncatingIfNeeded: (8 &- length) &* 8) == 0
                ? start &+ length : -1
        }
        guard difference == 0, start &+ length <= text.count else { return -1 }
        if around == 3, length <= 16 {
            return text.word(at: start &+ length &- 8) == nodes[id].tail ? start &+ length : -1
        }
        let written = bytes.span.extracting(droppingFirst: Int(nodes[id].start) &- 1)
        return Self.hasTail(written, length, text, at: start) ? start &+ length : -1
    }

    /// Whether two texts of more than eight bytes are equal from the ninth on.
    private static func hasTail(
        _ written: Span<UInt8>,
        _ length: Int,
        _ text: Span<UInt8>,
        at start: Int,
    ) -> Bool {
        var offset = 8
        while offset < length {
            // The last eight bytes reach back over what is known to be equal.
            offset = min(offset, length &- 8)
            if text.word(at: start &+ offset) != written.word(at: offset) { return false }
            offset &+= 8
        }
        return true
    }

    /// Ranks the keys of an object that left the order of ranks, in their own order, from the first
    /// of `parent` to `last`.
    mutating func rankAnew(under parent: Int32, through last: Int32) {
        var id = nodes[Int(parent)].first
        while true {
            lastRank &+= 1
            nodes[Int(id)].rank = lastRank
            if id == last { return }
            id = nodes[Int(id)].next
        }
    }

    /// Whether an object has not had this key before; `previous` is the key before it, or -1.
    @inline(__always)
    mutating func isNew(
        _ key: Key,
        after previous: Int32,
        under parent: Int32,
        _ order: inout KeyOrder,
    ) -> Bool {
        let isAscending = key.rank > order.rank || previous < 0
        order.rank = key.rank
        if isAscending, !order.isLost { return true }
        return mark(key.id, after: previous, under: parent, &order.stamp)
    }

    /// Marks a key that breaks the ascending order of an object, whose stamp is 0 before the first
    /// such key; false if the object has it already.
    private mutating func mark(
        _ id: Int32,
        after previous: Int32,
        under parent: Int32,
        _ stamp: inout UInt64,
    ) -> Bool {
        if stamp == 0 {
            lastStamp += 1
            stamp = lastStamp
            // Each key of the object so far follows the one before it, by `expect`.
            var earlier = nodes[Int(parent)].first
            nodes[Int(earlier)].stamp = stamp
            while earlier != previous {
                earlier = nodes[Int(earlier)].next
                nodes[Int(earlier)].stamp = stamp
            }
        }
        if nodes[Int(id)].stamp == stamp { return false }
        nodes[Int(id)].stamp = stamp
        return true
    }

    /// Remembers that `id` came after `previous`, or first in `parent`.
    mutating func expect(_ id: Int32, after previous: Int32, under parent: Int32) {
        if previous >= 0 {
            nodes[Int(previous)].next = id
        } else {
            nodes[Int(parent)].first = id
        }
    }
}
