/// Gives feeds their numbers, each to one feed at a time.
///
/// A number is given again when nothing stored bears it any more: the history says so, when it starts
/// and when it has deleted the last of a forgotten feed. Memory: 4 bytes a number that is free, 4 MiB
/// at most.
struct FeedNumbers: Sendable {
    private var next: Int32
    /// Below `next`; the lowest last as they were handed over.
    private var free: [Int32]

    /// - Parameters:
    ///   - last: the highest number that was ever given and may be stored.
    ///   - free: the numbers below it that are not, in order.
    init(after last: Int32, free: [Int32]) {
        next = max(last, 0) + 1
        self.free = free.reversed()
    }

    var areUsedUp: Bool { free.isEmpty && Int(next) >= Limits.feeds }

    /// The lowest free number; they must not be used up.
    mutating func take() -> FeedID {
        precondition(!areUsedUp, "a feed was made although all numbers are given")
        if let number = free.popLast() { return FeedID(index: number) }
        defer { next += 1 }
        return FeedID(index: next)
    }

    /// A remembered feed bears a number.
    mutating func note(_ feed: FeedID) { next = max(next, feed.index + 1) }

    /// Nothing stored bears these any more.
    mutating func release(_ feeds: [FeedID]) {
        free.append(contentsOf: feeds.map(\.index).sorted(by: >))
    }
}
