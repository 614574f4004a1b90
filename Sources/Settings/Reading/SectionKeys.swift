/// The keys that a mapping may have, those that it will have, and those that it must not have.
struct SectionKeys {
    let known: [String]
    /// Keys of the documentation that come with a later version: refused by name, never ignored.
    var later: Set<String> = []
    /// Keys that hold a secret, with the key to write instead.
    var secrets: [String: String] = [:]
    /// Other words for a key of the same meaning and content, such as `severity` for `priority`.
    var synonyms: [String: String] = [:]
    /// Keys that people try, with what to write instead.
    var misplaced: [String: String] = [:]

    /// The key that was most likely meant by one that is not known; nil where that cannot be told,
    /// or where its content would not be that key's.
    func meant(by key: String) -> String? {
        if known.contains(key) || later.contains(key) || secrets[key] != nil { return nil }
        if misplaced[key] != nil { return nil }
        return synonyms[key] ?? Suggestion.nearest(to: key, in: known)
    }
}
