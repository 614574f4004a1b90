/// The keys that a mapping may have, those that it will have, and those that it must not have.
struct SectionKeys {
    let known: [String]
    /// Keys of the documentation that come with a later version: refused by name, never ignored.
    var later: Set<String> = []
    /// Keys that hold a secret, with the key to write instead.
    var secrets: [String: String] = [:]
    /// Keys that people try, with what to write instead.
    var misplaced: [String: String] = [:]
}
