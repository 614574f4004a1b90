import Monitoring

/// The unit texts that payloads have named, numbered from 1 in the order of first sight.
///
/// A plant has some dozens, so a search from the one seen last is fastest. Texts beyond
/// `Limits.unitTexts` share one number: they are told from all others, not from each other.
struct UnitTable: Sendable {
    private var texts: [[UInt8]] = []
    private var last = 0

    /// The number of a text, 0 for a blank one.
    mutating func index(of text: Span<UInt8>) -> UInt16 {
        guard !text.isEmpty else { return 0 }
        if last < texts.count, text.hasSameBytes(as: texts[last]) { return UInt16(last + 1) }
        return search(text)
    }

    private mutating func search(_ text: Span<UInt8>) -> UInt16 {
        for index in 0..<texts.count where text.hasSameBytes(as: texts[index]) {
            last = index
            return UInt16(index + 1)
        }
        guard texts.count < Limits.unitTexts else { return UInt16(Limits.unitTexts + 1) }
        var copy: [UInt8] = []
        for index in 0..<min(text.count, Limits.unitBytes) { copy.append(text[index]) }
        texts.append(copy)
        return UInt16(texts.count)
    }

    /// The text of a number; nil for 0 and for a text beyond the limit.
    func text(_ index: UInt16) -> String? {
        guard index > 0, index <= texts.count else { return nil }
        return String(decoding: texts[Int(index) - 1], as: UTF8.self)
    }
}
