/// A YAML value with its place: the tree that all readers of settings work on.
///
/// Aliases are expanded, so a value may appear twice; its place is then where it is written.
struct YAMLValue: Sendable {
    enum Content: Sendable {
        /// `isPlain`: without quotes, so that it may be a number, a flag or null.
        case scalar(String, isPlain: Bool)
        case sequence([YAMLValue])
        /// In the order of the file; every key once.
        case mapping([Entry])
    }

    struct Entry: Sendable {
        var key: String
        var place: Place
        var value: YAMLValue
    }

    var content: Content
    var place: Place

    /// Nothing was written, or `~` or `null`.
    var isNull: Bool {
        guard case .scalar(let text, isPlain: true) = content else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }

    /// The entries of a mapping, nil for anything else.
    var entries: [Entry]? {
        if case .mapping(let entries) = content { entries } else { nil }
    }

    /// The elements of a sequence, nil for anything else.
    var elements: [YAMLValue]? {
        if case .sequence(let elements) = content { elements } else { nil }
    }

    /// The value under a key of a mapping.
    subscript(key: String) -> YAMLValue? {
        entries?.first { $0.key == key }?.value
    }

    /// Puts another value under a key of a mapping, where it is there.
    mutating func replace(_ key: String, with change: (YAMLValue) -> YAMLValue) {
        guard case .mapping(var entries) = content,
            let index = entries.firstIndex(where: { $0.key == key })
        else { return }
        entries[index].value = change(entries[index].value)
        content = .mapping(entries)
    }

    /// `true` or `false` in YAML 1.2's spellings; nil for anything else.
    var flag: Bool? {
        guard case .scalar(let text, isPlain: true) = content else { return nil }
        switch text {
        case "true", "True", "TRUE": return true
        case "false", "False", "FALSE": return false
        default: return nil
        }
    }

    /// What it is, for messages: "is a mapping".
    var kind: String {
        switch content {
        case .mapping: "a mapping"
        case .sequence: "a list"
        case .scalar(let text, _): isNull ? "empty" : "the text `\(text)`"
        }
    }
}
