import Monitoring

/// What tokens mean. Strings with escapes are resolved into `scratch` first.
extension DecodingWorkspace {
    /// Makes room for the slots of a rule, once.
    mutating func reserveTokens(_ count: Int) {
        while tokens.count < count { tokens.append(JSONToken()) }
    }

    @inline(__always)
    mutating func clearTokens(_ slots: Range<Int>) {
        for slot in slots { tokens[slot].kind = .absent }
    }

    /// What the text of a string says as a value: a declared word, a number, a boolean.
    mutating func value(
        of token: JSONToken,
        _ bytes: Span<UInt8>,
        words: WordList,
    ) -> (kind: Sample.Kind, value: Double)? {
        guard token.isEscaped else { return Self.value(bytes.extracting(token.range), words) }
        JSONText.unescape(bytes.extracting(token.range), into: &scratch)
        return Self.value(scratch.span, words)
    }

    @inline(__always)
    private static func value(
        _ text: Span<UInt8>,
        _ words: WordList,
    ) -> (kind: Sample.Kind, value: Double)? {
        if let word = words.index(of: text) { return (.word, Double(word)) }
        return TextValue.read(text)
    }

    /// The quality that a token states; nothing for `null`.
    mutating func quality(
        of token: JSONToken,
        _ bytes: Span<UInt8>,
        by rules: QualityRules,
    ) -> Sample.Quality {
        switch token.kind {
        case .absent, .null: return .unstated
        case .boolean: return rules.quality(of: token.isTrue)
        case .number: return rules.quality(of: token.number)
        case .container: return .uncertain
        case .string:
            guard token.isEscaped else { return rules.quality(of: bytes.extracting(token.range)) }
            JSONText.unescape(bytes.extracting(token.range), into: &scratch)
            return rules.quality(of: scratch.span)
        }
    }

    /// What a string says of the unit, beside the agreed one where there is one (-1: none).
    mutating func unit(of token: JSONToken, _ bytes: Span<UInt8>, agreed: Int) -> UInt16 {
        let number = unit(of: token, bytes)
        guard agreed >= 0, number > 0 else { return number }
        return agreedUnits[agreed].judged(number, in: units)
    }

    /// The number of the unit that a string names, else 0.
    private mutating func unit(of token: JSONToken, _ bytes: Span<UInt8>) -> UInt16 {
        guard token.kind == .string else { return 0 }
        guard token.isEscaped else { return units.index(of: bytes.extracting(token.range)) }
        JSONText.unescape(bytes.extracting(token.range), into: &scratch)
        let text = scratch
        return units.index(of: text.span)
    }

    /// The number of a token that is a whole number or the text of one.
    static func integer(of token: JSONToken, _ bytes: Span<UInt8>) -> Int64? {
        switch token.kind {
        case .number: token.number.integer
        case .string: DecimalNumber.text(bytes.extracting(token.range))?.integer
        default: nil
        }
    }

    /// The name of a reading below its array: the text of a string, or a number as it is written;
    /// -1: no name.
    ///
    /// - Parameter isKnown: only names that the topic has had values under; -1 for others.
    mutating func readingName(
        _ token: JSONToken,
        below array: Int32,
        _ bytes: Span<UInt8>,
        isKnown: Bool = false,
    ) -> Int32 {
        guard token.kind == .string || token.kind == .number else { return -1 }
        if isKnown { return knownReading(token, below: array, bytes) }
        let expected = names.expected(after: lastReading, under: array)
        let end =
            token.kind == .string
            ? names.endOfReading(expected, under: array, bytes, at: Int(token.start) - 1) : -1
        if end >= 0, end == Int(token.end) + 1 {
            lastReading = expected
            return expected
        }
        let name: Int32
        if token.isEscaped {
            JSONText.unescape(bytes.extracting(token.range), into: &scratch)
            let text = scratch
            name = names.intern(text.span, under: array, as: .reading)
        } else {
            name = names.intern(bytes.extracting(token.range), under: array, as: .reading)
        }
        names.expect(name, after: lastReading, under: array)
        lastReading = name
        return name
    }

    private mutating func knownReading(
        _ token: JSONToken,
        below array: Int32,
        _ bytes: Span<UInt8>,
    ) -> Int32 {
        JSONText.unescape(bytes.extracting(token.range), into: &scratch)
        let name = names.find(scratch.span, under: array, as: .reading)
        return name >= 0 && isKnownField(name) ? name : -1
    }
}
