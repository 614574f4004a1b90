import Monitoring

/// Every name that payloads have shown: a tree of keys, shared by all topics of a rule.
///
/// A message mostly has the keys of the one before, in the same order, so each node remembers which
/// node followed it; a key then costs one comparison of its bytes, without a hash. Otherwise an
/// open-addressing table finds the node by parent, space and bytes.
///
/// A key is kept as JSON writes it, with its quotes and the colon, so that one comparison of eight
/// bytes, or two, finds all of it.
///
/// Nodes also find duplicate keys, exactly and for objects of any size. Keys that come in the order
/// of their ranks are all different. When an object leaves that order, it stamps the nodes of all
/// its keys with a number of its own, and a node that bears the stamp already is a key given twice;
/// then the nodes are ranked anew, so that the next object of this order is in order.
///
/// Memory: 64 bytes a node, 4 to 8 of table, and the name with three bytes more. Nodes beyond `Limits.namesKept` live for
/// one message. Nodes are only removed newest first, so the table needs no tombstones.
struct NameTable: Sendable {
    /// What a name is. Names of different spaces never meet.
    enum Space: UInt8, Sendable {
        /// The document of a rule.
        case root
        /// A member of an object, by its key.
        case key
        /// The element of an array at a declared index.
        case index
        /// Any element of an array.
        case element
        /// A reading, by the name that its element gives.
        case reading
        /// A field, by its name in the configuration.
        case declared
    }

    /// What a member means without configuration.
    enum Role: UInt8, Sendable {
        case unset
        case ordinary
        case time
    }

    struct Node: Sendable {
        /// The number of an index; of a name the first eight bytes of `"name":`, padded with zeros.
        var prefix: UInt64
        /// The last eight bytes of `"name":`, where it has more than eight.
        var tail: UInt64
        var hash: UInt64
        /// The object instance that last had this key.
        var stamp: UInt64 = 0
        /// The node's place in the order of keys last seen in an object. It may run over: order is
        /// then lost, which costs time and nothing else.
        var rank: UInt32
        var parent: Int32
        /// What followed this key or reading last time, or -1.
        var next: Int32 = -1
        /// The first key or reading below this node last time, or -1.
        var first: Int32 = -1
        var start: Int32
        var length: Int32
        /// Where the format keeps the value of a declared path, or -1.
        var slot: Int16 = -1
        /// Which list of readings of the format this array is, or -1.
        var readings: Int8 = -1
        var space: Space
        /// Whether the name is written in JSON as it is, without escapes.
        var isPlain: Bool
        /// Whether elements of this array are declared by their index.
        var hasIndices = false
        /// Whether it is a field of some topic.
        var isField = false
        var role = Role.unset
    }

    var nodes: [Node] = []
    private(set) var bytes: [UInt8] = []
    /// Node numbers by hash; -1 is free. At most half full.
    private var table: [Int32]
    var lastStamp: UInt64 = 0
    var lastRank: UInt32 = 0
    private let seed: UInt64
    private var keptNodes: Int
    private var keptBytes: Int
    /// Names of the configuration.
    private var configured = 0

    /// The seed guards the table against chosen collisions; results do not depend on it.
    init(
        seed: UInt64,
        keptNodes: Int = Limits.namesKept,
        keptBytes: Int = Limits.nameBytesKept,
    ) {
        self.seed = seed
        self.keptNodes = keptNodes
        self.keptBytes = keptBytes
        table = Array(repeating: -1, count: 256)
    }

    // MARK: Interning

    /// The document of a new rule.
    mutating func addRoot() -> Int32 {
        insert(Span(), number: UInt64(nodes.count), under: -1, as: .root, hash: seed)
    }

    /// The node of a name, made if there is none.
    mutating func intern(_ name: Span<UInt8>, under parent: Int32, as space: Space) -> Int32 {
        let hash = hash(of: name, number: 0, parent, space)
        let found = find(name, number: 0, under: parent, as: space, hash: hash)
        if found >= 0 { return found }
        return insert(name, number: 0, under: parent, as: space, hash: hash)
    }

    /// The node of a name, or -1.
    func find(_ name: Span<UInt8>, under parent: Int32, as space: Space) -> Int32 {
        let hash = hash(of: name, number: 0, parent, space)
        return find(name, number: 0, under: parent, as: space, hash: hash)
    }

    /// The node of an array's element at a declared index, made if there is none.
    mutating func intern(index: Int, under parent: Int32) -> Int32 {
        let found = find(index: index, under: parent)
        if found >= 0 { return found }
        let number = UInt64(index)
        let hash = hash(of: Span(), number: number, parent, .index)
        return insert(Span(), number: number, under: parent, as: .index, hash: hash)
    }

    /// The node of an array's element at a declared index, or -1.
    func find(index: Int, under parent: Int32) -> Int32 {
        let number = UInt64(index)
        let hash = hash(of: Span(), number: number, parent, .index)
        return find(Span(), number: number, under: parent, as: .index, hash: hash)
    }

    private func hash(
        of name: Span<UInt8>,
        number: UInt64,
        _ parent: Int32,
        _ space: Space,
    ) -> UInt64 {
        let place = UInt64(UInt32(bitPattern: parent)) << 8 | UInt64(space.rawValue)
        return PayloadHash.hash(name, seed: seed ^ place &* 0x9E37_79B9_7F4A_7C15 ^ number << 40)
    }

