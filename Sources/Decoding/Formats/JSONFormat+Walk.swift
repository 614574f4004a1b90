import Monitoring

/// One pass over a document: it is checked in full, and what the plan asks for is kept.
extension JSONFormat {
    /// Reads the whole document and the white space behind it; returns whether it is an object or
    /// an array.
    func document(
        _ bytes: Span<UInt8>,
        at position: inout Int,
        _ workspace: inout DecodingWorkspace,
    ) throws(DecodeFailure) -> Bool {
        let first = try JSONText.byte(bytes, position)
        let isContainer = first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
        var node = plan.root
        if !isContainer, isFlattened, workspace.names.nodes[Int(node)].slot < 0 {
            // A document that is a bare value has no key to be named by.
            node = workspace.valueName(below: node)
        }
        let slot = workspace.names.slot(of: node)
        try value(bytes, at: &position, node, slot: slot, &workspace)
        JSONText.skipSpace(bytes, &position)
        return isContainer
    }

    /// Reads any value; `slot` is that of its node.
    @inline(__always)
    func value(
        _ bytes: Span<UInt8>,
        at position: inout Int,
        _ node: Int32,
        slot: Int,
        _ workspace: inout DecodingWorkspace,
    ) throws(DecodeFailure) {
        let first = try JSONText.byte(bytes, position)
        if first &- UInt8(ascii: "0") < 10 || first == UInt8(ascii: "-") {
            try number(bytes, at: &position, node, slot: slot, &workspace)
        } else if first == UInt8(ascii: "\"") {
            try string(bytes, at: &position, node, slot: slot, &workspace)
        } else if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") {
            try container(first, bytes, at: &position, node, &workspace)
        } else {
            let token = try JSONToken.scalar(bytes, at: &position)
            try keep(token, bytes, node, &workspace)
        }
    }

    private func container(
        _ first: UInt8,
        _ bytes: Span<UInt8>,
        at position: inout Int,
        _ node: Int32,
        _ workspace: inout DecodingWorkspace,
    ) throws(DecodeFailure) {
        let start = position
        guard workspace.depth < Limits.payloadDepth else {
            throw DecodeFailure(.tooDeep, at: start)
        }
        workspace.depth += 1
        if first == UInt8(ascii: "{") {
            try object(bytes, at: &position, node, &workspace)
        } else {
            try array(bytes, at: &position, node, &workspace)
        }
        workspace.depth -= 1
        let slot = workspace.names.slot(of: node)
        if slot >= 0 {
            workspace.tokens[slot] = .container(start..<position)
        } else if workspace.isSampled, workspace.isKnownField(node) {
            try workspace.append(name: node, .unreadable, 0)
        }
    }

    /// Reads a number. Apart from `keep`, because it is what most of every payload consists of.
    @inline(__always)
    private func number(
        _ bytes: Span<UInt8>,
        at position: inout Int,
        _ node: Int32,
        slot: Int,
        _ workspace: inout DecodingWorkspace,
    ) throws(DecodeFailure) {
        let start = position
        let number = try DecimalNumber.json(bytes, at: &position)
        if slot >= 0 {
            workspace.tokens[slot] = .number(number, start..<position)
        } else if workspace.isSampled {
            let value = number.nearestDouble(bytes.extracting(start..<position))
            let kind = value.isFinite ? Sample.Kind.number : .infinite
            try workspace.append(name: node, kind, value)
        }
    }

    /// Reads a string.
    @inline(__always)
    private func string(
        _ bytes: Span<UInt8>,
        at position: inout Int,
        _ node: Int32,
        slot: Int,
        _ workspace: inout DecodingWorkspace,
    ) throws(DecodeFailure) {
        let start = position &+ 1
        var isEscaped = false
        let end = try JSONText.endOfString(bytes, from: start, isEscaped: &isEscaped)
        position = end &+ 1
        if slot >= 0 {
            workspace.tokens[slot] = .string(start..<end, isEscaped: isEscaped)
        } else if workspace.isSampled {
            if !isEscaped, words.isEmpty {
                guard let value = TextValue.read(bytes.extracting(start..<end)) else {
                    return try passOver(node, at: start, &workspace)
                }
                try workspace.append(name: node, value.kind, value.value)
            } else {
                try keep(.string(start..<end, isEscaped: isEscaped), bytes, node, &workspace)
            }
        }
    }

    /// Notes a scalar for its slot, or makes it a sample.
    @inline(never)
    private func keep(
        _ token: JSONToken,
        _ bytes: Span<UInt8>,
        _ node: Int32,
        _ workspace: inout DecodingWorkspace,
    ) throws(DecodeFailure) {
        let slot = workspace.names.slot(of: node)
        if slot >= 0 {
            workspace.tokens[slot] = token
            return
        }
        guard workspace.isSampled else { return }
        if let value = value(of: token, bytes, &workspace) {
            try workspace.append(name: node, value.kind, value.value)
        } else if token.kind == .string {
            try passOver(node, at: Int(token.start), &workspace)
        }
    }

    /// A text that is no value is a description, as long as its name was never a field.
    @inline(__always)
    private func passOver(
        _ node: Int32,
        at start: Int,
        _ workspace: inout DecodingWorkspace,
    ) throws(DecodeFailure) {
        if workspace.isKnownField(node) {
            try workspace.append(name: node, .unreadable, 0)
        } else if workspace.firstText < 0 {
            workspace.firstText = Int32(truncatingIfNeeded: start)
        }
    }

    // MARK: Objects

    /// Reads an object from its brace. A recognised time among its members is the time of all
    /// samples in it and below it that have none from further inside.
    private func object(
        _ bytes: Span<UInt8>,
        at position: inout Int,
        _ node: Int32,
        _ workspace: inout DecodingWorkspace,
    ) throws(DecodeFailure) {
        position &+= 1
        JSONText.skipSpace(bytes, &position)
        if try JSONText.byte(bytes, position) == UInt8(ascii: "}") {
            position &+= 1
            return
        }
        let firstSample = workspace.samples.count
        // Samples of an object take its time when it is known, not the one round it.
        let outerTime = workspace.time
        workspace.time = .absent
        var order = KeyOrder()
        var member: Int32 = -1
        var expected = workspace.names.expected(after: -1, under: node)
        while true {
            let key = try key(
                bytes,
                at: &position,
                expected,
                after: member,
                under: node,
                &order,
                &workspace,
            )
            member = key.id
            expected = key.next
            if key.role == .time, workspace.isSampled {
                try timeMember(bytes, at: &position, member, &workspace)
            } else {
                try value(bytes, at: &position, member, slot: Int(key.slot), &workspace)
            }
            if try isLast(UInt8(ascii: "}"), bytes, at: &position) { break }
        }
        if order.isLost { workspace.names.rankAnew(under: node, through: member) }
        if workspace.hasUntimedSamples, workspace.time.problem != .absent {
            workspace.fillTime(workspace.time, from: firstSample)
        }
        workspace.time = outerTime
    }

    /// The next key, whose opening quote stands at `position`, which moves behind it and its colon.
    @inline(__always)
    private func key(
        _ bytes: Span<UInt8>,
        at position: inout Int,
        _ expected: Int32,
        after previous: Int32,
        under parent: Int32,
        _ order: inout KeyOrder,
        _ workspace: inout DecodingWorkspace,
    ) throws(DecodeFailure) -> NameTable.Key {
        let quote = position
        var key = workspace.names.key(expected, under: parent, bytes, at: quote)
        let isExpected = key.end >= 0
        if !isExpected {
            let id = try otherKey(bytes, at: &position, under: parent, &workspace)
            workspace.names.expect(id, after: previous, under: parent)
            key = workspace.names.key(id, end: position)
        }
        guard workspace.names.isNew(key, after: previous, under: parent, &order) else {
            throw DecodeFailure(.duplicateKey, at: quote)
        }
        if isExpected {
            position = key.end
            JSONText.skipSpace(bytes, &position)
        } else {
            try colon(bytes, at: &position)
        }
        return key
    }

    /// The name of a key that is not the one of last time.
    private func otherKey(
        _ bytes: Span<UInt8>,
        at position: inout Int,
        under parent: Int32,
        _ workspace: inout DecodingWorkspace,
    ) throws(DecodeFailure) -> Int32 {
        let quote = position
        guard try JSONText.byte(bytes, quote) == UInt8(ascii: "\"") else {
            throw DecodeFailure(.syntax, at: quote)
        }
        let token = try JSONToken.scalar(bytes, at: &position)
        let node: Int32
        if token.isEscaped {
            JSONText.unescape(bytes.extracting(token.range), into: &workspace.scratch)
            let text = workspace.scratch
            node = workspace.names.intern(text.span, under: parent, as: .key)
        } else {
            node = workspace.names.intern(bytes.extracting(token.range), under: parent, as: .key)
        }
        guard workspace.names.nodes.count - workspace.firstName <= Limits.namesPerMessage else {
            throw DecodeFailure(.tooManyFields, at: quote)
        }
        if workspace.names.nodes[Int(node)].role == .unset { setRole(of: node, &workspace) }
        return node
    }

    private func setRole(of node: Int32, _ workspace: inout DecodingWorkspace) {
        let isTime = recognisesTime && workspace.names.isNamed(oneOf: Self.timeKeys, node)
        workspace.names.setRole(isTime ? .time : .ordinary, of: node)
    }

    private static let timeKeys = ["ts", "time", "timestamp", "timestamp_ms", "Time"]

    private func colon(_ bytes: Span<UInt8>, at position: inout Int) throws(DecodeFailure) {
        JSONText.skipSpace(bytes, &position)
        guard try JSONText.byte(bytes, position) == UInt8(ascii: ":") else {
            throw DecodeFailure(.syntax, at: position)
        }
        position &+= 1
        JSONText.skipSpace(bytes, &position)
    }

    /// Whether the closing bracket comes next, not a comma and another member; moves behind either
    /// and to what follows.
    @inline(__always)
    func isLast(
        _ bracket: UInt8,
        _ bytes: Span<UInt8>,
        at position: inout Int,
    ) throws(DecodeFailure) -> Bool {
        JSONText.skipSpace(bytes, &position)
        let byte = try JSONText.byte(bytes, position)
        if byte == bracket {
            position &+= 1
            return true
        }
        guard byte == UInt8(ascii: ",") else { throw DecodeFailure(.syntax, at: position) }
        position &+= 1
        JSONText.skipSpace(bytes, &position)
        return false
    }

    /// Reads a member with one of the usual time keys. At the top it is always a time. Further
    /// inside it is one only if it can be placed, because there `time` may as well be a measured
    /// duration. Of two times in an object the first that can be placed counts.
    private func timeMember(
        _ bytes: Span<UInt8>,
        at position: inout Int,
        _ member: Int32,
        _ workspace: inout DecodingWorkspace,
    ) throws(DecodeFailure) {
        let first = try JSONText.byte(bytes, position)
        if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") {
            let slot = workspace.names.slot(of: member)
            return try value(bytes, at: &position, member, slot: slot, &workspace)
        }
        if first &- UInt8(ascii: "1") < 9, workspace.time.problem != .none {
            // By far the most frequent time, without the detour of a token.
            let start = position
            let number = try DecimalNumber.json(bytes, at: &position)
            let reading = workspace.time(of: number, by: times)
            if workspace.depth == 1 || reading.problem == .none {
                workspace.time = reading
                return
            }
            position = start
        }
        let token = try JSONToken.scalar(bytes, at: &position)
        let reading = workspace.time(of: token, bytes, by: times)
        if workspace.depth > 1, reading.problem == .impossible {
            try keep(token, bytes, member, &workspace)
        } else if workspace.time.problem != .none, reading.problem != .absent {
            workspace.time = reading
        }
    }
}
