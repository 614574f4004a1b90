import Monitoring

/// From the state machine to transitions: occurrences, reasons, texts, sequences.
extension AlarmBook {
    /// Runs events through the reducer as one step, and writes down what comes of it.
    ///
    /// - Parameter isChanged: something that the message shows changed besides the state.
    /// - Returns: why a command was refused.
    @discardableResult
    mutating func drive(
        _ events: [AlarmEvent],
        _ identity: AlarmIdentity,
        isChanged: Bool = false,
    ) -> AlarmRejection? {
        guard var alarm = alarms[identity] else { return .unknownAlarm }
        let before = alarm.record.state
        var effects: [AlarmEffect] = []
        for event in events {
            let step = AlarmStateMachine.reduce(
                alarm.record.state,
                event,
                configuration(of: identity),
            )
            alarm.record.state = step.state
            effects += step.effects
        }
        for case .reject(let rejection) in effects { return rejection }
        settleOccurrence(of: &alarm, before: before)
        settleDelay(of: &alarm, before: before)
        if effects.contains(.notify(.ack)) { alarm.record.occurrence?.acknowledgedAt = clock }
        let isRetold = describe(&alarm) || isChanged
        let reasons = reasons(events, effects, before, alarm.record.state)
        if reasons.isEmpty, isRetold, alarm.record.state.isActive || isChanged {
            write(.refresh, isAnnounced: false, from: before.display, &alarm)
        }
        var display = before.display
        for (reason, isAnnounced) in reasons {
            write(reason, isAnnounced: isAnnounced, from: display, &alarm)
            display = alarm.record.state.display
        }
        alarms[identity] = alarm
        changed.insert(identity)
        if alarm.record.delay != nil { enqueue(alarm) }
        if before.isActive != alarm.record.state.isActive { updateMasks(below: identity) }
        return nil
    }

    /// What the journal is told of a step, in order; empty where nothing is worth a row.
    private func reasons(
        _ events: [AlarmEvent],
        _ effects: [AlarmEffect],
        _ before: AlarmState,
        _ after: AlarmState,
    ) -> [(AlarmReason, isAnnounced: Bool)] {
        var reasons = effects.compactMap { Self.reason(of: $0, after: events.last) }
        if events.last == .reset { reasons.insert((.reset, isAnnounced: false), at: 0) }
        if !reasons.isEmpty { return reasons }
        let hasChanged = before.display != after.display || before.isActive != after.isActive
        if hasChanged {
            switch events.first {
            case .suppress: return [(.suppress, isAnnounced: false)]
            case .unsuppress: return [(.unsuppress, isAnnounced: false)]
            default: return [(.refresh, isAnnounced: false)]
            }
        }
        guard after.isActive, before.level != after.level else { return [] }
        return [(after.level < before.level ? .deescalate : .refresh, isAnnounced: false)]
    }

    private static func reason(
        of effect: AlarmEffect,
        after event: AlarmEvent?,
    ) -> (AlarmReason, isAnnounced: Bool)? {
        switch effect {
        case .notify(.raise): (.raise, true)
        case .notify(.escalate): (.escalate, true)
        case .notify(.clear): (.clear, true)
        case .notify(.unmasked): (.unmasked, true)
        case .notify(.ack): (.ack, true)
        case .notify(.realarm): (.realarm, true)
        case .notify(.returnedLatched): (.returnedLatched, true)
        case .audit(.shelved): (.shelve, false)
        case .audit(.unshelved): (event == .shelfExpired ? .shelfExpired : .unshelve, false)
        case .audit(.oneShotEnded): (.unshelve, false)
        case .audit(.outOfService): (.outOfService, false)
        case .audit(.inService): (.inService, false)
        case .reject, .ignored: nil
        }
    }

    /// Opens an occurrence with the step that makes the alarm active, masked or not, and notes when
    /// it was over.
    private func settleOccurrence(of alarm: inout StandingAlarm, before: AlarmState) {
        let state = alarm.record.state
        if state.isActive, !before.isActive {
            let isUnseen = before.isOccurring && !before.isAcknowledged
            let unseen = isUnseen ? alarm.record.occurrence?.unacknowledgedOccurrences ?? 0 : 0
            alarm.record.occurrence = AlarmTransition.Occurrence(
                id: "\(epoch)-\(alarm.record.alarmSequence + 1)",
                conditionAt: alarm.conditionBegin(otherwise: clock),
                raisedAt: clock,
                unacknowledgedOccurrences: unseen + 1,
            )
        } else if !state.isActive, before.isActive {
            alarm.record.occurrence?.clearedAt = clock
        }
    }

    // MARK: Texts

    /// Brings condition, texts, priority and truth up to date.
    /// - Returns: whether the name of the condition or its truth changed.
    private func describe(_ alarm: inout StandingAlarm) -> Bool {
        let old = (alarm.record.condition, alarm.record.truth)
        alarm.record.truth = alarm.truth
        switch alarm.record.identity {
        case .feed(let feed, let concern): describe(&alarm, feed, concern)
        case .system: describeSystem(&alarm)
        }
        if !alarm.record.state.isActive, let occurrence = alarm.record.occurrence {
            let end = occurrence.clearedAt ?? clock
            alarm.record.message = AlarmWording.normalMessage(
                alarm.record.condition,
                raisedAt: occurrence.raisedAt,
                duration: Elapsed.from(occurrence.raisedAt, to: end),
                at: clock,
            )
        }
        return old.0.check != alarm.record.condition.check
            || old.0.also != alarm.record.condition.also || old.1 != alarm.record.truth
    }

