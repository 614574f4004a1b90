import Monitoring

/// One pass over a document: it is checked in full, and what the plan asks for is kept.
extension JSONFormat {
    /// Where a value stands, and what becomes of it.
    struct Place {
        /// Its name in the name table.
        var node: Int32
        /// Objects and arrays round it.
        var depth: Int
        /// Whether it becomes a sample if it can.
        var isSampled: Bool
    }

    /// Reads the whole document and the white space behind it; returns whether it is an object or
    /// an array.
    func document(
        _ bytes: Span<UInt8>,
        at position: inout Int,
        _ workspace: inout DecodingWorkspace,
    ) throws(DecodeFailure) -> Bool {
        let first = try JSONText.byte(bytes, position)
        let place = Place(node: plan.root, depth: 0, isSampled: isFlattened)
        try value(bytes, at: &position, place, &workspace)
        JSONText.skipSpace(bytes, &position)
        return first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
    }

    /// Reads any value.
    @inline(__always)
    private func value(
        _ bytes: Span<UInt8>,
        at position: inout Int,
        _ place: Place,
        _ workspace: inout DecodingWorkspace,
    ) throws(DecodeFailure) {
        let first = try JSONText.byte(bytes, position)
        if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") {
            let start = position
            guard place.depth < Limits.payloadDepth else {
                throw DecodeFailure(.tooDeep, at: start)
            }
            if first == UInt8(ascii: "{") {
                try object(bytes, at: &position, place, &workspace)
            } else {
                try array(bytes, at: &position, place, &workspace)
            }
            let slot = Int(workspace.names.nodes[Int(place.node)].slot)
            if slot >= 0 { workspace.tokens[slot] = .container(start..<position) }
        } else {
            let token = try JSONToken.scalar(bytes, at: &position)
            try keep(token, bytes, place, &workspace)
        }
    }

    /// Notes a scalar for its slot, or makes it a sample.
    @inline(__always)
    private func keep(
        _ token: JSONToken,
        _ bytes: Span<UInt8>,
        _ place: Place,
        _ workspace: inout DecodingWorkspace,
    ) throws(DecodeFailure) {
        let slot = Int(workspace.names.nodes[Int(place.node)].slot)
        if slot >= 0 {
            workspace.tokens[slot] = token
            return
        }
        guard place.isSampled else { return }
        // A document that is a bare value has no key to be named by.
        let name = place.node == plan.root ? workspace.valueName(below: plan.root) : place.node
        switch token.kind {
        case .number:
            let value = TextValue.sampled(token.number.nearestDouble(bytes.extracting(token.range)))
            try workspace.append(name: name, value.kind, value.value)
        case .boolean: try workspace.append(name: name, .boolean, token.isTrue ? 1 : 0)
        case .null: try workspace.append(name: name, .missing, 0)
        case .string:
            guard let value = workspace.value(of: token, bytes, words: words) else { return }
            try workspace.append(name: name, value.kind, value.value)
        case .absent, .container: return
        }
    }

    // MARK: Objects

    /// Reads an object from its brace. A recognised time among its members is the time of all
    /// samples in it and below it that have none from further inside.
    private func object(
        _ bytes: Span<UInt8>,
        at position: inout Int,
        _ place: Place,
        _ workspace: inout DecodingWorkspace,
    ) throws(DecodeFailure) {
        position &+= 1
        JSONText.skipSpace(bytes, &position)
        if try JSONText.byte(bytes, position) == UInt8(ascii: "}") {
            position &+= 1
            return
        }
        let stamp = workspace.names.newStamp()
        let firstSample = workspace.samples.count
        var time = TimeReading.absent
        var member = Place(node: -1, depth: place.depth + 1, isSampled: place.isSampled)
        while true {
            member.node = try key(
                bytes,
                at: &position,
                after: member.node,
                under: place.node,
                stamp,
                &workspace,
            )
            try colon(bytes, at: &position)
            if place.isSampled, workspace.names.nodes[Int(member.node)].role == .time {
                try timeMember(bytes, at: &position, member, &time, &workspace)
            } else {
                try value(bytes, at: &position, member, &workspace)
            }
            if try isLast(UInt8(ascii: "}"), bytes, at: &position) { break }
        }
        if time.problem != .absent { workspace.fillTime(time, from: firstSample) }
    }

    /// The name of the next key, whose opening quote is expected at `position`; moves behind it.
    @inline(__always)
    private func key(
        _ bytes: Span<UInt8>,
        at position: inout Int,
        after previous: Int32,
        under parent: Int32,
        _ stamp: UInt64,
        _ workspace: inout DecodingWorkspace,
    ) throws(DecodeFailure) -> Int32 {
        let quote = position
        guard try JSONText.byte(bytes, quote) == UInt8(ascii: "\"") else {
            throw DecodeFailure(.syntax, at: quote)
        }
        var node = workspace.names.expected(after: previous, under: parent)
        let end = workspace.names.endOfKey(node, under: parent, bytes, at: quote &+ 1)
        if end >= 0 {
            position = end &+ 1
        } else {
            node = try otherKey(bytes, at: &position, under: parent, &workspace)
            workspace.names.expect(node, after: previous, under: parent)
        }
        guard workspace.names.mark(node, stamp) else {
            throw DecodeFailure(.duplicateKey, at: quote)
        }
        return node
    }

    /// The name of a key that is not the one of last time.
    @inline(never)
    private func otherKey(
        _ bytes: Span<UInt8>,
        at position: inout Int,
        under parent: Int32,
        _ workspace: inout DecodingWorkspace,
    ) throws(DecodeFailure) -> Int32 {
        let quote = position
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

    @inline(__always)
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
    private func isLast(
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
        _ place: Place,
        _ time: inout TimeReading,
        _ workspace: inout DecodingWorkspace,
    ) throws(DecodeFailure) {
        let first = try JSONText.byte(bytes, position)
        if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") {
            return try value(bytes, at: &position, place, &workspace)
        }
        let token = try JSONToken.scalar(bytes, at: &position)
        let reading = workspace.time(of: token, bytes, by: times)
        if place.depth > 1, reading.problem == .impossible {
            try keep(token, bytes, place, &workspace)
        } else if time.problem != .none, reading.problem != .absent {
            time = reading
        }
    }

    // MARK: Arrays

    /// Reads an array from its bracket. Only declared indices and readings come out of arrays.
    private func array(
        _ bytes: Span<UInt8>,
        at position: inout Int,
        _ place: Place,
        _ workspace: inout DecodingWorkspace,
    ) throws(DecodeFailure) {
        let node = workspace.names.nodes[Int(place.node)]
        if node.readings >= 0 { workspace.foundReadings = true }
        position &+= 1
        JSONText.skipSpace(bytes, &position)
        if try JSONText.byte(bytes, position) == UInt8(ascii: "]") {
            position &+= 1
            return
        }
        let any = workspace.names.intern(Span(), under: place.node, as: .element)
        var element = Place(node: any, depth: place.depth + 1, isSampled: false)
        var index = 0
        while true {
            if node.readings >= 0 {
                try reading(Int(node.readings), bytes, at: &position, element, &workspace)
            } else {
                if node.hasIndices {
                    let declared = workspace.names.find(index: index, under: place.node)
                    element.node = declared >= 0 ? declared : any
                }
                try value(bytes, at: &position, element, &workspace)
            }
            index += 1
            if try isLast(UInt8(ascii: "]"), bytes, at: &position) { return }
        }
    }

    /// Reads one element of an array of readings and appends its sample.
    private func reading(
        _ list: Int,
        _ bytes: Span<UInt8>,
        at position: inout Int,
        _ place: Place,
        _ workspace: inout DecodingWorkspace,
    ) throws(DecodeFailure) {
        let readings = plan.readings[list]
        let start = position
        workspace.clearTokens(readings.slots)
        try value(bytes, at: &position, place, &workspace)
        let value = workspace.tokens[readings.value]
        if readings.isRecognised {
            guard value.kind != .absent, value.kind != .container else { return }
            if value.kind == .string, workspace.value(of: value, bytes, words: words) == nil {
                return
            }
        }
        let token = workspace.tokens[readings.name]
        let name = workspace.readingName(token, below: readings.array, bytes)
        if name < 0 {
            if readings.isRecognised { return }
            throw DecodeFailure(.missingField, at: start)
        }
        try appendDeclared(value, name: name, bytes, &workspace)
        let index = workspace.samples.count - 1
        describe(index..<index + 1, readings.attributes, readings.qualities, bytes, &workspace)
    }
}
