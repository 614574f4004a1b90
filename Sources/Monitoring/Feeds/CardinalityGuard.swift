/// Names the part of the topic tree that exploded.
enum CardinalityGuard {
    /// The longest prefix, in whole levels, below which more than half of the topics lie; `/` where
    /// they have nothing in common. Asked once, when the limit is reached.
    static func largestPrefix(_ topics: [String]) -> String {
        var prefix: [Substring] = []
        var rest = topics.map { $0.split(separator: "/", omittingEmptySubsequences: false) }
        while true {
            var counts: [Substring: Int] = [:]
            for levels in rest where levels.count > prefix.count + 1 {
                counts[levels[prefix.count], default: 0] += 1
            }
            guard let (level, count) = counts.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }),
                count * 2 > topics.count
            else { break }
            rest = rest.filter { $0.count > prefix.count + 1 && $0[prefix.count] == level }
            prefix.append(level)
        }
        return prefix.joined(separator: "/") + "/"
    }
}
