/// An MQTT topic filter whose single-level wildcards may carry names: `plant/{area}/+/temp`, `a/#`.
///
/// `{name}` matches one level like `+` and keeps it as a label of the feed.
public struct TopicFilter: Sendable, Equatable {
    public enum Level: Sendable, Equatable {
        case literal(String)
        case any
        case named(String)
        /// `#`: this level and all below, also none; always last.
        case rest
    }

    /// Why a text is no filter: a clause that follows the filter's text in a message.
    public struct Problem: Error, Equatable, Sendable {
        public var reason: String
    }

    public private(set) var levels: [Level]
    /// As the configuration writes it.
    public private(set) var text: String

    public init(_ text: String) throws(Problem) {
        if text.isEmpty { throw Problem(reason: "is empty; write a topic or a filter") }
        if text.utf8.count > Limits.topicBytes {
            throw Problem(reason: "is longer than \(Limits.topicBytes) bytes")
        }
        if text.utf8.contains(0) { throw Problem(reason: "contains a NUL character") }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        var levels: [Level] = []
        for (index, part) in parts.enumerated() {
            levels.append(
                try Self.level(part, isLast: index == parts.count - 1)
            )
        }
        self.levels = levels
        self.text = text
    }

    private static func level(_ part: Substring, isLast: Bool) throws(Problem) -> Level {
        if part == "+" { return .any }
        if part == "#" {
            guard isLast else { throw Problem(reason: "has `#` before its last level") }
            return .rest
        }
        if part.hasPrefix("{"), part.hasSuffix("}"), part.count > 2 {
            return .named(String(part.dropFirst().dropLast()))
        }
        if part.contains(where: { $0 == "+" || $0 == "#" }) {
            throw Problem(
                reason: "has a wildcard inside the level `\(part)`; a wildcard is a whole level"
            )
        }
        if part.contains(where: { $0 == "{" || $0 == "}" }) {
            throw Problem(
                reason: "has a brace inside the level `\(part)`; `{name}` is a whole level"
            )
        }
        return .literal(String(part))
    }

    /// The filter as the broker knows it: names become `+`.
    public var subscription: String {
        levels.map { level in
            switch level {
            case .literal(let text): text
            case .any, .named: "+"
            case .rest: "#"
            }
        }.joined(separator: "/")
    }

    /// Whether it names one topic only.
    public var isExact: Bool {
        levels.allSatisfy { if case .literal = $0 { true } else { false } }
    }

    /// Whether a topic matches; `$`-topics are not matched by a wildcard in the first level.
    public func matches(_ topic: String) -> Bool {
        matches(topic.split(separator: "/", omittingEmptySubsequences: false))
    }

    /// As above, for a topic already split at `/`.
    public func matches(_ parts: [Substring]) -> Bool {
        if let first = parts.first, first.hasPrefix("$") {
            guard case .literal? = levels.first else { return false }
        }
        for (index, level) in levels.enumerated() {
            if case .rest = level { return true }
            guard index < parts.count else { return false }
            if case .literal(let text) = level, text != parts[index] { return false }
        }
        return parts.count == levels.count
    }

    /// The labels that a matching topic gives, in the order of the levels.
    public func labels(of topic: String) -> [(name: String, value: String)] {
        let parts = topic.split(separator: "/", omittingEmptySubsequences: false)
        var labels: [(name: String, value: String)] = []
        for (index, level) in levels.enumerated() where index < parts.count {
            if case .named(let name) = level { labels.append((name, String(parts[index]))) }
        }
        return labels
    }

    /// Whether every topic that `other` matches is matched by this filter too.
    public func covers(_ other: TopicFilter) -> Bool {
        for (index, level) in levels.enumerated() {
            if case .rest = level { return !(index == 0 && other.text.hasPrefix("$")) }
            guard index < other.levels.count else { return false }
            switch (level, other.levels[index]) {
            case (_, .rest): return false
            case (.literal(let mine), .literal(let theirs)) where mine == theirs: continue
            case (.literal, _): return false
            case (.any, .literal(let theirs)), (.named, .literal(let theirs)):
                if index == 0, theirs.hasPrefix("$") { return false }
            case (.any, _), (.named, _): continue
            case (.rest, _): return true
            }
        }
        return levels.count == other.levels.count
    }

    /// Whether some topic is matched by both filters.
    public func overlaps(_ other: TopicFilter) -> Bool {
        var index = 0
        while true {
            let mine = index < levels.count ? levels[index] : nil
            let theirs = index < other.levels.count ? other.levels[index] : nil
            switch (mine, theirs) {
            case (nil, nil): return true
            case (.rest?, _), (_, .rest?): return true
            case (nil, _), (_, nil): return false
            case (.literal(let one)?, .literal(let two)?) where one != two: return false
            default: index += 1
            }
        }
    }

    public static func == (left: TopicFilter, right: TopicFilter) -> Bool {
        left.levels == right.levels
    }
}
