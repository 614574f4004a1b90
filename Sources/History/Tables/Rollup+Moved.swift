import Monitoring

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
