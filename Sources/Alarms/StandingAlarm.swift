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
    var timeline: FeedTimeline?
    /// False from a restart to the first verdict after it.
    var isFresh = true
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
        if let timeline {
            let begin = conditionBegin(otherwise: now)
            length = Elapsed.from(begin, to: timeline.event(at: now))
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

    /// Moves everything that waits by the engine's clock.
    mutating func shift(by length: Nanoseconds) {
        if let since = record.delay?.since.nanoseconds {
            record.delay?.since.nanoseconds = Elapsed.add(length, to: since)
        }
        timeline?.shift(by: length)
    }
}
