import History
import Monitoring
import Mosquitto

/// What the database needs between commits: old rows deleted, the log written back.
///
/// Also while commits fail because there is no room: rows that are too old to keep, and a log that
/// could be written back, may be the room that is missing.
struct StoreUpkeep {
    /// Time between two looks at what is too old to keep, and between two tries of what failed.
    private static let interval = Nanoseconds.seconds(1)

    /// When old rows are looked for next.
    private var retainAt: MonotonicTime
    /// When the log may be written back next, after that has failed.
    private var checkpointAt: MonotonicTime
    /// Numbers of feeds that are free since they were taken last.
    private var releasedFeeds: [FeedID] = []

    init(now: MonotonicTime) {
        retainAt = now.after(Self.interval)
        checkpointAt = now
    }

    /// Deletes nothing before a time.
    mutating func holdRetention(until time: MonotonicTime) { retainAt = max(retainAt, time) }

    /// Hands over the numbers of feeds of which nothing is stored any more.
    mutating func takeReleasedFeeds() -> [FeedID] {
        defer { if !releasedFeeds.isEmpty { releasedFeeds = [] } }
        return releasedFeeds
    }

    /// Once a cycle, when the alarms are out. Cost: nothing, once a second that of
    /// `HistoryStore.retain`, now and then that of a checkpoint.
    mutating func tend(
        _ store: HistoryStore,
        keeper: inout StoreKeeper,
        at now: ReceiveTime,
        moment: MonotonicTime,
    ) {
        if keeper.isFailing {
            if keeper.lacksRoom { makeRoom(store, keeper: &keeper, at: now, moment: moment) }
            return
        }
        do throws(HistoryError) {
            try retain(store, keeper: &keeper, at: now, moment: moment)
            guard moment >= checkpointAt else { return }
            checkpointAt = moment.after(Self.interval)
            try store.checkpointIfDue()
            checkpointAt = moment
        } catch {
            keeper.noteUpkeepFailure(error)
        }
    }

    private mutating func retain(
        _ store: HistoryStore,
        keeper: inout StoreKeeper,
        at now: ReceiveTime,
        moment: MonotonicTime,
    ) throws(HistoryError) {
        guard moment >= retainAt else { return }
        retainAt = moment.after(Self.interval)
        let step = try store.retain(now: now)
        releasedFeeds += step.releasedFeeds
        keeper.didRetain(step, moment: moment)
    }

    /// Once a second: the log is written back and cut, so that it can be written anew; old rows are
    /// deleted, so that their pages can be used; and what that has written is written back. Each may
    /// succeed where the others do not. That commits fail is said already.
    private mutating func makeRoom(
        _ store: HistoryStore,
        keeper: inout StoreKeeper,
        at now: ReceiveTime,
        moment: MonotonicTime,
    ) {
        guard moment >= checkpointAt else { return }
        checkpointAt = moment.after(Self.interval)
        try? store.cutLog()
        try? retain(store, keeper: &keeper, at: now, moment: moment)
        try? store.cutLog()
    }
}
