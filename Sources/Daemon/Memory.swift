import Alarms
import History
import Monitoring

/// What an earlier run left behind: the registry of feeds, the alarms, and how far the numbers go.
package struct Memory {
    var epoch: String
    var feeds: [FeedDescription] = []
    var alarms: [AlarmRecord] = []
    var lastFinding: Int64 = 0
    var lastTransition: Int64 = 0
    /// The highest feed number that is stored, forgotten feeds included; -1: none. And those below it
    /// that are free.
    var lastFeed: Int32 = -1
    var freeFeeds: [Int32] = []
    /// The last instant that the stored state accounts for; nil for a new database.
    var stoppedAt: ReceiveTime?

    /// Nothing: a new database, or a replay.
    package init(epoch: String) {
        self.epoch = epoch
    }
}

extension Memory {
    /// Reads what the database remembers. The outbox stays there: who sends it reads it in pages.
    init(restoringFrom store: HistoryStore) throws(HistoryError) {
        let last = try store.lastSequences()
        epoch = store.epoch
        feeds = try store.restoreFeeds()
        alarms = try store.restoreAlarms()
        lastFinding = last.finding
        lastTransition = last.transition
        lastFeed = last.feed
        freeFeeds = last.freeFeeds
        stoppedAt = store.lastCommitAt
    }
}