    private func describe(_ alarm: inout StandingAlarm, _ feed: FeedID, _ concern: Concern) {
        guard let registration = feeds[feed], let naming = alarm.naming else { return }
        let finding = naming.finding
        let others = alarm.findings.dropFirst().map { catalogue[Int($0.finding.check.index)].name }
        let evidence = AlarmEvidence(
            check: catalogue[Int(finding.check.index)],
            finding: finding,
            writtenAt: naming.writtenAt,
            isOpen: alarm.isNamingOpen,
            also: others,
        )
        let hasValue = finding.lastValue.isFinite
        let measured = AlarmWording.measured(evidence, at: clock)
        let measure = AlarmMeasure(evidence.check, unit: registration.feed.unit)
        alarm.record.condition = AlarmTransition.Condition(
            check: evidence.check.name,
            also: others,
            measured: measured.isFinite ? measured : nil,
            measuredUnit: measure.unitCode,
            value: hasValue ? finding.lastValue : nil,
            valueAt: hasValue ? finding.lastValueAt : nil,
            limit: finding.limit.isFinite ? finding.limit : nil,
            unit: registration.feed.unit,
            onDelay: registration.settings.onDelay,
            offDelay: registration.settings.offDelay,
            isLearned: finding.isLearned && alarm.findings.allSatisfy(\.finding.isLearned),
        )
        let unit = registration.feed.unit
        let mask =
            alarm.record.suppressedBy.isEmpty
            ? "" : AlarmWording.maskSentence(alarm.record.suppressedBy)
        alarm.record.title = AlarmWording.title(
            label: registration.feed.label,
            check: evidence.check,
        )
        alarm.record.message = PlainText.shortened(
            mask + AlarmWording.message(evidence, unit: unit, at: clock),
            to: AlarmWording.messageLimit,
        )
        alarm.record.guidance = AlarmWording.guidance(
            evidence,
            feed: registration.feed,
            settings: registration.settings,
        )
        let priority = registration.settings.priority ?? concern.defaultPriority
        // Limits that nobody gave do not get a person out of bed.
        alarm.record.priority = alarm.record.condition.isLearned ? max(priority, .low) : priority
    }

    private func describeSystem(_ alarm: inout StandingAlarm) {
        let detail = AlarmWording.sentence(alarm.detail)
        if !detail.isEmpty {
            alarm.record.message = PlainText.shortened(detail, to: AlarmWording.messageLimit)
        }
        alarm.record.condition.offDelay = AlarmSettings().offDelay
    }

    // MARK: Writing

    mutating func write(
        _ reason: AlarmReason,
        isAnnounced: Bool,
        from previous: AlarmDisplay,
        _ alarm: inout StandingAlarm,
    ) {
        guard transition(of: alarm.record, isAnnounced: isAnnounced) != nil else { return }
        sequence += 1
        alarm.record.sequence = sequence
        alarm.record.alarmSequence += 1
        alarm.record.changedAt = clock
        alarm.record.reason = reason
        alarm.record.previousDisplay = previous
        if let written = transition(of: alarm.record, isAnnounced: isAnnounced) {
            transitions.append(written)
        }
    }

    /// The record as a transition; nil while a restored alarm's feed is not registered.
    func transition(of record: AlarmRecord, isAnnounced: Bool) -> AlarmTransition? {
        let subject: AlarmTransition.Subject
        switch record.identity {
        case .feed(let feed, let concern):
            guard let registration = feeds[feed] else { return nil }
            subject = .feed(registration.feed, concern)
        case .system(let name): subject = .system(name: name)
        }
        return AlarmTransition(
            key: record.key,
            subject: subject,
            sequence: record.sequence,
            alarmSequence: record.alarmSequence,
            at: record.changedAt,
            reason: record.reason,
            display: record.state.display,
            previousDisplay: record.previousDisplay,
            state: record.state,
            truth: record.truth,
            priority: record.priority,
            title: record.title,
            message: record.message,
            guidance: record.guidance,
            condition: record.condition,
            occurrence: record.occurrence,
            isAnnounced: isAnnounced,
            suppressedBy: record.suppressedBy,
        )
    }

    // MARK: Small things that all parts use

    mutating func update(
        _ identity: AlarmIdentity,
        _ change: (inout StandingAlarm, [CheckDefinition]) -> Void,
    ) {
        guard var alarm = alarms[identity] else { return }
        change(&alarm, catalogue)
        alarms[identity] = alarm
    }

    func settings(of identity: AlarmIdentity) -> AlarmSettings {
        switch identity {
        case .feed(let feed, _): feeds[feed]?.settings ?? AlarmSettings()
        case .system(let name):
            AlarmSettings(
                requiresAcknowledgement:
                    SystemAlarm.parse(name)?.alarm.endsByAcknowledgement == true
            )
        }
    }

    func configuration(of identity: AlarmIdentity) -> AlarmConfiguration {
        AlarmConfiguration(settings(of: identity))
    }
}
