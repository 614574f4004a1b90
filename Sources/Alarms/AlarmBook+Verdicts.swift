import Monitoring

/// From findings to the state machine: verdicts, precedence, the making and ending of alarms.
extension AlarmBook {
    /// Judges an alarm by its open findings.
    mutating func evaluate(_ identity: AlarmIdentity) {
        guard let alarm = alarms[identity] else { return }
        judge(identity, alarm.verdict)
    }

    /// Gives an alarm a verdict, the first one after a restart included.
    mutating func judge(_ identity: AlarmIdentity, _ verdict: AlarmEvent) {
        update(identity) { alarm, _ in
            guard verdict != .unknown else { return }
            let isOverAtOnce = !alarm.isFresh && verdict == .normal && alarm.record.state.isActive
            if isOverAtOnce || verdict != .normal {
                alarm.record.occurrence?.isDuringDowntime = isOverAtOnce
            }
            alarm.isFresh = true
        }
        drive(mask(identity, before: verdict), identity)
    }

    // MARK: Precedence

    /// The rules that keep a concern of a feed from being raised now.
    private func activeMasks(of feed: FeedID, _ concern: Concern) -> [String] {
        concern.maskedBy
            .filter { alarms[.feed(feed, $0)]?.record.state.isActive == true }
            .map { Precedence.rule($0) }
    }

    /// The events to run for one event: preceded by a suppression where it would raise an alarm
    /// that a higher concern of the feed masks.
    mutating func mask(_ identity: AlarmIdentity, before event: AlarmEvent) -> [AlarmEvent] {
        guard case .feed(let feed, let concern) = identity, let alarm = alarms[identity],
            raises(event, alarm.record)
        else { return [event] }
        let rules = activeMasks(of: feed, concern)
        if rules.isEmpty { return [event] }
        setRules(Set(alarm.record.suppressedBy).union(rules), of: identity)
        return [.suppress, event]
    }

    private func raises(_ event: AlarmEvent, _ record: AlarmRecord) -> Bool {
        switch event {
        case .abnormal:
            record.state.phase == .idle && !configuration(of: record.identity).hasOnDelay
        case .onDelayElapsed:
            record.state.phase == .pendingOn && record.state.raw == .abnormal
        default: false
        }
    }

    /// An alarm became active or ended to be: the lower concerns that are suppressed by precedence
    /// are now suppressed by what is active now; one that nothing suppresses any more speaks.
    mutating func updateMasks(below identity: AlarmIdentity) {
        guard case .feed(let feed, let concern) = identity else { return }
        for lower in Precedence.masked(by: concern) {
            let masked = AlarmIdentity.feed(feed, lower)
            guard let alarm = alarms[masked], alarm.record.state.isSuppressed else { continue }
            let others = alarm.record.suppressedBy.filter { !$0.hasPrefix(Precedence.prefix) }
            let rules = Set(others).union(activeMasks(of: feed, lower))
            guard rules != Set(alarm.record.suppressedBy) else { continue }
            setRules(rules, of: masked)
            drive([rules.isEmpty ? .unsuppress : .suppress], masked, isChanged: true)
        }
    }

    private mutating func setRules(_ rules: Set<String>, of identity: AlarmIdentity) {
        update(identity) { alarm, _ in alarm.record.suppressedBy = rules.sorted() }
    }

    // MARK: Making and ending

    mutating func makeAlarm(of finding: Finding, concern: Concern) {
        let identity = AlarmIdentity.feed(finding.feed, concern)
        guard let registration = feeds[finding.feed] else { return }
        let check = catalogue[Int(finding.check.index)]
        add(
            AlarmRecord(
                identity: identity,
                key: "\(registration.feed.key)/\(concern.name)",
                alarmSequence: sequence,
                changedAt: clock,
                priority: registration.settings.priority ?? concern.defaultPriority,
                guidance: check.guidance,
                condition: AlarmTransition.Condition(check: check.name),
            )
        )
    }

    mutating func makeSystemAlarm(_ name: String) {
        let known = SystemAlarm.parse(name)
        add(
            AlarmRecord(
                identity: .system(name),
                key: "system/\(name)",
                alarmSequence: sequence,
                changedAt: clock,
                priority: known?.alarm.priority ?? .medium,
                title: known.map { $0.alarm.title($0.instance) } ?? "system/\(name)",
                guidance: known.map { $0.alarm.guidance($0.instance) }
                    ?? SystemGuidance.unknown,
                condition: AlarmTransition.Condition(check: name),
            )
        )
    }

    private mutating func add(_ record: AlarmRecord) {
        alarms[record.identity] = StandingAlarm(record: record, number: nextNumber)
        identities[record.key] = record.identity
        nextNumber += 1
        changed.insert(record.identity)
    }

    /// Takes a stored alarm over as it was, except that its condition is unknown now.
    mutating func restore(_ record: AlarmRecord, stoppedAt: ReceiveTime?) {
        add(record)
        update(record.identity) { alarm, _ in
            alarm.isFresh = false
            alarm.doubts = [record.condition.check] + record.condition.also
            let left = record.delay.map { $0.remaining(at: stoppedAt ?? $0.since) }
            if record.state.phase == .pendingOff { alarm.restoredOffDelay = left }
            alarm.record.state.takeUnknown()
            alarm.record.truth = .unknown
            alarm.record.delay = nil
            if let left, record.state.phase == .pendingOn {
                alarm.record.delay = PendingDelay(
                    remaining: left,
                    since: stoppedAt ?? record.changedAt,
                    isRunning: false,
                )
            }
        }
    }

    mutating func delete(_ identity: AlarmIdentity) {
        guard var alarm = alarms[identity] else { return }
        let wasTold = alarm.record.state.isDeliveryOpen
        let before = alarm.record.state.display
        if alarm.record.state.isActive { alarm.record.occurrence?.clearedAt = clock }
        alarm.record.state = AlarmState()
        alarm.record.suppressedBy = []
        alarm.record.message = "The feed is no longer watched, and its alarm is removed."
        if alarm.record.sequence > 0 {
            write(.deleted, isAnnounced: wasTold, from: before, &alarm)
        }
        alarms[identity] = nil
        identities[alarm.record.key] = nil
        changed.remove(identity)
        removedKeys.append(alarm.record.key)
        updateMasks(below: identity)
    }
}

extension AlarmState {
    /// A restored state's verdict is stale. By the reducer, because it never annunciates here.
    fileprivate mutating func takeUnknown() {
        let configuration = AlarmConfiguration(AlarmSettings())
        self = AlarmStateMachine.reduce(self, .unknown, configuration).state
    }
}
