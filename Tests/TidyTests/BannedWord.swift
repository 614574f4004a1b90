import Glibc
import Testing

/// A word that must not stand in some part of the tree.
struct BannedWord: Sendable {
    /// As it would stand in code, such as `try!` or `print(`.
    var word: String
    /// Why not, and what to write: completes `\`word\` …`.
    var instead: String
    /// Paths that begin with one of these are looked at.
    var within: [String] = ["Sources/", "Tests/", "Benchmarks/"]
    /// Of those, paths that begin with one of these are not.
    var except: [String] = []
    /// Whether `.word` counts too. A method of somebody else's may have the same name.
    var countsAsMember = true
    /// The word is fine if one of these follows on its line or on the two after it.
    var unlessFollowedBy: [String] = []
    /// Looked for in comments too.
    var countsInComments = false
    /// A line that the rule must catch: a rule that matches nothing is found out.
    var sample: String

    /// Whether the rule looks at the file at that path.
    func applies(to path: String) -> Bool {
        within.contains { path.hasPrefix($0) } && !except.contains { path.hasPrefix($0) }
    }

    func problems(in source: SourceText) -> [TidyProblem] {
        // Most files hold most words nowhere: looking at the whole file first makes the rule fast.
        guard applies(to: source.path), source.text.occurs(word) else { return [] }
        return source.lines.indices.compactMap { index in
            let line = source.lines[index]
            let isFound =
                line.code.containsWord(word, asMember: countsAsMember)
                || countsInComments && line.comment.containsWord(word)
            guard isFound, !isExcused(source.lines[index...].prefix(3)) else { return nil }
            return source.problem(line: index + 1, "`\(word)` \(instead)")
        }
    }

    private func isExcused(_ lines: ArraySlice<SourceText.Line>) -> Bool {
        unlessFollowedBy.contains { excuse in
            lines.contains { $0.code.containsWord(excuse) }
        }
    }
}

extension String {
    /// Whether the word stands here by itself: an identifier's neighbours are not identifier
    /// characters. With `asMember` false, not behind a full stop either.
    func containsWord(_ word: String, asMember: Bool = true) -> Bool {
        let text = Array(utf8)
        let wanted = Array(word.utf8)
        guard let first = wanted.first, let last = wanted.last, text.count >= wanted.count else {
            return false
        }
        return (0...text.count - wanted.count).contains { start in
            let end = start + wanted.count
            guard text[start] == first, text[start..<end].elementsEqual(wanted) else {
                return false
            }
            if start > 0 {
                let before = text[start - 1]
                if first.isIdentifierPart, before.isIdentifierPart { return false }
                if !asMember, before == UInt8(ascii: ".") { return false }
            }
            return end == text.count || !(last.isIdentifierPart && text[end].isIdentifierPart)
        }
    }
}

extension String {
    /// Whether a text occurs here; by the C library, because tests are not optimized.
    func occurs(_ text: String) -> Bool {
        // Safety: both texts live, ended by NUL, for the call.
        unsafe withCString { mine in
            unsafe text.withCString { theirs in unsafe strstr(mine, theirs) != nil }
        }
    }
}

extension UInt8 {
    /// Whether the byte may stand within a Swift identifier.
    var isIdentifierPart: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
            true
        default: false
        }
    }
}

extension BannedWord: CustomTestStringConvertible {
    var testDescription: String { "`\(word)`" }
}
