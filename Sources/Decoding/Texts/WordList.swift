/// The declared `words` of a rule, as bytes: texts that are values, numbered in their order.
struct WordList: Sendable {
    private let words: [[UInt8]]

    init(_ words: [String]) {
        self.words = words.map { Array($0.utf8) }
    }

    var isEmpty: Bool { words.isEmpty }

    /// The number of the word that the whole text is, spaces round it aside; case counts.
    func index(of text: Span<UInt8>) -> Int? {
        guard !words.isEmpty else { return nil }
        let range = Payload.trimmed(text, 0..<text.count)
        for (index, word) in words.enumerated() where word.count == range.count {
            if text.extracting(range).hasSameBytes(as: word) { return index }
        }
        return nil
    }
}
