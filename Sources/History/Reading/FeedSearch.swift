import GRDB
import Monitoring

/// Finds the feed that a person means by a word, in one pass over the feeds.
struct FeedSearch {
    /// Keys shown where a word is not clear.
    static let shown = 5

    private let word: String
    private let folded: String

    init(_ word: String) {
        self.word = word
        folded = word.lowercased()
    }

    func run(in database: Database) throws -> FeedMatch {
        if let feed = try exact(in: database) { return .one(feed) }
        var containing: [String] = []
        var count = 0
        var similar = SimilarKeys(to: folded, keep: Self.shown)
        let rows = try SQLStatement(
            "SELECT DISTINCT key FROM feed ORDER BY key",
            in: database,
        )
        while try rows.step() {
            let key = rows.text(0)
            if key.lowercased().contains(folded) {
                count += 1
                if containing.count < Self.shown { containing.append(key) }
            } else if count == 0 {
                similar.offer(key)
            }
        }
        if count == 1, let key = containing.first, let feed = try feed(key: key, in: database) {
            return .one(feed)
        }
        return count > 1 ? .several(containing, count: count) : .none(similar: similar.keys)
    }

    /// By key, else by a topic or a label that one key only has.
    private func exact(in database: Database) throws -> StoredFeed? {
        if let feed = try feed(key: word, in: database) { return feed }
        let rows = try SQLStatement(
            "SELECT DISTINCT key FROM feed WHERE topic = ?1 OR label = ?1 LIMIT 2",
            in: database,
        )
        rows.bind(word, at: 1)
        var keys: [String] = []
        while try rows.step() { keys.append(rows.text(0)) }
        guard keys.count == 1, let key = keys.first else { return nil }
        return try feed(key: key, in: database)
    }

    /// The feed of a key: the living one, else the last one that had it, with all its numbers.
    private func feed(key: String, in database: Database) throws -> StoredFeed? {
        let rows = try SQLStatement(
            """
            SELECT \(FeedTable.columns) FROM feed WHERE key = ?1
            ORDER BY forgotten_at_ns IS NOT NULL, id DESC LIMIT \(StoredFeed.maximumNumbers)
            """,
            in: database,
        )
        rows.bind(key, at: 1)
        var found: StoredFeed?
        while try rows.step() {
            let description = try FeedDescription(row: rows)
            found = found ?? StoredFeed(description: description, numbers: [])
            found?.numbers.append(description.id)
        }
        return found
    }
}

/// The keys nearest to a word by edit distance: *did you mean*.
private struct SimilarKeys {
    private let word: [UInt8]
    private let keep: Int
    private var candidates: [(distance: Int, key: String)] = []

    init(to word: String, keep: Int) {
        // A longer word is no typing error; the bound keeps the work per key small.
        self.word = Array(word.utf8.prefix(128))
        self.keep = keep
    }

    /// Nearest first; none that differs in more than a third of the word.
    var keys: [String] { candidates.map(\.key) }

    mutating func offer(_ key: String) {
        let distance = distance(to: Array(key.lowercased().utf8.prefix(256)))
        guard distance <= max(2, word.count / 3) else { return }
        let place = candidates.firstIndex { distance < $0.distance } ?? candidates.count
        guard place < keep else { return }
        candidates.insert((distance, key), at: place)
        if candidates.count > keep { candidates.removeLast() }
    }

    /// Levenshtein distance, where a beginning or an end that the word leaves out is free: people
    /// type the part of a key that they remember.
    private func distance(to key: [UInt8]) -> Int {
        var row = [Int](repeating: 0, count: key.count + 1)
        for (i, letter) in word.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, other) in key.enumerated() {
                let replaced = diagonal + (letter == other ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(replaced, row[j] + 1, row[j + 1] + 1)
            }
        }
        return row.min() ?? 0
    }
}
