public import Monitoring

/// A feed as a reader finds it: its description, and the numbers under which it has rows.
public struct StoredFeed: Sendable, Equatable {
    public var description: FeedDescription
    /// Its number, and those it had before it was forgotten and came back, at most
    /// `StoredFeed.maximumNumbers`, newest first.
    public var numbers: [FeedID]

    static let maximumNumbers = 8

    /// For people, of a feed that still learns: a line that says how far it is; else nothing.
    var learningLine: String {
        guard let learning = description.learning, !learning.isFinished else { return "" }
        return "learning, \(learning.seen) of \(learning.needed) values\n"
    }
}

/// What a person's word for a feed found.
public enum FeedMatch: Sendable, Equatable {
    case one(StoredFeed)
    /// Several keys contain the word: the first of them, and how many in all.
    case several([String], count: Int)
    /// Nothing fits: the keys that look most like it, the most likely first.
    case none(similar: [String])
}
