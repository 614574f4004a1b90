/// Whatever the compiler cannot check carries its argument: a comment `Safety: …` above the spot,
/// or earlier in the same function. A type that is marked `@safe` may argue once for all its
/// members, above it or among its stored properties: that is what the mark claims.
enum SafetyRule {
    static let words = ["unsafe", "@unchecked Sendable"]
    /// How an argument begins.
    static let openings = ["Safety:", "Safety of "]
    /// How far above the spot the comment may stand where no function encloses it.
    static let reach = 10

    static func problems(in source: SourceText) -> [TidyProblem] {
        guard words.contains(where: source.text.occurs) else { return [] }
        let functions = FunctionExtent.all(in: source)
        let argued = safeTypes(in: source, functions)
        return source.lines.indices.compactMap { index in
            guard let word = words.first(where: { source.lines[index].code.containsWord($0) }),
                !argued.contains(where: { $0.contains(index) })
            else { return nil }
            let first = start(of: index, in: source, functions)
            guard !hasArgument(source.lines[first...index]) else { return nil }
            return source.problem(
                line: index + 1,
                "`\(word)` without a reason; write `// Safety: …` above it: why it cannot go wrong",
            )
        }
    }

    private static func hasArgument(_ lines: ArraySlice<SourceText.Line>) -> Bool {
        lines.contains { line in openings.contains { line.comment.contains($0) } }
    }

    /// The lines of each `@safe` type whose head gives an argument.
    private static func safeTypes(
        in source: SourceText,
        _ functions: [FunctionExtent],
    ) -> [ClosedRange<Int>] {
        source.lines.indices.compactMap { index in
            guard source.lines[index].code.containsWord("@safe") else { return nil }
            let last = endOfBraces(from: index, in: source)
            let firstFunction =
                functions.map { $0.lines.lowerBound - 1 }
                .filter { $0 > index }
                .min() ?? last
            let head = startOfComment(above: index, in: source)...min(firstFunction, last)
            return hasArgument(source.lines[head]) ? index...last : nil
        }
    }

    private static func endOfBraces(from index: Int, in source: SourceText) -> Int {
        var depth = 0
        var isOpen = false
        for line in source.lines.indices[index...] {
            for byte in source.lines[line].code.utf8 {
                if byte == UInt8(ascii: "{") { depth += 1 }
                if byte == UInt8(ascii: "}") { depth -= 1 }
                isOpen = isOpen || depth > 0
            }
            if isOpen, depth == 0 { return line }
        }
        return source.lines.count - 1
    }

    /// The first line of the comment and the attributes directly above a line.
    private static func startOfComment(above index: Int, in source: SourceText) -> Int {
        var first = index
        while first > 0 {
            let line = source.lines[first - 1]
            let code = line.code.drop { $0 == " " }
            guard code.isEmpty && !line.text.isEmpty || code.hasPrefix("@") else { break }
            first -= 1
        }
        return first
    }

    /// The first line whose comment may speak for the spot.
    private static func start(
        of index: Int,
        in source: SourceText,
        _ functions: [FunctionExtent],
    ) -> Int {
        let enclosing = functions.filter { $0.lines.contains(index + 1) }
            .map { $0.lines.lowerBound - 1 }
            .min()
        let first = startOfComment(above: min(index, enclosing ?? index), in: source)
        return enclosing == nil ? min(first, max(0, index - reach)) : first
    }
}
