import Delivery
import History
import Monitoring

// What the pipeline says of itself.

extension Pipeline {
    /// How many feeds are in which state; see `FeedMonitor.census`.
    mutating func census(lookingAt count: Int) -> FeedCensus { monitor.census(lookingAt: count) }

    /// Enters what it has counted, and what waits in it.
    func enter(into message: inout SelfMessage) {
        message.discovered = monitor.discoveredFeedCount
        message.discoveredLimit = monitor.discoveredFeedLimit
        message.messages = monitor.messageTotals
        message.samples = sampleCount
        message.backlog.uncommittedRows = commit.count
        message.backlog.unacknowledged = unacknowledgedCount
    }
}
