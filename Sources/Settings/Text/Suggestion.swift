/// *Did you mean*: the known word that a typing error most likely stood for.
public enum Suggestion {
    /// The nearest candidate, or nil when none is near: one edit per three letters, at most three.
    /// Case does not count, because wrong case is the commonest slip. Of equals the first wins.
    /// Cost: length × length per candidate.
    public static func nearest(to word: String, in candidates: some Sequence<String>) -> String? {
        let wanted = Array(word.lowercased().unicodeScalars)
        guard !wanted.isEmpty, wanted.count <= 64 else { return nil }
        let limit = min(3, max(1, wanted.count / 3))
        var best: (distance: Int, candidate: String)?
        for candidate in candidates {
            let other = Array(candidate.lowercased().unicodeScalars)
            guard abs(other.count - wanted.count) <= limit else { continue }
            let distance = distance(wanted, other)
            if distance <= limit, distance < best?.distance ?? Int.max {
                best = (distance, candidate)
            }
        }
        return best?.candidate
    }

    /// "did you mean `x`?", or `otherwise` when nothing is near.
    static func hint(
        for word: String,
        in candidates: some Sequence<String>,
        otherwise: String,
    ) -> String {
        nearest(to: word, in: candidates).map { "did you mean `\($0)`?" } ?? otherwise
    }

    /// Edits between two words: insert, delete, replace, or swap two neighbours (optimal string
    /// alignment: no part is edited twice).
    static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
        var twoBack: [Int] = []
        var previous = Array(0...right.count)
        for i in 0..<left.count {
            var row = [i + 1]
            row.reserveCapacity(right.count + 1)
            for j in 0..<right.count {
                let isSame = left[i] == right[j]
                var cost = min(previous[j + 1] + 1, row[j] + 1, previous[j] + (isSame ? 0 : 1))
                if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                    cost = min(cost, twoBack[j - 1] + 1)
                }
                row.append(cost)
            }
            twoBack = previous
            previous = row
        }
        return previous[right.count]
    }
}
