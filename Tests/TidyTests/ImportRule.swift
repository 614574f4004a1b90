/// A file imports what its target may use, and nothing else.
enum ImportRule {
    private static let kinds: Set<String> = [
        "func", "struct", "class", "enum", "protocol", "typealias", "var", "let",
    ]

    static func problems(in source: SourceText) -> [TidyProblem] {
        source.lines.enumerated().compactMap { index, line in
            guard let module = importedModule(line.code) else { return nil }
            return complaint(module, from: source).map { text in
                source.problem(line: index + 1, text)
            }
        }
    }

    /// The module that a line of code imports, or nil.
    static func importedModule(_ code: String) -> String? {
        var words = code.split(separator: " ")[...]
        while let word = words.first, word != "import" {
            guard word.hasPrefix("@") || modifiers.contains(String(word)) else { return nil }
            words.removeFirst()
        }
        words = words.dropFirst()
        if let kind = words.first, kinds.contains(String(kind)) { words.removeFirst() }
        return words.first?.split(separator: ".").first.map(String.init)
    }

    private static let modifiers: Set<String> = [
        "public", "package", "internal", "fileprivate", "private",
    ]

    private static func complaint(_ module: String, from source: SourceText) -> String? {
        if let keepers = TargetTable.keepers[module], !keepers.contains(source.target) {
            let instead =
                keepers.isEmpty
                ? "we do without it" : "go through \(keepers.sorted().joined(separator: " or "))"
            return "imports \(module); \(instead)"
        }
        guard source.path.hasPrefix("Sources/") else { return nil }
        guard let entry = TargetTable.sources[source.target] else {
            return "is in a target that TargetTable does not know; enter it there"
        }
        let allowed = entry.uses.union(entry.packages).union(entry.system)
        guard !allowed.contains(module) else { return nil }
        return "imports \(module), which \(source.target) may not use; take what it gives as an "
            + "argument, or draw the arrow in TargetTable and ARCHITECTURE.md"
    }
}
