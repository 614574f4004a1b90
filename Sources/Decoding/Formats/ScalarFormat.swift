import Monitoring

/// The whole payload is one value: a number, a boolean in words, NaN or an infinity, `null`, a
/// declared word, or one of these in quotes. White space round it, a byte order mark and one
/// trailing NUL do not count. Anything else is undecodable: `21.5 C`, `0x1F`, `1_000`, `12,5`.
struct ScalarFormat: PayloadFormat {
    static let name = "scalar"

    private let field: Int32
    private let words: WordList

    init(_ settings: PayloadSettings, in workspace: inout DecodingWorkspace) {
        let root = workspace.names.addRoot()
        let declared = settings.fields.first
        let name = declared?.name ?? "value"
        field = workspace.names.intern(
            Array(name.utf8).span,
            under: root,
            as: declared == nil ? .key : .declared,
        )
        words = WordList(settings.words)
        if case .declared(let unit)? = declared?.unit ?? settings.unit {
            workspace.declaredUnits[field] = unit
        }
    }

    func read(
        _ payload: Span<UInt8>,
        in workspace: inout DecodingWorkspace,
    ) throws(DecodeFailure) {
        let range = Payload.content(payload)
        guard !range.isEmpty else { throw DecodeFailure(.notANumberOrWord, at: range.lowerBound) }
        let content = payload.extracting(range)
        if content[0] == UInt8(ascii: "\"") {
            try quoted(payload.extracting(0..<range.upperBound), range.lowerBound, &workspace)
        } else if let value = value(of: content) {
            try workspace.append(name: field, value.kind, value.value)
        } else {
            throw unreadable(at: range.lowerBound)
        }
    }

    private func quoted(
        _ bytes: Span<UInt8>,
        _ start: Int,
        _ workspace: inout DecodingWorkspace,
    ) throws(DecodeFailure) {
        var position = start
        let token = try JSONToken.scalar(bytes, at: &position)
        guard position == bytes.count else { throw DecodeFailure(.trailingContent, at: position) }
        JSONText.unescape(bytes.extracting(token.range), into: &workspace.scratch)
        guard let value = value(of: workspace.scratch.span) else { throw unreadable(at: start) }
        try workspace.append(name: field, value.kind, value.value)
    }

    private func value(of text: Span<UInt8>) -> (kind: Sample.Kind, value: Double)? {
        if let word = words.index(of: text) { return (.word, Double(word)) }
        if let value = TextValue.read(text) { return value }
        let isNull = TextValue.lowercased(text) == 0x6C6C_756E && text[0] == UInt8(ascii: "n")
        return isNull ? (.missing, 0) : nil
    }

    private func unreadable(at offset: Int) -> DecodeFailure {
        DecodeFailure(words.isEmpty ? .notANumberOrWord : .undeclaredWord, at: offset)
    }
}
