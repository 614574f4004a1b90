/// The last 61 values of a feed, in the order of their arrival and of their size: running median
/// and median absolute deviation.
///
/// Values are single-precision offsets from the feed's origin. Shape: 307 bytes, no references.
/// `add` moves at most 60 bytes (about 25 ns); `median` is one look, `deviation` six.
struct Neighbourhood: Sendable {
    /// An odd number, so that the median of a full one is a value; wide enough that 30 faulty
    /// values in a row cannot move it.
    static let width = 61

    private var values = InlineArray<61, Float>(repeating: 0)
    /// Places in `values`, by ascending value.
    private var order = InlineArray<61, UInt8>(repeating: 0)
    private(set) var count = 0 as UInt8
    /// Place of the oldest once it is full, else the next free one.
    private var next = 0 as UInt8

    var isFull: Bool { count == UInt8(Self.width) }

    /// The smallest, the second, … value.
    subscript(rank: Int) -> Float { values[Int(order[rank])] }

    mutating func add(_ value: Float) {
        guard isFull else {
            values[Int(next)] = value
            order[Int(count)] = next
            count += 1
            sink(from: Int(count) - 1)
            step()
            return
        }
        let old = values[Int(next)]
        var rank = firstRank(notUnder: old)
        while order[rank] != next { rank += 1 }
        values[Int(next)] = value
        if value > old { rise(from: rank) } else { sink(from: rank) }
        step()
    }

    mutating func removeAll() {
        count = 0
        next = 0
    }

    /// The middle value, of an even number the mean of the two middle ones; 0 where there is none.
    var median: Float {
        guard count > 0 else { return 0 }
        let middle = Int(count) / 2
        return count % 2 == 1 ? self[middle] : (self[middle - 1] + self[middle]) / 2
    }

    /// The median distance from `median` (of an even number the upper one); 0 where there is none.
    ///
    /// The nearer half of the values stands together in their order: its place is found by halving.
    func deviation(from median: Float) -> Float {
        guard count > 0 else { return 0 }
        let needed = Int(count) / 2 + 1
        var low = 0
        var high = Int(count) - needed
        while low < high {
            let middle = (low + high) / 2
            if median - self[middle] > self[middle + needed] - median {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return max(median - self[low], self[low + needed - 1] - median)
    }

    private mutating func step() {
        next = next + 1 == UInt8(Self.width) ? 0 : next + 1
    }

    private func firstRank(notUnder value: Float) -> Int {
        var low = 0
        var high = Int(count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Moves what stands at a rank down to where it belongs.
    private mutating func sink(from rank: Int) {
        let place = order[rank]
        let value = values[Int(place)]
        var rank = rank
        while rank > 0, self[rank - 1] > value {
            order[rank] = order[rank - 1]
            rank -= 1
        }
        order[rank] = place
    }

    private mutating func rise(from rank: Int) {
        let place = order[rank]
        let value = values[Int(place)]
        var rank = rank
        while rank + 1 < Int(count), self[rank + 1] < value {
            order[rank] = order[rank + 1]
            rank += 1
        }
        order[rank] = place
    }
}
