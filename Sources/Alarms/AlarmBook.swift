public import Monitoring

/// Keeps every alarm of the gateway: findings and conditions in, transitions out.
///
/// One alarm per feed and concern, made when the first confirmed finding of the concern comes, and
/// one per fact about Assay itself. Findings decide whether an alarm's concern is normal, abnormal
/// or unknown; `AlarmStateMachine` decides what becomes of it; this type keeps the delays, the
/// precedence between the concerns of a feed, the occurrences, the sequences and the texts.
///
/// A value without clock: its time is the `at` of what it is given, which must come in order. Delays
/// elapse at their deadline, whenever `advance` is called, so results do not depend on how often it
/// is. Two axes: the delays of `data`, `format`, `clock` and system alarms run on engine time, an
/// on-delay from the moment the condition was found; those of the other concerns run on the feed's
/// event time (see `EventClock`), an on-delay from the first flagged sample. An off-delay runs
/// from the moment the last finding of the concern ended.
///
/// After a restart nothing is known of a restored alarm's condition: its truth is `unknown`, its
/// delays stand still, nothing is announced. The first finding of the concern continues the same
/// occurrence; `noteHealthy` says that there is none.
///
/// Memory: about 1 kB per alarm that was ever raised and whose feed is not forgotten.
public struct AlarmBook: Sendable {
    struct Registration: Sendable {
        var feed: FeedDescription
        var settings: AlarmSettings
    }

    /// What must be written to the database besides transitions.
    public struct Changes: Sendable, Equatable {
        /// Alarms whose stored state changed, in the order in which they were made.
        public var records: [AlarmRecord]
        /// Keys of alarms that no longer exist.
        public var removedKeys: [String]

        public init(records: [AlarmRecord] = [], removedKeys: [String] = []) {
            self.records = records
            self.removedKeys = removedKeys
        }
    }

    /// A step back of the engine's time by more than this, without `setClock`, moves all delays with
    /// it; a smaller one counts as no time.
    static let clockStep = Nanoseconds.seconds(1)

    let epoch: String
    let catalogue: [CheckDefinition]
    var feeds: [FeedID: Registration] = [:]
    var alarms: [AlarmIdentity: StandingAlarm] = [:]
    var identities: [String: AlarmIdentity] = [:]
    var deadlines = DeadlineQueue()
    var clock = ReceiveTime(nanoseconds: .min)
    var sequence: Int64
    var nextNumber: Int64 = 0
    var transitions: [AlarmTransition] = []
    var changed: Set<AlarmIdentity> = []
    var removedKeys: [String] = []

    /// - Parameters:
    ///   - epoch: of the database; part of every occurrence's id.
    ///   - records: what was stored, each key once.
    ///   - lastSequence: of the journal, at least that of every record.
    ///   - stoppedAt: the last instant that the stored state accounts for (its last commit): a
    ///     delay has progressed up to here, and downtime is not counted. nil: no progress.
    ///   - catalogue: what `CheckID.index` counts in.
    public init(
        epoch: String,
        restoring records: [AlarmRecord] = [],
        lastSequence: Int64 = 0,
        stoppedAt: ReceiveTime? = nil,
        catalogue: [CheckDefinition] = CheckCatalogue.all,
    ) {
        self.epoch = epoch
        self.catalogue = catalogue
        sequence = records.reduce(lastSequence) { max($0, $1.sequence) }
        for record in records { restore(record, stoppedAt: stoppedAt) }
    }

    // MARK: Feeds

    /// Makes a feed known, or takes over what changed of it. Before anything that refers to it.
    public mutating func register(_ feed: FeedDescription, settings: AlarmSettings) {
        feeds[feed.id] = Registration(feed: feed, settings: settings)
    }

    /// What was registered of a feed; nil once it is forgotten.
    public func feed(_ id: FeedID) -> FeedDescription? { feeds[id]?.feed }

    /// Removes a feed and its alarms; one that was ever announced leaves a `deleted` transition, so
    /// that deliveries and retained topics learn of it.
    public mutating func forget(_ feed: FeedID, at time: ReceiveTime) {
        observe(time)
        for concern in Concern.allCases { delete(.feed(feed, concern)) }
        feeds[feed] = nil
    }

    // MARK: What happens

    /// Takes a finding's change. Only confirmed findings concern an alarm.
    public mutating func apply(_ event: FindingEvent) {
        observe(event.at)
        let finding = event.finding
        guard finding.isConfirmed else { return }
        precondition(feeds[finding.feed] != nil, "a finding came of a feed that is not registered")
        precondition(
            Int(finding.check.index) < catalogue.count,
            "a finding came of a check that is not in the catalogue",
        )
        let concern = catalogue[Int(finding.check.index)].concern
        let identity = AlarmIdentity.feed(finding.feed, concern)
        if event.change == .restated {
            // Nothing has happened but to the clock.
            update(identity) { alarm, _ in alarm.take(event) }
            if alarms[identity] != nil { changed.insert(identity) }
            return
        }
        if alarms[identity] == nil {
            if event.change == .ended { return }
            makeAlarm(of: finding, concern: concern)
        }
        advanceTimeline(of: identity, by: finding)
        update(identity) { alarm, catalogue in
            alarm.take(event)
            alarm.rename(catalogue)
        }
        evaluate(identity)
        runTimers(to: clock)
    }

