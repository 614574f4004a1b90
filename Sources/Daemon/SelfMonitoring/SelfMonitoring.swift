import Alarms
import Delivery
import History
import Logging
import Monitoring
import Mosquitto
import Settings

/// Gathers how the daemon itself is, and has it published every ten seconds.
///
/// Nothing here is on the way of a message: a commit costs two clock readings and a bin, a tenth of a
/// second a look at 256 feeds, ten seconds some system calls and one message. Where the broker is down
/// nothing is kept for it; the first message after that is made when the connection is back.
struct SelfMonitoring {
    static let interval = Nanoseconds.seconds(10)
    private static let censusInterval = Nanoseconds.milliseconds(100)
    /// 25,600 feeds in ten seconds; more take longer.
    private static let feedsPerLook = 256

    /// What does not change while the daemon runs.
    struct Identity {
        var version: String
        var gateway: String
        var epoch: String
        /// The clocks when the daemon was started.
        var start: ClockReading
    }

    private let identity: Identity
    private let clock: GatewayClock
    private var dueAt: MonotonicTime
    private var lookAt: MonotonicTime
    private var feeds = FeedCensus()
    private var commits = SelfMessage.Commits()
    private var commitTimes = DurationHistogram()
    private var outboxDropped: Int64 = 0
    /// What the rates are taken from: the message before.
    private var last: (at: MonotonicTime, messages: Int64, samples: Int64)?

    init(_ identity: Identity, clock: GatewayClock) {
        self.identity = identity
        self.clock = clock
        let now = clock.monotonic()
        dueAt = now
        lookAt = now
    }

    // MARK: What the engine tells

    mutating func didCommit(_ outcome: CommitOutcome, since begin: MonotonicTime) {
        outboxDropped += Int64(outcome.outboxDropped)
        guard outcome.didWrite else { return }
        let now = clock.monotonic()
        commits.total += 1
        commitTimes.add(now.since(begin), at: now)
    }

    mutating func didFailToCommit() { commits.failed += 1 }

    // MARK: What it makes of it

    /// What the figures are read from, besides the pipeline and the outlet.
    struct Sources {
        var store: HistoryStore
        var loop: PollLoop
        var isStoreFailing: Bool
        /// Of the batch that was processed last.
        var closedAt: ReceiveTime
    }

    /// Once a cycle.
    mutating func tend(
        _ pipeline: inout Pipeline,
        _ outlet: inout AlarmOutlet?,
        _ sources: Sources,
        _ reloads: SelfMessage.Reloads,
        moment: MonotonicTime,
    ) {
        if moment >= lookAt {
            lookAt = moment.after(Self.censusInterval)
            feeds = pipeline.census(lookingAt: Self.feedsPerLook)
        }
        guard outlet?.isOnline == true, moment >= dueAt || outlet?.isMetAnew == true else { return }
        dueAt = moment.after(Self.interval)
        var message = message(pipeline, sources, moment: moment)
        message.publishing = outlet?.figures ?? SelfMessage.Publishing()
        message.reloads = reloads
        outlet?.publish(figures: message)
    }

    private mutating func message(
        _ pipeline: borrowing Pipeline,
        _ sources: Sources,
        moment: MonotonicTime,
    ) -> SelfMessage {
        var message = SelfMessage(
            version: identity.version,
            gateway: identity.gateway,
            epoch: identity.epoch,
            at: clock.wall(),
            since: identity.start.wall,
            uptime: moment.since(identity.start.monotonic),
        )
        message.process = SystemFigures.process()
        message.feeds = feeds
        message.activeAlarms = pipeline.alarms.activeCount
        message.brokers = sources.loop.statuses
        pipeline.enter(into: &message)
        enterRates(into: &message, moment: moment)
        enterStore(sources, into: &message, moment: moment)
        let lag = message.at.nanoseconds - sources.closedAt.nanoseconds
        message.backlog.lag = Nanoseconds(max(lag, 0))
        return message
    }

    private mutating func enterRates(into message: inout SelfMessage, moment: MonotonicTime) {
        let counted = (message.messages.received, message.samples)
        defer { last = (moment, counted.0, counted.1) }
        guard let last, moment > last.at else { return }
        let seconds = moment.since(last.at).seconds
        message.messagesPerSecond = Self.rate(counted.0 - last.messages, over: seconds)
        message.samplesPerSecond = Self.rate(counted.1 - last.samples, over: seconds)
    }

    /// With three digits behind the point: nobody needs more.
    private static func rate(_ count: Int64, over seconds: Double) -> Double {
        (Double(count) / seconds * 1_000).rounded() / 1_000
    }

    private mutating func enterStore(
        _ sources: Sources,
        into message: inout SelfMessage,
        moment: MonotonicTime,
    ) {
        let store = sources.store
        let path = store.settings.path
        message.store.isFailing = sources.isStoreFailing
        message.store.maxBytes = store.settings.retention.maxBytes
        message.store.quarantined = Limits.quarantineRows - store.quarantineRoom
        message.store.diskFreeBytes = SystemFigures.freeBytes(beside: path)
        message.store.logBytes = SystemFigures.bytes(ofFile: path + "-wal")
        if let size = try? store.size() {
            message.store.fileBytes = size.fileBytes
            message.store.usedBytes = size.usedBytes
        }
        commitTimes.advance(to: moment)
        message.commits = commits
        message.commits.median = commitTimes.quantile(0.5)
        message.commits.percentile99 = commitTimes.quantile(0.99)
        message.commits.longest = commitTimes.longest
        message.backlog.outboxRows = store.outboxRows
        message.backlog.outboxDropped = outboxDropped
    }
}
