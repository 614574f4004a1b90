import Alarms
import Decoding
import Delivery
import History
package import Monitoring
package import Settings

/// The path of a message on one screen: route, decode, watch, alarm, collect for one commit.
///
/// A value without clock, thread or input and output, driven by `Engine` live, by `Replay` from a
/// recording, and by tests. Everything it does follows from the batches it is given, whatever their
/// size. What it brings about gathers in `commit` until its driver has made it durable.
///
/// `package`, what the allocation probe drives: it is built without the switch for tests.
package struct Pipeline {
    private var topics: TopicTable
    private var decoder: MessageDecoder
    var monitor: FeedMonitor
    private(set) var alarms: AlarmBook
    private var alarmSettings: [AlarmSettings]
    private var payloads: [PayloadSettings]
    private let hashSeed: UInt64
    private var decoded = DecodedBatch()
    /// Samples that payloads held since the start, those that got no feed among them.
    private(set) var sampleCount: Int64 = 0
    /// How much of the report the alarms have seen.
    fileprivate var judged = ReportMark()

    /// What is to be committed: everything since the last commit, and rows that an alarm
    /// left behind.
    var commit = CommitBatch()
    /// How many undecodable messages the store still takes, without those in `commit`; beyond it
    /// they are counted, and their bytes not copied.
    var quarantineRoom = Limits.quarantineRows
    /// That the clock was set, told to the feeds with the next part of the burst.
    private var clockStep: ClockStep?
    /// Messages of QoS 1 of whole bursts in it: their acknowledgements wait.
    private(set) var unacknowledgedCount = 0
    /// The same, by broker.
    private(set) var unacknowledged: [Int]

    fileprivate struct ReportMark {
        var changedFeeds = 0
        var forgottenFeeds = 0
        var findings = 0
        var provenFeeds = 0
        var conditions = 0
    }

    package init(
        configuration: Configuration,
        memory: Memory,
        start: ReceiveTime,
        isConnected: Bool = true,
        hashSeed: UInt64 = 0,
    ) {
        let settings = configuration.monitorSettings(hashSeed: hashSeed)
        topics = TopicTable(settings: settings)
        payloads = configuration.feeds.map(\.payload)
        self.hashSeed = hashSeed
        decoder = MessageDecoder(payloads: payloads, hashSeed: hashSeed)
        monitor = FeedMonitor(
            settings: settings,
            remembered: memory.feeds,
            nextFinding: memory.lastFinding + 1,
            lastFeed: memory.lastFeed,
            freeFeeds: memory.freeFeeds,
            isConnected: isConnected,
            stoppedAt: memory.stoppedAt,
            start: start,
        )
        alarms = AlarmBook(
            epoch: memory.epoch,
            restoring: memory.alarms,
            lastSequence: memory.lastTransition,
            stoppedAt: memory.stoppedAt,
        )
        alarmSettings = configuration.feeds.map(\.alarm)
        unacknowledged = configuration.brokers.map { _ in 0 }
        commit.at = start
        commit.report.newFeeds = monitor.describeFeeds()
        resume(memory, at: start)
        endStaleConditions(memory, brokers: settings.brokerNames, at: start)
    }

    /// Restored alarms speak of their feeds; those of feeds that no rule claims any more are closed.
    private mutating func resume(_ memory: Memory, at start: ReceiveTime) {
        let troubled = Set(
            memory.alarms.compactMap { record in
                if case .feed(let feed, _) = record.identity { feed } else { nil }
            }
        )
        for feed in memory.feeds {
            if let known = monitor.description(of: feed.id) {
                if troubled.contains(feed.id) { register(known) }
            } else {
                alarms.register(feed, settings: AlarmSettings())
                alarms.forget(feed.id, at: start)
                commit.report.forgottenFeeds.append(feed.id)
            }
        }
        alarms.acknowledgeUnasked(at: start)
        judged = ReportMark(commit.report)
        takeTransitions()
    }

    /// Ends restored alarms about Assay itself that nothing in this run would end: a limit, a full
    /// or failing store is noticed anew where it still is so, a broker may no longer be configured.
    private mutating func endStaleConditions(
        _ memory: Memory,
        brokers: [String],
        at start: ReceiveTime,
    ) {
        for record in memory.alarms {
            guard case .system(let name) = record.identity, record.state.isActive else { continue }
            let parts = name.split(separator: "/", maxSplits: 1)
            let isStale =
                switch parts.first {
                case "store", "cardinality", "quarantine", "clock", "time-zone", "configuration":
                    true
                case "broker", "subscription": !brokers.contains(String(parts.last ?? ""))
                default: false
                }
            guard isStale else { continue }
            let detail = "not so since the daemon was started again"
            note(
                MonitorReport.SystemCondition(
                    name: name,
                    isAbnormal: false,
                    at: start,
                    detail: detail,
                )
            )
        }
    }

    /// Goes on by other settings of feeds, between two bursts: what was not changed keeps its state.
    /// Gateway and brokers are the same as before. Cost: of 10,000 feeds 25 ms,
    /// 56 ms where a check of each begins anew.
    mutating func adopt(_ configuration: Configuration) -> RuleAdoption {
        let settings = configuration.monitorSettings(hashSeed: hashSeed)
        let former = payloads
        let present = configuration.feeds.map(\.payload)
        let kept = topics.adopt(settings)
        decoder = decoder.goingOn(as: present, registering: kept)
        let adoption = monitor.adopt(
            settings,
            rebinding: kept,
            readsAlike: { old, new, field in former[old].readsAlike(present[new], field: field) },
            into: &commit.report,
        )
        payloads = present
        alarmSettings = configuration.feeds.map(\.alarm)
        for feed in monitor.describeFeeds() where alarms.feed(feed.id) != nil { register(feed) }
        judge(to: max(commit.at, monitor.now))
        alarms.acknowledgeUnasked(at: commit.at)
        takeTransitions()
        return adoption
    }

    /// Takes one burst through the whole path, a minute of engine time at most.
    ///
    /// - Returns: `finished`, or where it has paused: commit, then go on with `proceed`. Where it is
    ///   `stepping`, what follows bears another time.
    package mutating func process(_ batch: inout MessageBatch) -> FeedMonitor.Progress {
        topics.route(&batch)
        for topic in topics.takeNewTopics() {
            decoder.register(topic.topic, rule: Int(topic.rule))
            monitor.register(topic)
        }
        decoded.removeAll()
        decoder.decode(batch, into: &decoded)
        sampleCount += Int64(decoded.samples.count)
        return proceed(batch)
    }

    /// Goes on with a burst that has paused.
    mutating func proceed(_ batch: MessageBatch) -> FeedMonitor.Progress {
        if let clockStep { setClock(clockStep) }
        let progress = monitor.ingest(decoded, into: &commit.report)
        commit.gatherRevisions()
        quarantine(batch)
        switch progress {
        case .finished:
            countUnacknowledged(batch)
            judge(to: batch.closedAt)
        case .paused: judge(to: monitor.now)
        case .stepping(let step):
            judge(to: step.from)
            clockStep = step
        }
        return progress
    }

    private mutating func countUnacknowledged(_ batch: MessageBatch) {
        for record in batch.records where record.qualityOfService > 0 {
            unacknowledgedCount += 1
            unacknowledged[Int(record.broker)] += 1
        }
    }

    /// Everything before the step is judged; the feeds take it with the next part of the burst.
    private mutating func setClock(_ step: ClockStep) {
        clockStep = nil
        alarms.setClock(step, runsOnReceiveTime: monitor.runsOnReceiveTime)
        commit.at = step.to
        takeTransitions()
    }

    /// Brokers that should be asked for a sign of life; see `FeedMonitor.takeQuestions`.
    mutating func takeQuestions() -> [Int] { monitor.takeQuestions() }

    /// A fact about the daemon itself, such as a refused subscription.
    mutating func note(_ condition: MonitorReport.SystemCondition) {
        alarms.apply(condition)
        commit.at = max(commit.at, condition.at)
        takeTransitions()
    }

    /// Numbers of forgotten feeds that nothing stored bears any more.
    mutating func release(_ feeds: [FeedID]) { monitor.release(feeds) }

    /// Writes out the open minutes, for a shutdown. The pipeline is not used afterwards.
    mutating func finish() {
        monitor.finish(into: &commit.report)
        judge(to: commit.at)
    }

    /// Forgets what was committed, all of it judged.
    ///
    /// - Parameter isWhole: false within a burst, or where rows are left: acknowledgements still wait.
    mutating func didCommit(_ part: CommitBatch.Part, isWhole: Bool) {
        commit.remove(part)
        judged = ReportMark(commit.report)
        guard isWhole, unacknowledgedCount > 0 else { return }
        unacknowledgedCount = 0
        for broker in unacknowledged.indices { unacknowledged[broker] = 0 }
    }

    /// As above, everything: for those that measure.
    package mutating func didCommit() { didCommit(.everything, isWhole: true) }

    /// Feeds that exist now.
    package var feedCount: Int { monitor.feedCount }

    // MARK: From findings to alarms

    private mutating func judge(to time: ReceiveTime) {
        let report = commit.report
        for feed in report.changedFeeds[judged.changedFeeds...] where alarms.feed(feed.id) != nil {
            register(feed)
        }
        tellAlarms(report)
        for feed in report.forgottenFeeds[judged.forgottenFeeds...] {
            alarms.forget(feed, at: time)
        }
        alarms.advance(to: time)
        commit.at = max(commit.at, time)
        judged = ReportMark(report)
        takeTransitions()
    }

    /// In the order of instants: what alarms come of it must not depend on where a batch ends.
    private mutating func tellAlarms(_ report: MonitorReport) {
        var conditions = report.conditions[judged.conditions...]
        var findings = report.findings[judged.findings...]
        var proofs = report.provenFeeds[judged.provenFeeds...]
        let never = ReceiveTime(nanoseconds: .max)
        while true {
            let finding = findings.first?.at ?? never
            let proof = proofs.first?.at ?? never
            if let condition = conditions.first, condition.at <= min(finding, proof) {
                conditions.removeFirst()
                alarms.apply(condition)
            } else if let event = findings.first, finding <= proof {
                findings.removeFirst()
                apply(event)
            } else if let proven = proofs.popFirst() {
                alarms.noteHealthy(proven.feed, checks: proven.checks, at: proven.at)
            } else {
                return
            }
        }
    }

    /// The alarms know only feeds that something was confirmed of: a healthy plant costs them nothing.
    private mutating func apply(_ event: FindingEvent) {
        guard event.finding.isConfirmed, event.change != .updated else { return }
        if alarms.feed(event.finding.feed) == nil {
            guard let feed = monitor.description(of: event.finding.feed) else { return }
            register(feed)
        }
        alarms.apply(event)
    }

    /// What is known of a feed; nil once it is forgotten.
    func description(of feed: FeedID) -> FeedDescription? { monitor.description(of: feed) }

    private mutating func register(_ feed: FeedDescription) {
        alarms.register(feed, settings: alarmSettings[Int(feed.rule)])
    }

    private mutating func takeTransitions() {
        commit.transitions.append(contentsOf: alarms.takeTransitions())
        commit.add(alarms.takeChanges())
    }

    /// Keeps the beginning of what could not be read, while its bytes are at hand and there is room
    /// for it: a flood of garbage while the store fails is counted.
    private mutating func quarantine(_ batch: MessageBatch) {
        guard !commit.report.undecodable.isEmpty else { return }
        for message in commit.report.undecodable {
            guard commit.quarantined.count < quarantineRoom else {
                commit.quarantineRefused += 1
                continue
            }
            let record = batch.records[Int(message.record)]
            commit.quarantined.append(
                QuarantinedMessage(
                    feed: message.feed,
                    at: message.at,
                    problem: message.problem,
                    offset: message.offset,
                    payload: batch.bytes[record.payloadRange],
                )
            )
        }
        commit.report.undecodable.removeAll(keepingRoomFor: MonitorReport.keptRoom)
    }
}

extension Pipeline.ReportMark {
    fileprivate init(_ report: MonitorReport) {
        changedFeeds = report.changedFeeds.count
        forgottenFeeds = report.forgottenFeeds.count
        findings = report.findings.count
        provenFeeds = report.provenFeeds.count
        conditions = report.conditions.count
    }
}
