import Foundation

/// The doc comment of a check's source, taken apart: what its page says in words.
///
/// Its form: `` `name`: a sentence``; a paragraph `Catches … Cannot see …`; what else it cannot see;
/// from the first paragraph that begins with `Definition` on how it decides, with the cost as the
/// last sentence of a paragraph (`4 bytes of state, …` or `No state …`); `Source: …`.
struct CheckComment {
    struct Problem: Error, CustomStringConvertible {
        var description: String
    }

    /// A paragraph's text, or one entry of a list with its mark.
    enum Block: Equatable {
        case text(String)
        case item(String)
    }

    private(set) var title = ""
    private(set) var catches = ""
    private(set) var cannotSee: [Block] = []
    private(set) var definition: [Block] = []
    private(set) var cost = ""
    private(set) var source = ""

    /// - Parameters:
    ///   - text: a Swift source.
    ///   - type: the type in it whose comment is meant.
    ///   - name: of the check.
    init(in text: String, of type: String, name: String) throws(Problem) {
        var paragraphs = try Self.paragraphs(in: text, of: type)
        let start = "`\(name)`: "
        guard let first = paragraphs.first, case .text(let line) = first[0], line.hasPrefix(start)
        else { throw Problem(description: "\(type) does not begin with `/// \(start)…`") }
        title = Self.sentence(line.dropFirst(start.count))
        paragraphs.removeFirst()
        guard let origin = paragraphs.firstIndex(where: { Self.begins($0, with: "Source: ") }),
            origin == paragraphs.count - 1, case .text(let text) = paragraphs[origin][0]
        else { throw Problem(description: "\(type) does not end with `/// Source: …`") }
        source = text
        guard let middle = paragraphs.firstIndex(where: { Self.begins($0, with: "Definition") })
        else { throw Problem(description: "\(type) has no `/// Definition, per …: …`") }
        try takeReach(paragraphs[..<middle], of: type)
        for paragraph in paragraphs[middle..<origin] { takeDefinition(paragraph) }
        guard !cost.isEmpty else {
            throw Problem(
                description: "\(type) does not say `… bytes of state, …` or `No state, …`"
            )
        }
    }

    private mutating func takeReach(
        _ paragraphs: ArraySlice<[Block]>,
        of type: String,
    ) throws(Problem) {
        guard case .text(let text)? = paragraphs.first?[0], text.hasPrefix("Catches "),
            let border = text.range(of: ". Cannot ")
        else { throw Problem(description: "\(type) has no `/// Catches … . Cannot see … .`") }
        catches = Self.sentence(text[..<border.lowerBound].dropFirst("Catches ".count)) + "."
        let rest = text[border.lowerBound...].dropFirst(". ".count)
        let see = "Cannot see "
        cannotSee.append(
            .text(rest.hasPrefix(see) ? Self.sentence(rest.dropFirst(see.count)) : String(rest))
        )
        cannotSee += paragraphs.dropFirst().joined()
    }

    private mutating func takeDefinition(_ paragraph: [Block]) {
        for block in paragraph {
            guard case .text(var text) = block else {
                definition.append(block)
                continue
            }
            for start in ["Definition, ", "Definition "] where text.hasPrefix(start) {
                text = Self.sentence(text.dropFirst(start.count))
            }
            if let range = Self.rangeOfCost(in: text) {
                cost = String(text[range])
                text.removeSubrange(range)
                while text.last == " " { text.removeLast() }
            }
            if !text.isEmpty { definition.append(.text(text)) }
        }
    }

    /// From a sentence that begins with the cost to the end of its paragraph.
    private static func rangeOfCost(in text: String) -> Range<String.Index>? {
        let beginnings = [text.startIndex] + text.ranges(of: ". ").map(\.upperBound)
        return beginnings.first { start in
            let rest = text[start...]
            let words = rest.drop { $0.isNumber || $0 == "," }
            let isCounted = words.startIndex > start && words.hasPrefix(" bytes of state")
            return isCounted || rest.hasPrefix("No state")
        }.map { $0..<text.endIndex }
    }

    private static func begins(_ paragraph: [Block], with start: String) -> Bool {
        guard case .text(let text) = paragraph[0] else { return false }
        return text.hasPrefix(start)
    }

    private static func sentence(_ text: Substring) -> String {
        text.prefix(1).uppercased() + text.dropFirst()
    }

    // MARK: Lines

    private static func paragraphs(in text: String, of type: String) throws(Problem) -> [[Block]] {
        var comment: [Substring] = []
        var isFound = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("///") {
                comment.append(line.dropFirst(3))
            } else if line.contains("struct \(type):") {
                isFound = true
                break
            } else {
                comment = []
            }
        }
        guard isFound, !comment.isEmpty else {
            throw Problem(description: "there is no doc comment at `struct \(type)`")
        }
        return comment.split { $0.allSatisfy { $0 == " " } }.map { blocks($0) }
    }

    private static func blocks(_ lines: ArraySlice<Substring>) -> [Block] {
        var blocks: [Block] = []
        for line in lines {
            let text = line.drop { $0 == " " }
            let isContinued = line.hasPrefix("   ")
            switch blocks.last {
            case .item(let item) where isContinued:
                blocks[blocks.count - 1] = .item("\(item) \(text)")
            // A number at the begin of a line within a text ends the sentence before.
            case .text(let before) where !text.hasPrefix("- "):
                blocks[blocks.count - 1] = .text("\(before) \(text)")
            default: blocks.append(isItem(text) ? .item(String(text)) : .text(String(text)))
            }
        }
        return blocks
    }

    private static func isItem(_ text: Substring) -> Bool {
        let number = text.drop { $0.isNumber }
        return text.hasPrefix("- ") || number.startIndex > text.startIndex && number.hasPrefix(". ")
    }
}
