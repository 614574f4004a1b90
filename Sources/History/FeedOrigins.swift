import Monitoring

/// The origin of each feed's sums: the first one that came with a value, for the life of the
/// database. A feed may choose another after a restart; its roll-ups are then moved to the stored
/// one, or a quarter hour would add sums that start from different places.
///
/// Memory: 8 bytes per feed.
struct FeedOrigins {
    /// By feed number; NaN where unknown.
    private var origins: [Double] = []
    /// Found since the last `takeNew`.
    private var fresh: [(feed: FeedID, origin: Double)] = []

    init(stored: [(feed: FeedID, origin: Double)]) {
        for entry in stored { set(entry.origin, of: entry.feed) }
    }

    func origin(of feed: FeedID) -> Double? {
        let index = Int(feed.index)
        guard index >= 0, index < origins.count, !origins[index].isNaN else { return nil }
        return origins[index]
    }

    /// The roll-up with its sums about the feed's origin.
    mutating func aligned(_ rollup: Rollup) -> Rollup {
        guard rollup.statisticsCount > 0, rollup.origin.isFinite else { return rollup }
        guard let origin = origin(of: rollup.feed) else {
            set(rollup.origin, of: rollup.feed)
            fresh.append((rollup.feed, rollup.origin))
            return rollup
        }
        return origin == rollup.origin ? rollup : rollup.moved(to: origin)
    }

    /// The origins that are not stored yet.
    mutating func takeNew() -> [(feed: FeedID, origin: Double)] {
        defer { fresh.removeAll(keepingCapacity: true) }
        return fresh
    }

    /// Forgets what was found since `takeNew`, because it was not committed.
    mutating func revert(_ entries: [(feed: FeedID, origin: Double)]) {
        for entry in entries + fresh { set(.nan, of: entry.feed) }
        fresh.removeAll(keepingCapacity: true)
    }

    private mutating func set(_ origin: Double, of feed: FeedID) {
        let index = Int(feed.index)
        precondition(index >= 0 && index < Limits.feeds, "feed \(index) is outside the key's bits")
        if index >= origins.count {
            let missing = index + 1 - origins.count
            origins.append(contentsOf: repeatElement(.nan, count: missing))
        }
        origins[index] = origin
    }
}

extension Rollup {
    /// The same roll-up with its sums about another origin o, exact to the sums' own precision:
    /// with d = origin − o, Σ(x − o) = S + n·d and Σ(x − o)² = Q + d·(2S + n·d).
    func moved(to newOrigin: Double) -> Rollup {
        var moved = self
        moved.origin = newOrigin
        var distance = TwoDouble(high: origin, low: 0)
        distance.add(-newOrigin)
        let count = Double(statisticsCount)
        moved.sum.addProduct(count, distance.high)
        moved.sum.addProduct(count, distance.low)
        // 2S + n·d is the old sum and the new one.
        var both = sum
        both.add(moved.sum)
        for part in [both.high, both.low] {
            moved.squares.addProduct(distance.high, part)
            moved.squares.addProduct(distance.low, part)
        }
        return moved
    }
}
