import CMachine

// With thousands of feeds the two kilobytes of the next one lie in memory, not in the processor's
// cache, and a sample would wait for them line by line. While one message is judged, those of the
// messages after it are on their way.

extension FeedMonitor {
    /// Messages ahead whose feeds are fetched, and whose checks, which a feed points at, are.
    private static let feedsAhead = 3
    private static let checksAhead = 2

    @inline(__always)
    func fetch(aheadOf index: Int, in batch: borrowing DecodedBatch) {
        let feed = index + Self.feedsAhead
        if feed < batch.messages.count { registry.fetchFeed(of: batch.messages[feed]) }
        let checks = index + Self.checksAhead
        if checks < batch.messages.count { registry.fetchChecks(of: batch.messages[checks]) }
    }
}

extension FeedRegistry {
    /// The feed of a message's first field; most messages have no other.
    fileprivate func fetchFeed(of message: DecodedMessage) {
        guard let place = fetchablePlace(of: message) else { return }
        // Safety: an address inside the array's memory, and nothing is read.
        unsafe feeds.withUnsafeBufferPointer { feeds in
            guard let first = feeds.baseAddress else { return }
            unsafe prefetch_bytes(first + place, MemoryLayout<Feed>.size)
        }
    }

    fileprivate func fetchChecks(of message: DecodedMessage) {
        guard let place = fetchablePlace(of: message) else { return }
        feeds[place].checks.fetch()
    }

    private func fetchablePlace(of message: DecodedMessage) -> Int? {
        guard message.sampleCount > 0, Int(message.topic.index) < firstPlaces.count else {
            return nil
        }
        let place = firstPlaces[Int(message.topic.index)]
        return place >= 0 ? Int(place) : nil
    }
}

extension CheckSet {
    /// About as much as the default checks take.
    private static let usualSize = 832

    fileprivate func fetch() {
        // Safety: the address of an object that this set holds, and nothing is read.
        unsafe prefetch_bytes(address, Self.usualSize)
    }
}
