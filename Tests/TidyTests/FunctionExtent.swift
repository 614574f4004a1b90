/// Where a function, initializer, subscript or computed property begins and ends.
struct FunctionExtent: Equatable {
    /// The base name; `init`, `deinit` and `subscript` name themselves.
    var name: String
    /// From the line with the declaration's keyword to the line of the closing brace, from 1.
    var lines: ClosedRange<Int>

    var length: Int { lines.count }

    /// All of a file, also nested ones, in the order in which they end.
    static func all(in source: SourceText) -> [FunctionExtent] {
        var scanner = FunctionScanner()
        for (index, line) in source.lines.enumerated() {
            scanner.scan(line.code, line: index + 1)
        }
        return scanner.found
    }
}

/// Follows braces and declarations through a file's code, token by token.
private struct FunctionScanner {
    private struct Pending {
        var name: String
        var line: Int
        var depth: Int
        var isProperty: Bool
    }

    private(set) var found: [FunctionExtent] = []
    /// A declaration whose body has not begun.
    private var pending: Pending?
    /// For each open brace the declaration that it is the body of, if any.
    private var braces: [Pending?] = []
    /// Parentheses and square brackets that are open.
    private var depth = 0
    private var previous = ""
    private var wantsName = false

    mutating func scan(_ code: String, line: Int) {
        for token in Self.tokens(of: code) { take(token, line: line) }
        // A stored property's declaration ends with its line.
        if pending?.isProperty == true, pending?.depth == depth { pending = nil }
    }

    private mutating func take(_ token: String, line: Int) {
        defer { previous = token }
        if wantsName {
            pending?.name = token
            wantsName = false
            return
        }
        switch token {
        case "(", "[": depth += 1
        case ")", "]": depth -= 1
        case "{": open()
        case "}": close(line: line)
        case "=": if pending?.isProperty == true, pending?.depth == depth { pending = nil }
        case "func" where previous != "import": declare("", line, isProperty: false)
        case "var" where previous != "import": declare("", line, isProperty: true)
        case "init", "subscript":
            if previous != "." { declare(token, line, isProperty: false) }
        case "deinit": declare(token, line, isProperty: false)
        case "let", "case", "struct", "class", "enum", "protocol", "extension":
            if pending?.depth == depth, previous != "." { pending = nil }
        default: break
        }
    }

    private mutating func declare(_ name: String, _ line: Int, isProperty: Bool) {
        pending = Pending(name: name, line: line, depth: depth, isProperty: isProperty)
        wantsName = name.isEmpty
    }

    private mutating func open() {
        if let declaration = pending, declaration.depth == depth {
            braces.append(declaration)
            pending = nil
        } else {
            braces.append(nil)
        }
    }

    private mutating func close(line: Int) {
        // A protocol's requirement has no body.
        if pending?.depth == depth { pending = nil }
        guard let declaration = braces.popLast() ?? nil else { return }
        found.append(FunctionExtent(name: declaration.name, lines: declaration.line...line))
    }

    /// Identifiers and single punctuation characters.
    private static func tokens(of code: String) -> [String] {
        var tokens: [String] = []
        var word: [UInt8] = []
        for byte in code.utf8 {
            if byte.isIdentifierPart {
                word.append(byte)
                continue
            }
            if !word.isEmpty {
                tokens.append(String(decoding: word, as: UTF8.self))
                word.removeAll(keepingCapacity: true)
            }
            // A quoted identifier is an identifier.
            if byte != UInt8(ascii: " "), byte != UInt8(ascii: "`") {
                tokens.append(String(UnicodeScalar(byte)))
            }
        }
        if !word.isEmpty { tokens.append(String(decoding: word, as: UTF8.self)) }
        return tokens
    }
}