    private func find(
        _ name: Span<UInt8>,
        number: UInt64,
        under parent: Int32,
        as space: Space,
        hash: UInt64,
    ) -> Int32 {
        let mask = table.count &- 1
        var place = Int(truncatingIfNeeded: hash) & mask
        while true {
            let candidate = table[place]
            if candidate < 0 { return -1 }
            let node = nodes[Int(candidate)]
            if node.hash == hash, node.parent == parent, node.space == space,
                space == .index ? node.prefix == number : has(node, name)
            {
                return candidate
            }
            place = (place &+ 1) & mask
        }
    }

    private func has(_ node: Node, _ name: Span<UInt8>) -> Bool {
        guard name.count == Int(node.length) else { return false }
        let start = Int(node.start)
        for index in 0..<name.count where bytes[start + index] != name[index] { return false }
        return true
    }

    private mutating func insert(
        _ name: Span<UInt8>,
        number: UInt64,
        under parent: Int32,
        as space: Space,
        hash: UInt64,
    ) -> Int32 {
        if (nodes.count + 1) * 2 > table.count { grow() }
        let id = Int32(nodes.count)
        let first = bytes.count
        bytes.append(UInt8(ascii: "\""))
        var isPlain = space == .key || space == .reading
        for index in 0..<name.count {
            let byte = name[index]
            bytes.append(byte)
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                isPlain = false
            }
        }
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
        let isNumbered = space == .index || space == .root
        let (prefix, tail) = ends(from: first)
        lastRank &+= 1
        nodes.append(
            Node(
                prefix: isNumbered ? number : prefix,
                tail: tail,
                hash: hash,
                rank: lastRank,
                parent: parent,
                start: Int32(first + 1),
                length: Int32(name.count),
                space: space,
                isPlain: isPlain,
            )
        )
        place(id, hash)
        return id
    }

    /// The first and the last eight of the bytes from `first` on, as far as there are so many.
    private func ends(from first: Int) -> (UInt64, UInt64) {
        let written = bytes.span.extracting(first..<bytes.count)
        let count = written.count
        return (
            written.paddedWord(at: 0, count: count), count > 8 ? written.word(at: count - 8) : 0
        )
    }

    private mutating func place(_ id: Int32, _ hash: UInt64) {
        let mask = table.count - 1
        var place = Int(truncatingIfNeeded: hash) & mask
        while table[place] >= 0 { place = (place + 1) & mask }
        table[place] = id
    }

    private mutating func grow() {
        table = Array(repeating: -1, count: table.count * 2)
        for (id, node) in nodes.enumerated() { place(Int32(id), node.hash) }
    }

    // MARK: Properties

    mutating func setSlot(_ slot: Int, of id: Int32) { nodes[Int(id)].slot = Int16(slot) }
    mutating func setReadings(_ list: Int, of id: Int32) { nodes[Int(id)].readings = Int8(list) }
    mutating func setHasIndices(_ id: Int32) { nodes[Int(id)].hasIndices = true }
    mutating func setIsField(_ id: Int32) { nodes[Int(id)].isField = true }
    mutating func setRole(_ role: Role, of id: Int32) { nodes[Int(id)].role = role }

    /// Whether the name is exactly one of these texts.
    func isNamed(oneOf texts: [String], _ id: Int32) -> Bool {
        let name = name(of: id)
        return texts.contains { name.elementsEqual($0.utf8) }
    }

    /// The bytes of a name.
    func name(of id: Int32) -> ArraySlice<UInt8> {
        let node = nodes[Int(id)]
        return bytes[Int(node.start)..<Int(node.start) + Int(node.length)]
    }

    // MARK: Forgetting

    /// Forgets every node from `count` on: what an unreadable message brought.
    mutating func forget(from count: Int) {
        guard nodes.count > count else { return }
        let mask = table.count - 1
        while nodes.count > count {
            let id = Int32(nodes.count - 1)
            var place = Int(truncatingIfNeeded: nodes[Int(id)].hash) & mask
            while table[place] != id { place = (place + 1) & mask }
            // The newest node is the last of its probe sequence: nothing was placed beyond it.
            table[place] = -1
            bytes.removeLast(bytes.count - Int(nodes[Int(id)].start) + 1)
            nodes.removeLast()
        }
    }

    /// Keeps every name so far, whatever the limits: those of the configuration.
    mutating func keepAll() {
        configured = nodes.count
        keptNodes = max(keptNodes, nodes.count)
        keptBytes = max(keptBytes, bytes.count)
    }

    /// How many of the names so far are within the limits.
    var room: Int {
        guard nodes.count > keptNodes || bytes.count > keptBytes else { return nodes.count }
        var count = min(nodes.count, keptNodes)
        while count > 0, endOfBytes(count - 1) > keptBytes { count -= 1 }
        return count
    }

    /// Forgets what is beyond the limits at the end of a message; beyond half of them, where `count`
    /// names were before it, also what of it belongs to no field: texts and objects under names that
    /// never come again would else leave no room for fields.
    mutating func settle(from count: Int) {
        guard nodes.count > keptNodes / 2 || bytes.count > keptBytes / 2 else { return }
        if nodes.count > max(count, configured) { forgetPlain(from: max(count, configured)) }
        forget(from: room)
    }

    /// Forgets of the names from `count` on those behind the last one that is a field: serial numbers
    /// that became none. What lies above a field in the document came before it, and stays.
    mutating func forgetPlain(from count: Int) {
        var end = nodes.count
        while end > count, !nodes[end - 1].isField { end -= 1 }
        forget(from: end)
    }

    private func endOfBytes(_ index: Int) -> Int {
        Int(nodes[index].start) + Int(nodes[index].length) + 2
    }
}
