import Monitoring

/// Arrays, and the readings in them.
extension JSONFormat {
    /// Reads an array from its bracket. Only declared indices and readings come out of arrays.
    func array(
        _ bytes: Span<UInt8>,
        at position: inout Int,
        _ node: Int32,
        _ workspace: inout DecodingWorkspace,
    ) throws(DecodeFailure) {
        let array = workspace.names.nodes[Int(node)]
        if array.readings >= 0 {
            workspace.foundReadings = true
            workspace.lastReading = -1
        }
        position &+= 1
        JSONText.skipSpace(bytes, &position)
        if try JSONText.byte(bytes, position) == UInt8(ascii: "]") {
            position &+= 1
            return
        }
        let wasSampled = workspace.isSampled
        workspace.isSampled = false
        let any = workspace.names.intern(Span(), under: node, as: .element)
        var index = 0
        while true {
            if array.readings >= 0 {
                try reading(Int(array.readings), bytes, at: &position, any, &workspace)
            } else {
                let declared =
                    array.hasIndices ? workspace.names.find(index: index, under: node) : -1
                let element = declared >= 0 ? declared : any
                let slot = workspace.names.slot(of: element)
                try value(bytes, at: &position, element, slot: slot, &workspace)
            }
            index += 1
            if try isLast(UInt8(ascii: "]"), bytes, at: &position) { break }
        }
        workspace.isSampled = wasSampled
    }

    /// Reads one element of an array of readings and appends its sample.
    private func reading(
        _ list: Int,
        _ bytes: Span<UInt8>,
        at position: inout Int,
        _ node: Int32,
        _ workspace: inout DecodingWorkspace,
    ) throws(DecodeFailure) {
        // Lent by the span: a copy would count references.
        let readings = plan.readings.span
        let start = position
        workspace.clearTokens(readings[list].slots)
        let own = workspace.names.slot(of: node)
        try value(bytes, at: &position, node, slot: own, &workspace)
        let slot = readings[list].value
        let isRecognised = readings[list].isRecognised
        if isRecognised, workspace.tokens[slot].kind == .absent { return }
        let isReading = !isRecognised || value(of: workspace.tokens[slot], bytes, &workspace) != nil
        let name = workspace.readingName(
            workspace.tokens[readings[list].name],
            below: readings[list].array,
            bytes,
            isKnown: !isReading,
        )
        if name < 0 {
            if isRecognised { return noteText(workspace.tokens[slot], &workspace) }
            throw DecodeFailure(.missingField, at: start, path: JSONPlan.Readings.namePath)
        }
        let description = description(
            readings[list].attributes,
            readings[list].qualities,
            bytes,
            &workspace,
        )
        guard isReading else {
            return try workspace.append(name: name, .unreadable, 0, description)
        }
        try appendDeclared(
            slot,
            path: JSONPlan.Readings.valuePath,
            name: name,
            description,
            bytes,
            &workspace,
        )
    }

    private func noteText(_ token: JSONToken, _ workspace: inout DecodingWorkspace) {
        if token.kind == .string, workspace.firstText < 0 { workspace.firstText = token.start }
    }
}
