import Alarms
import Monitoring
import Testing

@testable import Daemon

/// What a score is made of: one line for each raise, and again while the alarm lasts.
@Suite("Alerts of a replay")
struct AlertLogTests {
    private static let start: Int64 = 1_700_000_000
    private var log = AlertLog()

    private static func time(_ second: Double) -> ReceiveTime {
        ReceiveTime(nanoseconds: start * 1_000_000_000 + Int64(second * 1e9))
    }

    private mutating func feed(seenAt second: Double, period: Nanoseconds? = .seconds(1)) {
        log.take(Self.description(seenAt: second, period: period))
    }

    private static func description(seenAt second: Double, period: Nanoseconds?) -> FeedDescription
    {
        FeedDescription(
            id: FeedID(index: 1),
            key: "plant/a",
            topic: "plant/a",
            field: "value",
            broker: 0,
            rule: 0,
            kind: .number,
            unit: nil,
            label: "a",
            labels: [],
            isDeclared: false,
            period: period,
            silenceLimit: nil,
            firstSeenAt: time(0),
            lastSeenAt: time(second),
        )
    }

    private mutating func take(
        _ display: AlarmDisplay,
        _ check: String = "flatLine",
        at second: Double,
        subject: AlarmTransition.Subject? = nil,
    ) {
        let feed = Self.description(seenAt: 0, period: nil)
        log.take(
            AlarmTransition(
                key: "plant/a/frozen",
                subject: subject ?? .feed(feed, .frozen),
                sequence: 1,
                alarmSequence: 1,
                at: Self.time(second),
                reason: .raise,
                display: display,
                previousDisplay: .normal,
                state: AlarmState(),
                truth: .ok,
                priority: .low,
                title: "",
                message: "",
                guidance: Guidance(
                    cause: "",
                    consequence: "",
                    action: "",
                    timeToRespond: .seconds(0),
                ),
                condition: AlarmTransition.Condition(check: check),
                occurrence: nil,
                isAnnounced: true,
            )
        )
    }

    /// Seconds after the start, and the check, of each line.
    private mutating func lines() -> [String] {
        var lines: [String] = []
        log.finish { line in
            let cells = line.split(separator: ",")
            #expect(cells.count == 3 && cells[0] == "plant/a")
            let milliseconds = (Double(cells[1]) ?? 0) * 1_000 - Double(Self.start) * 1_000
            lines.append("\(Int(milliseconds.rounded())) \(cells[2])")
        }
        return lines
    }

    @Test("a raise is one line, to the millisecond, and a clear is none")
    mutating func raise() {
        feed(seenAt: 1_000)
        take(.acknowledged, at: 10.25)
        take(.normal, at: 100)
        #expect(lines() == ["10250 flatLine"])
        #expect(AlertLog.header == "stream,time,kind")
    }

    @Test("one that lasts is written again every two minutes, up to its end")
    mutating func lasts() {
        feed(seenAt: 10_000)
        take(.unacknowledged, at: 10)
        take(.returnedUnacknowledged, at: 251)
        #expect(lines() == ["10000 flatLine", "130001 flatLine", "250002 flatLine"])
    }

    @Test("of a slow feed every twenty periods")
    mutating func slow() {
        feed(seenAt: 10_000, period: .seconds(60))
        take(.acknowledged, at: 0)
        take(.normal, at: 2_500)
        #expect(lines() == ["0 flatLine", "1200001 flatLine", "2400002 flatLine"])
    }

    @Test("after the last message of its feed there is none: there the recording ended")
    mutating func ended() {
        feed(seenAt: 200)
        take(.acknowledged, at: 10)
        #expect(lines() == ["10000 flatLine", "130001 flatLine"])
        feed(seenAt: 5)
        take(.acknowledged, at: 10)
        #expect(lines() == [])
    }

    @Test("a new name of a standing alarm is no raise, but is what it is called from there on")
    mutating func renamed() {
        feed(seenAt: 1_000)
        take(.acknowledged, "spike", at: 0)
        take(.acknowledged, "spike", at: 30)
        take(.acknowledged, "flatLine", at: 60)
        take(.normal, at: 200)
        #expect(lines() == ["0 spike", "180000 flatLine"])
    }

    @Test("raised again after a clear it is a line of its own")
    mutating func again() {
        feed(seenAt: 1_000)
        for second in [0.0, 50] {
            take(.acknowledged, at: second)
            take(.normal, at: second + 10)
        }
        #expect(lines() == ["0 flatLine", "50000 flatLine"])
    }

    @Test("suppressed, shelved and out of service it is none", arguments: AlarmDisplay.allCases)
    mutating func quiet(display: AlarmDisplay) {
        feed(seenAt: 1_000)
        take(display, at: 0)
        let isActive = display == .unacknowledged || display == .acknowledged
        #expect(lines().isEmpty == !isActive)
    }

    @Test("alarms of the program itself are of no stream, and of an unknown feed neither")
    mutating func system() {
        take(.acknowledged, at: 0)
        #expect(lines() == [])
        feed(seenAt: 1_000)
        take(.acknowledged, at: 0, subject: .system(name: "clock"))
        #expect(lines() == [])
    }
}
