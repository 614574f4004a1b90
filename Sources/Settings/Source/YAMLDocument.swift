import Yams

/// Reads one file's text into a tree with places, and finds everything that YAML itself forbids.
///
/// Yams stops at the first duplicate key. To report all of them, the first of two equal keys is
/// overwritten in memory with as many private-use characters, which keeps every column, and the
/// text is read again; the key's name comes back when the tree is built.
struct YAMLDocument {
    /// nil where the text could not be read, or holds nothing.
    private(set) var root: YAMLValue?
    private(set) var problems: [Problem] = []

    private let source: SourceText
    /// Overwritten keys: what stands there now, and the name that stood there.
    private var overwritten: [String: String] = [:]
    /// Values that may still be built: aliases of aliases grow without bound otherwise.
    private var budget = Self.valueLimit

    /// 5,000 feeds of 40 values; beyond it the file is refused.
    static let valueLimit = 200_000
    /// Texts longer than this are refused: 5,000 feeds of 800 bytes.
    static let byteLimit = 4 << 20
    /// Tags of values that carry none of their own.
    private static let knownTags = Set([Tag.Name.str, .map, .seq, .implicit].map(\.rawValue))
    /// Duplicate keys reported in one file.
    private static let duplicateLimit = 50

    init(source: SourceText) {
        self.source = source
        guard let node = compose() else { return }
        root = value(of: node)
        if budget <= 0 {
            problems = [
                Problem(
                    at: source.place(line: 1, column: 1),
                    "the file holds more than \(Self.valueLimit) values with its aliases expanded",
                    hint: "use classes instead of aliases of aliases",
                )
            ]
            root = nil
        }
    }

    /// Parses, overwriting one duplicate key after another.
    private mutating func compose() -> Node? {
        var lines = source.lines.map { String($0) }
        while true {
            do {
                // The resolver without rules: typed readers decide what a scalar is.
                return try Yams.compose(
                    yaml: lines.joined(separator: "\n"),
                    .basic,
                    .default,
                    .utf8
                )
            } catch YamlError.duplicatedKeysInMapping(let names, let context) {
                let place = source.place(line: context.mark.line, column: context.mark.column)
                guard let name = names.first, overwritten.count < Self.duplicateLimit,
                    overwrite(name, at: place, in: &lines)
                else {
                    report(
                        place,
                        "a key is given twice in one mapping",
                        hint: "keep one of them"
                    )
                    return nil
                }
            } catch {
                problems.append(YAMLSyntaxProblem.problem(for: error, in: source))
                return nil
            }
        }
    }

    /// Puts a placeholder of equal length in a key's place; false where it is not literally there.
    private mutating func overwrite(
        _ name: String,
        at place: Place,
        in lines: inout [String],
    ) -> Bool {
        let start = source.place(of: 0, in: name, at: place)
        let length = name.unicodeScalars.count
        guard length > 0, source.has(name, at: start) else { return false }
        var placeholder = ""
        var number = overwritten.count
        for _ in 0..<length {
            let code = 0xE000 + UInt32(number % 6_400)
            placeholder.unicodeScalars.append(Unicode.Scalar(code) ?? "\u{E000}")
            number /= 6_400
        }
        let line = lines[start.line - 1].unicodeScalars
        var changed = String.UnicodeScalarView(line.prefix(start.column - 1))
        changed.append(contentsOf: placeholder.unicodeScalars)
        changed.append(contentsOf: line.dropFirst(start.column - 1 + length))
        lines[start.line - 1] = String(changed)
        overwritten[placeholder] = name
        return true
    }

    private mutating func value(of node: Node) -> YAMLValue {
        let place = place(of: node)
        budget -= 1
        guard budget > 0 else {
            return YAMLValue(content: .scalar("", isPlain: true), place: place)
        }
        reportTag(of: node, at: place)
        switch node {
        case .scalar(let scalar):
            let text = overwritten[scalar.string] ?? scalar.string
            return YAMLValue(
                content: .scalar(text, isPlain: scalar.style == .plain || scalar.style == .any),
                place: place,
            )
        case .sequence(let sequence):
            return YAMLValue(content: .sequence(sequence.map { value(of: $0) }), place: place)
        case .mapping(let mapping):
            return YAMLValue(content: .mapping(entries(of: mapping)), place: place)
        case .alias:
            // Yams resolves aliases while it composes.
            return YAMLValue(content: .scalar("", isPlain: true), place: place)
        }
    }

    private mutating func entries(of mapping: Node.Mapping) -> [YAMLValue.Entry] {
        var entries: [YAMLValue.Entry] = []
        var indexes: [String: Int] = [:]
        for (key, node) in mapping {
            let keyPlace = place(of: key)
            guard case .scalar(let scalar) = key else {
                report(keyPlace, "a key is not a text", hint: "write `name: value`")
                continue
            }
            let name = overwritten[scalar.string] ?? scalar.string
            guard name != "<<" else {
                report(
                    keyPlace,
                    "merge keys are not read",
                    hint: "write a class and name it with `class:`",
                )
                continue
            }
            let entry = YAMLValue.Entry(key: name, place: keyPlace, value: value(of: node))
            if let index = indexes[name] {
                let first = min(entries[index].place, keyPlace)
                report(
                    max(entries[index].place, keyPlace),
                    "the key `\(name)` is given twice in one mapping",
                    hint: "keep one; the first is in line \(first.line)",
                )
            } else {
                indexes[name] = entries.count
                entries.append(entry)
            }
        }
        return entries
    }

    private mutating func reportTag(of node: Node, at place: Place) {
        let tag = node.tag.description
        if !Self.knownTags.contains(tag) {
            report(
                place,
                "the tag `\(tag)` is not read",
                hint: "write the value without a tag",
            )
        }
    }

    private func place(of node: Node) -> Place {
        let mark = node.mark
        return source.place(line: mark?.line ?? 1, column: mark?.column ?? 1)
    }

    private mutating func report(_ place: Place, _ message: String, hint: String) {
        problems.append(Problem(at: place, message, hint: hint))
    }
}
