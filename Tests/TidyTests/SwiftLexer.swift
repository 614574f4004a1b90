/// Tells code, comments and literals of a Swift file apart.
///
/// It knows nested comments, raw and multi-line strings and interpolation, whose inside is code
/// again. It does not know regular expression literals; the house style has no use for them.
struct SwiftLexer {
    private enum Mode {
        /// Code, with the number of parentheses open since an interpolation began.
        case code(parentheses: Int)
        case lineComment
        case blockComment(depth: Int)
        case string(pounds: Int, isMultiline: Bool)
    }

    private let bytes: [UInt8]
    private var position = 0
    /// The innermost is last; the first is always the file's own code.
    private var modes: [Mode] = [.code(parentheses: 0)]
    private var code: [UInt8] = []
    private var comment: [UInt8] = []

    private init(_ text: String) {
        bytes = Array(text.utf8)
        code.reserveCapacity(bytes.count)
        comment.reserveCapacity(bytes.count)
    }

    static func split(_ text: String) -> [SourceText.Line] {
        var lexer = SwiftLexer(text)
        while lexer.position < lexer.bytes.count { lexer.step() }
        var lines: [SourceText.Line] = []
        var start = 0
        for end in lexer.bytes.indices where lexer.bytes[end] == UInt8(ascii: "\n") {
            lines.append(lexer.line(start..<end))
            start = end + 1
        }
        if start < lexer.bytes.count { lines.append(lexer.line(start..<lexer.bytes.count)) }
        return lines
    }

    private func line(_ range: Range<Int>) -> SourceText.Line {
        SourceText.Line(
            text: String(decoding: bytes[range], as: UTF8.self),
            code: String(decoding: code[range], as: UTF8.self),
            comment: String(decoding: comment[range], as: UTF8.self),
        )
    }

    private mutating func step() {
        switch modes[modes.count - 1] {
        case .code(let parentheses): stepCode(parentheses: parentheses)
        case .lineComment: stepLineComment()
        case .blockComment(let depth): stepBlockComment(depth: depth)
        case .string(let pounds, let isMultiline):
            stepString(pounds: pounds, isMultiline: isMultiline)
        }
    }

    private mutating func stepCode(parentheses: Int) {
        if starts(with: "//") {
            modes.append(.lineComment)
        } else if starts(with: "/*") {
            modes.append(.blockComment(depth: 1))
            take(2, as: .comment)
        } else if let (pounds, isMultiline) = stringStart() {
            modes.append(.string(pounds: pounds, isMultiline: isMultiline))
            take(pounds + (isMultiline ? 3 : 1), as: .code)
        } else {
            countParenthesis(parentheses)
            take(1, as: .code)
        }
    }

    private mutating func countParenthesis(_ parentheses: Int) {
        switch bytes[position] {
        case UInt8(ascii: "("):
            modes[modes.count - 1] = .code(parentheses: parentheses + 1)
        case UInt8(ascii: ")") where parentheses == 1 && modes.count > 1:
            modes.removeLast()
        case UInt8(ascii: ")"):
            modes[modes.count - 1] = .code(parentheses: parentheses - 1)
        default: break
        }
    }

    private mutating func stepLineComment() {
        if bytes[position] == UInt8(ascii: "\n") { modes.removeLast() }
        take(1, as: .comment)
    }

    private mutating func stepBlockComment(depth: Int) {
        if starts(with: "/*") {
            modes[modes.count - 1] = .blockComment(depth: depth + 1)
            take(2, as: .comment)
        } else if starts(with: "*/") {
            modes[modes.count - 1] = .blockComment(depth: depth - 1)
            if depth == 1 { modes.removeLast() }
            take(2, as: .comment)
        } else {
            take(1, as: .comment)
        }
    }

    private mutating func stepString(pounds: Int, isMultiline: Bool) {
        let pound = String(repeating: "#", count: pounds)
        let quote = isMultiline ? "\"\"\"" : "\""
        if starts(with: "\\" + pound + "(") {
            take(1 + pounds, as: .literal)
            // The parenthesis itself is counted by the code that it opens.
            modes.append(.code(parentheses: 0))
        } else if starts(with: "\\" + pound) {
            take(2 + pounds, as: .literal)
        } else if starts(with: quote + pound) {
            modes.removeLast()
            take(quote.utf8.count + pounds, as: .code)
        } else if !isMultiline, bytes[position] == UInt8(ascii: "\n") {
            // Not closed on its line: not Swift; go on with code rather than lose the file.
            modes.removeLast()
            take(1, as: .code)
        } else {
            take(1, as: .literal)
        }
    }

    private func stringStart() -> (pounds: Int, isMultiline: Bool)? {
        var quote = position
        while quote < bytes.count, bytes[quote] == UInt8(ascii: "#") { quote += 1 }
        guard quote < bytes.count, bytes[quote] == UInt8(ascii: "\"") else { return nil }
        let isMultiline =
            quote + 2 < bytes.count
            && bytes[quote + 1] == UInt8(ascii: "\"") && bytes[quote + 2] == UInt8(ascii: "\"")
        return (quote - position, isMultiline)
    }

    private func starts(with text: String) -> Bool {
        let wanted = text.utf8
        guard position + wanted.count <= bytes.count else { return false }
        var index = position
        for byte in wanted {
            guard bytes[index] == byte else { return false }
            index += 1
        }
        return true
    }

    private enum Part { case code, comment, literal }

    private mutating func take(_ count: Int, as part: Part) {
        for _ in 0..<count where position < bytes.count {
            let byte = bytes[position]
            // Lines must stay in step in all three texts.
            let blank = byte == UInt8(ascii: "\n") ? byte : UInt8(ascii: " ")
            code.append(part == .code ? byte : blank)
            comment.append(part == .comment ? byte : blank)
            position += 1
        }
    }
}
