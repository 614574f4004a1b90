// What the monitor says of itself: how many feeds are in which state, and what became of messages.

extension FeedMonitor {
    /// The last finished count of the feeds, after a look at some more of them. The first call counts
    /// all of them. Cost: 40 ns a feed looked at, 90 ns where its memory is cold.
    public mutating func census(lookingAt count: Int) -> FeedCensus {
        let isFirst = censusTaker.latest == nil
        censusTaker.look(atNext: isFirst ? registry.feeds.count : count, of: registry)
        return censusTaker.latest ?? FeedCensus()
    }

    /// What became of the messages of all brokers since the start. `broker` and `minute` say nothing.
    public var messageTotals: MessageCounts {
        counts.reduce(into: closedCounts) { $0.add($1) }
    }

    /// Feeds that count towards the limit on discovered ones, and that limit.
    public var discoveredFeedCount: Int { registry.discoveredCount }
    public var discoveredFeedLimit: Int { settings.discoveredFeedLimit }
}

extension MessageCounts {
    /// Adds what another minute, or another broker, counted.
    mutating func add(_ other: MessageCounts) {
        received += other.received
        decoded += other.decoded
        undecodable += other.undecodable
        ignored += other.ignored
        shed += other.shed
        retained += other.retained
        withoutSamples += other.withoutSamples
        refusedSamples += other.refusedSamples
        redelivered += other.redelivered
    }
}
