/// A path into a JSON document: `$`, `.name`, `['na.me']`, `[n]`, `[*]`, no more.
public struct JSONPath: Sendable, Equatable {
    public enum Step: Sendable, Equatable {
        case name(String)
        case index(Int)
        /// Every element of an array; only in `each`, and only last.
        case all
    }

    /// Why a text is no path: a clause that follows the text in a message, and where in the text.
    public struct Problem: Error, Equatable, Sendable {
        public var reason: String
        /// Characters from the start of the text.
        public var offset: Int
    }

    public private(set) var steps: [Step]
    /// As the configuration writes it.
    public private(set) var text: String

    public init(_ text: String) throws(Problem) {
        self.text = text
        steps = []
        var rest = Substring(text)
        guard rest.first == "$" else {
            throw Problem(reason: "does not begin with `$`, the whole document", offset: 0)
        }
        rest.removeFirst()
        while let character = rest.first {
            let offset = text.distance(from: text.startIndex, to: rest.startIndex)
            rest.removeFirst()
            switch character {
            case ".": steps.append(try Self.name(&rest, at: offset))
            case "[": steps.append(try Self.bracket(&rest, at: offset))
            default:
                throw Problem(
                    reason: "has `\(character)` where `.name`, `['name']` or `[number]` may follow",
                    offset: offset,
                )
            }
        }
    }

    /// A path of known steps, written as the grammar would.
    init(steps: [Step]) {
        self.steps = steps
        text = steps.reduce("$") { text, step in
            switch step {
            case .name(let name): text + "['\(name)']"
            case .index(let index): text + "[\(index)]"
            case .all: text + "[*]"
            }
        }
    }

    private static func name(_ rest: inout Substring, at offset: Int) throws(Problem) -> Step {
        let name = rest.prefix { $0 != "." && $0 != "[" }
        guard !name.isEmpty else { throw Problem(reason: "has an empty name", offset: offset) }
        rest.removeFirst(name.count)
        return .name(String(name))
    }

    private static func bracket(_ rest: inout Substring, at offset: Int) throws(Problem) -> Step {
        if rest.hasPrefix("'") {
            rest.removeFirst()
            let name = rest.prefix { $0 != "'" }
            rest.removeFirst(name.count)
            guard rest.hasPrefix("']") else {
                throw Problem(
                    reason: "has a name in brackets that `']` does not end",
                    offset: offset
                )
            }
            rest.removeFirst(2)
            return .name(String(name))
        }
        let inner = rest.prefix { $0 != "]" }
        rest.removeFirst(inner.count)
        guard rest.first == "]" else {
            throw Problem(reason: "has a bracket that `]` does not end", offset: offset)
        }
        rest.removeFirst()
        if inner == "*" { return .all }
        guard let index = Int(inner), index >= 0 else {
            throw Problem(
                reason: "has `[\(inner)]`; write `[0]`, `['name']` or `[*]`",
                offset: offset,
            )
        }
        return .index(index)
    }

    public static func == (left: JSONPath, right: JSONPath) -> Bool { left.steps == right.steps }
}
