/// Files and functions stay short enough to be read at once.
///
/// Those that were longer when the rule came are listed with their length. The list is a ratchet:
/// an entry may shrink and go, never grow, and one that is out of date is a problem too.
struct LengthRule {
    static let functionLimit = 60
    static let fileLimit = 400
    static let testFileLimit = 600

    /// `path` of a file, or `path:name` of a function, and how many lines it has.
    static let known: [String: Int] = [:]

    var known = LengthRule.known

    func problems(in sources: [SourceText]) -> [TidyProblem] {
        var unused = Set(known.keys)
        var problems: [TidyProblem] = []
        for source in sources {
            for item in Self.items(of: source) where item.length > item.limit {
                unused.remove(item.key)
                problems += judge(item, in: source)
            }
        }
        return problems
            + unused.sorted().map { key in
                let path = key.split(separator: ":").first.map(String.init) ?? key
                return TidyProblem(
                    path: path,
                    line: 1,
                    text: "`\(key)` is listed as too long and is not any more; remove the entry "
                        + "from LengthRule.known",
                )
            }
    }

    private func judge(_ item: Item, in source: SourceText) -> [TidyProblem] {
        guard let listed = known[item.key] else {
            return [
                source.problem(
                    line: item.line,
                    "\(item.title) has \(item.length) lines, \(item.limit) is the most; split it: "
                        + "decisions stay in the caller, arithmetic moves out",
                )
            ]
        }
        if item.length == listed { return [] }
        return [
            source.problem(
                line: item.line,
                item.length > listed
                    ? "\(item.title) grew from \(listed) to \(item.length) lines; split it"
                    : "\(item.title) shrank to \(item.length) lines; write \(item.length) instead "
                        + "of \(listed) in LengthRule.known",
            )
        ]
    }

    private struct Item {
        var key: String
        var title: String
        var line: Int
        var length: Int
        var limit: Int
    }

    private static func items(of source: SourceText) -> [Item] {
        let file = Item(
            key: source.path,
            title: "the file",
            line: 1,
            length: source.lines.count,
            limit: source.isTest ? testFileLimit : fileLimit,
        )
        // Of functions with one name the longest speaks for all, so that a key means one thing.
        var longest: [String: FunctionExtent] = [:]
        for function in FunctionExtent.all(in: source)
        where function.length > longest[function.name]?.length ?? 0 {
            longest[function.name] = function
        }
        return [file]
            + longest.values.sorted { $0.lines.lowerBound < $1.lines.lowerBound }.map { function in
                Item(
                    key: "\(source.path):\(function.name)",
                    title: "`\(function.name)`",
                    line: function.lines.lowerBound,
                    length: function.length,
                    limit: functionLimit,
                )
            }
    }
}
