/// Whatever the compiler cannot check carries its argument: a comment `Safety: …` above the spot,
/// or earlier in the same function.
enum SafetyRule {
    static let words = ["unsafe", "@unchecked Sendable"]
    /// How far above the spot the comment may stand where no function encloses it.
    static let reach = 10

    static func problems(in source: SourceText) -> [TidyProblem] {
        let functions = FunctionExtent.all(in: source)
        return source.lines.indices.compactMap { index in
            guard let word = words.first(where: { source.lines[index].code.containsWord($0) })
            else { return nil }
            let first = start(of: index, in: source, functions)
            guard !source.lines[first...index].contains(where: { $0.comment.contains("Safety:") })
            else { return nil }
            return source.problem(
                line: index + 1,
                "`\(word)` without a reason; write `// Safety: …` above it: why it cannot go wrong",
            )
        }
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
        var first = min(index, enclosing ?? index)
        // The comment above a declaration, and its attributes, belong to it.
        while first > 0 {
            let code = source.lines[first - 1].code.drop { $0 == " " }
            guard code.isEmpty && !source.lines[first - 1].text.isEmpty || code.hasPrefix("@")
            else { break }
            first -= 1
        }
        return enclosing == nil ? min(first, max(0, index - reach)) : first
    }
}