    /// Takes a fact about Assay itself.
    public mutating func apply(_ condition: MonitorReport.SystemCondition) {
        observe(condition.at)
        let identity = AlarmIdentity.system(condition.name)
        if alarms[identity] == nil {
            guard condition.isAbnormal else { return }
            makeSystemAlarm(condition.name)
        }
        update(identity) { alarm, _ in alarm.detail = condition.detail }
        judge(identity, condition.isAbnormal ? .abnormal(.warning) : .normal)
        runTimers(to: clock)
    }

    /// Says that a concern of a feed was looked at since the restart and is good: a sample came
    /// (`data`), was read (`format`), was judged good by the concern's checks (the others). Only
    /// matters to `alarmsAwaitingEvidence`; else one lookup without effect.
    public mutating func noteHealthy(_ feed: FeedID, concern: Concern, at time: ReceiveTime) {
        let identity = AlarmIdentity.feed(feed, concern)
        guard let alarm = alarms[identity], !alarm.isFresh, alarm.findings.isEmpty else { return }
        observe(time)
        judge(identity, .normal)
        runTimers(to: clock)
    }

    /// Says that checks of a feed were asked since the restart, and that all is well by them: an alarm
    /// of which every check that had raised it has said so is judged. Like `noteHealthy` above, and
    /// with the same effect; a check is told once.
    public mutating func noteHealthy(_ feed: FeedID, checks: CheckMask, at time: ReceiveTime) {
        for concern in Concern.allCases {
            let identity = AlarmIdentity.feed(feed, concern)
            guard let alarm = alarms[identity], !alarm.isFresh else { continue }
            update(identity) { alarm, catalogue in
                alarm.doubts.removeAll { name in
                    let place = catalogue.firstIndex { $0.name == name }
                    return place.map { checks.contains(CheckID(index: UInt8($0))) } ?? true
                }
            }
            guard alarms[identity]?.doubts.isEmpty == true else { continue }
            noteHealthy(feed, concern: concern, at: time)
        }
    }

    /// Lets time pass: every delay whose deadline is at or before `time` elapses, at its deadline.
    public mutating func advance(to time: ReceiveTime) {
        observe(time)
    }

    /// A person acknowledges an alarm.
    /// - Returns: why not, or nil.
    public mutating func acknowledge(key: String, at time: ReceiveTime) -> AlarmRejection? {
        observe(time)
        guard let identity = identities[key] else { return .unknownAlarm }
        if let rejection = drive([.acknowledge], identity) { return rejection }
        if case .system(let name) = identity,
            SystemAlarm.parse(name)?.alarm.endsByAcknowledgement == true
        {
            judge(identity, .normal)
        }
        return nil
    }

    /// Acknowledges the alarms that wait for it although their settings do not ask for it: those of
    /// a run with other settings would wait for ever. After their feeds are registered.
    public mutating func acknowledgeUnasked(at time: ReceiveTime) {
        observe(time)
        let waiting = alarms.values
            .filter { $0.record.state.isOccurring && !$0.record.state.isAcknowledged }
            .sorted { $0.number < $1.number }.map(\.record.identity)
        for identity in waiting where !configuration(of: identity).requiresAcknowledgement {
            drive([.acknowledge], identity)
        }
    }

    // MARK: What comes of it

    /// The transitions since the last call, in order.
    public mutating func takeTransitions() -> [AlarmTransition] {
        defer { transitions.removeAll() }
        return transitions
    }

    /// What else must be stored since the last call, in one transaction with the transitions.
    public mutating func takeChanges() -> Changes {
        if changed.isEmpty, removedKeys.isEmpty { return Changes() }
        let standing = changed.compactMap { alarms[$0] }.sorted { $0.number < $1.number }
        defer {
            changed.removeAll(keepingCapacity: true)
            removedKeys.removeAll()
        }
        return Changes(records: standing.map(\.record), removedKeys: removedKeys)
    }

    /// When `advance` next has something to do; may be early, never late. nil: not until something
    /// happens.
    public var nextDeadline: ReceiveTime? { deadlines.first?.time }

    /// The alarms that a person should see now, by key: everything but NORM.
    public func open() -> [AlarmTransition] {
        standing(changedSince: ReceiveTime(nanoseconds: .max))
    }

    /// The latest state of every alarm that is not NORM, or changed at or after `time`, by key: what
    /// the retained topics must hold after a (re)connect.
    public func standing(changedSince time: ReceiveTime) -> [AlarmTransition] {
        alarms.values
            .filter { $0.record.sequence > 0 }
            .filter { $0.record.state.display != .normal || $0.record.changedAt >= time }
            .sorted { $0.record.key < $1.record.key }
            .compactMap { transition(of: $0.record, isAnnounced: false) }
    }

    /// Alarms whose condition stands, masked or not. Cost: a look at each alarm.
    public var activeCount: Int { alarms.values.count { $0.record.state.isActive } }

    /// Restored alarms whose condition has not been judged since the restart, by the order in which
    /// they were restored; `noteHealthy` or a finding takes them off the list.
    public var alarmsAwaitingEvidence: [AlarmIdentity] {
        alarms.values.filter { !$0.isFresh }.sorted { $0.number < $1.number }
            .map(\.record.identity)
    }
}
