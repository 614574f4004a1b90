import Alarms
import Monitoring

/// A book of alarms with one feed, the findings that are fed to it by hand, and the store that it
/// is restarted from.
struct AlarmWorld {
    let settings: AlarmSettings
    private(set) var book: AlarmBook
    private(set) var transitions: [AlarmTransition] = []
    private(set) var stored: [String: AlarmRecord] = [:]
    private var now = AlarmScenario.start
    private var open: [String: Finding] = [:]
    private var flagged: [String: Int] = [:]
    private var good: [String: Int] = [:]
    private var nextFinding: Int64 = 1

    static let description = FeedDescription(
        id: AlarmScenario.feed,
        key: "plant/a/f3/z2/temperature",
        topic: "plant/a/f3/z2/temperature",
        field: "value",
        broker: 0,
        rule: 0,
        kind: .number,
        unit: "Cel",
        label: "Furnace 3 zone 2 temperature",
        labels: [FeedDescription.Label(name: "area", value: "a")],
        isDeclared: true,
        period: .seconds(1),
        silenceLimit: .milliseconds(3_500),
        firstSeenAt: AlarmScenario.start,
        lastSeenAt: nil,
    )

    init(settings: AlarmSettings) {
        self.settings = settings
        book = AlarmBook(epoch: "E", catalogue: TestCatalogue.all)
        book.register(Self.description, settings: settings)
    }

    mutating func advance(to time: ReceiveTime, ticks: Bool) {
        if ticks {
            var tick = now
            while tick < time {
                tick.nanoseconds += 100_000_000
                book.advance(to: min(tick, time))
            }
        }
        now = time
        book.advance(to: time)
        collect()
    }

    /// One cell of a picture.
    mutating func take(_ row: String, _ cell: Character, at time: ReceiveTime) {
        let words = row.split(separator: " ").map(String.init)
        if TestCatalogue.id(row) != nil {
            observe(row, cell, at: time)
        } else if row.hasPrefix("system/"), cell == "x" || cell == "." {
            book.apply(
                MonitorReport.SystemCondition(
                    name: String(row.dropFirst("system/".count)),
                    isAbnormal: cell == "x",
                    at: time,
                    detail: cell == "x" ? "it is broken" : "it works",
                )
            )
        } else if cell == "!" {
            restart()
        } else if cell == "a", words.count == 2 {
            _ = book.acknowledge(key: "\(Self.description.key)/\(words[1])", at: time)
        } else if cell == "h", words.count == 2 {
            if let concern = Concern.allCases.first(where: { $0.name == words[1] }) {
                book.noteHealthy(AlarmScenario.feed, concern: concern, at: time)
            }
        }
        collect()
    }

    mutating func apply(_ change: FindingEvent.Change, _ finding: Finding, at time: ReceiveTime) {
        book.apply(FindingEvent(change: change, at: time, finding: finding))
        collect()
    }

    /// The gateway's clock is set.
    mutating func setClock(from: ReceiveTime, to: ReceiveTime, onReceiveTime: Bool) {
        book.setClock(ClockStep(from: from, to: to)) { _ in onReceiveTime }
        now = to
        collect()
    }

    /// The daemon stops, and starts with what was stored; the monitor begins without findings.
    mutating func restart() {
        let records = stored.values.sorted { $0.key < $1.key }
        book = AlarmBook(
            epoch: "E",
            restoring: records,
            lastSequence: transitions.last?.sequence ?? 0,
            stoppedAt: now,
            catalogue: TestCatalogue.all,
        )
        book.register(Self.description, settings: settings)
        open = [:]
        flagged = [:]
        good = [:]
    }

    private mutating func collect() {
        transitions += book.takeTransitions()
        let changes = book.takeChanges()
        for key in changes.removedKeys { stored[key] = nil }
        for record in changes.records { stored[record.key] = record }
    }

    // MARK: Findings, as the monitor makes them

    private mutating func observe(_ check: String, _ cell: Character, at time: ReceiveTime) {
        switch cell {
        case "x": flag(check, .suspect, at: time)
        case "X": flag(check, .fail, at: time)
        case ".": pass(check, at: time)
        case "u": if let finding = open[check] { apply(.suspended, finding, at: time) }
        default: break
        }
    }

    private mutating func flag(_ check: String, _ verdict: Verdict, at time: ReceiveTime) {
        guard let id = TestCatalogue.id(check) else { return }
        good[check] = 0
        flagged[check, default: 0] += 1
        let isNew = open[check] == nil
        var finding = open[check] ?? Self.finding(nextFinding, id, verdict, at: time)
        if isNew { nextFinding += 1 }
        let before = finding
        finding.verdict = finding.verdict.worse(verdict)
        finding.end = EventTime(time)
        finding.lastValueAt = EventTime(time)
        let isFull = flagged[check, default: 0] >= TestCatalogue.all[Int(id.index)].confirm
        finding.isConfirmed = before.isConfirmed || isFull
        open[check] = finding
        if isNew { apply(.began, finding, at: time) }
        if finding.isConfirmed, !before.isConfirmed || isNew {
            apply(.confirmed, finding, at: time)
        } else if finding.isConfirmed, finding.verdict != before.verdict {
            apply(.worsened, finding, at: time)
        } else if finding.isConfirmed {
            // After a suspension the monitor confirms again; a second time changes nothing.
            apply(.confirmed, finding, at: time)
        }
    }

    private mutating func pass(_ check: String, at time: ReceiveTime) {
        guard let id = TestCatalogue.id(check), var finding = open[check] else {
            flagged[check] = 0
            return
        }
        flagged[check] = 0
        good[check, default: 0] += 1
        guard good[check, default: 0] >= TestCatalogue.all[Int(id.index)].confirm else { return }
        finding.lastValueAt = EventTime(time)
        open[check] = nil
        apply(.ended, finding, at: time)
    }

    static func finding(
        _ number: Int64,
        _ check: CheckID,
        _ verdict: Verdict = .suspect,
        at time: ReceiveTime,
    ) -> Finding {
        Finding(
            id: number,
            feed: AlarmScenario.feed,
            check: check,
            verdict: verdict,
            begin: EventTime(time),
            end: EventTime(time),
            foundAt: time,
            flaggedCount: 1,
            isConfirmed: false,
            worst: 1_423.5,
            limit: 1_400,
            lastValue: 1_184.2,
            lastValueAt: EventTime(time),
        )
    }
}
