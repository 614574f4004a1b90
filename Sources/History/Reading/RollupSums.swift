import Monitoring

/// The exact sums behind the moments of a row: about an origin of its own, so that rows add up to
/// what the row of the longer time would have held.
struct RollupSums: Sendable, Equatable {
    var count: Int64 = 0
    var origin = 0.0
    var sum = TwoDouble()
    var squares = TwoDouble()

    var moments: Moments { Moments(count: count, origin: origin, sum: sum, squares: squares) }

    /// Adds another row's. A sum that is beyond Double stays unknown.
    mutating func add(_ other: RollupSums) {
        guard other.count > 0 else { return }
        guard count > 0 else {
            self = other
            return
        }
        let added = other.moved(to: origin)
        count += added.count
        sum.add(added.sum)
        squares.add(added.squares)
    }

    /// About another origin, exact to the sums' own precision: with d = origin − o,
    /// Σ(x − o) = S + n·d and Σ(x − o)² = Q + d·(2S + n·d).
    private func moved(to newOrigin: Double) -> RollupSums {
        guard newOrigin != origin else { return self }
        var moved = self
        moved.origin = newOrigin
        var distance = TwoDouble(high: origin, low: 0)
        distance.add(-newOrigin)
        for part in [distance.high, distance.low] { moved.sum.addProduct(Double(count), part) }
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
