import Monitoring

/// One alarm in `AlarmBook`: what is stored of it, and what it knows of its condition besides.
struct StandingAlarm: Sendable {
    /// A confirmed finding that has not ended.
    struct OpenFinding: Sendable {
        var finding: Finding
        /// Engine time of the event that brought it.
        var writtenAt: ReceiveTime
        var isSuspended: Bool
    }

    var record: AlarmRecord
    /// In the order of making; orders what happens at the same instant.
    let number: Int64
    var findings: [OpenFinding] = []
    /// The finding that names the alarm, kept after it ended.
    var naming: OpenFinding?
    var isNamingOpen = false
    var eventClock: EventClock?
    /// False from a restart to the first verdict after it.
    var isFresh = true
    /// Of a restored alarm: the checks that had raised it and have not said good since.
    var doubts: [String] = []
    /// What was left of an off-delay when the daemon stopped.
    var restoredOffDelay: Nanoseconds?
    /// Of a system alarm: what was seen, in words.
    var detail = ""

    init(record: AlarmRecord, number: Int64) {
        self.record = record
        self.number = number
    }

    /// What the open findings say together.
    var verdict: AlarmEvent {
        let judged = findings.filter { !$0.isSuspended }
        if judged.isEmpty { return findings.isEmpty ? .normal : .unknown }
        return .abnormal(judged.contains { $0.finding.verdict == .fail } ? .critical : .warning)
    }

    var truth: AlarmTruth {
        if !isFresh { return .unknown }
        return record.state.raw == .unknown ? .stale : .ok
    }

    /// When the condition began, in event time.
    func conditionBegin(otherwise now: ReceiveTime) -> EventTime {
        findings.map(\.finding.begin).min() ?? EventTime(now)
    }

    /// How long the condition has lasted, on the axis that its delays run on: event time from the
    /// first flagged sample, or engine time from when it was found.
    func lasted(at now: ReceiveTime) -> Nanoseconds {
        let length: Nanoseconds
        if let eventClock {
            let begin = findings.map(\.finding.firstFlaggedAt).min() ?? EventTime(now)
            length = Elapsed.from(begin, to: eventClock.event(at: now))
        } else {
            length = Elapsed.from(findings.map(\.finding.foundAt).min() ?? now, to: now)
        }
        return max(Nanoseconds(0), length)
    }

    /// Takes a finding's event into the list of open ones.
    mutating func take(_ event: FindingEvent) {
        let entry = OpenFinding(
            finding: event.finding,
            writtenAt: event.at,
            isSuspended: event.change == .suspended,
        )
        let index = findings.firstIndex { $0.finding.check == event.finding.check }
        switch event.change {
        case .began, .confirmed, .worsened, .updated, .suspended:
            if let index { findings[index] = entry } else { findings.append(entry) }
        case .restated: return restate(event.finding)
        case .ended:
            if let index { findings.remove(at: index) }
        }
        if event.finding.check == naming?.finding.check { naming = entry }
    }

    /// Names the alarm after the highest-ranked open finding; the last name stays when none is open.
    mutating func rename(_ catalogue: [CheckDefinition]) {
        func rank(_ entry: OpenFinding) -> (Int, UInt8) {
            let index = entry.finding.check.index
            return (catalogue[Int(index)].rank, index)
        }
        findings.sort { rank($0) < rank($1) }
        isNamingOpen = !findings.isEmpty
        if let first = findings.first { naming = first }
    }

    /// The same finding in another time: when it was written, and whether it is judged, stays.
    private mutating func restate(_ finding: Finding) {
        if let index = findings.firstIndex(where: { $0.finding.id == finding.id }) {
            let old = findings[index].finding.begin
            if record.occurrence?.conditionAt == old {
                record.occurrence?.conditionAt = finding.begin
            }
            findings[index].finding = finding
        }
        if naming?.finding.id == finding.id { naming?.finding = finding }
    }

    /// The gateway's clock was set by so much: what waits or counts by it moves along, so that what
    /// is left of a delay and how long the alarm has stood stay what they were.
    ///
    /// - Parameter events: how far the feed's event time moved.
    mutating func shift(by length: Nanoseconds, events: Nanoseconds = Nanoseconds(0)) {
        record.delay?.since.shift(by: length)
        eventClock?.shift(by: length, events: events)
        naming?.writtenAt.shift(by: length)
        for index in findings.indices { findings[index].writtenAt.shift(by: length) }
        guard record.state.isActive else { return }
        record.occurrence?.raisedAt.shift(by: length)
        record.occurrence?.acknowledgedAt?.shift(by: length)
    }
}
