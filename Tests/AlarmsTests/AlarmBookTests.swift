import Alarms
import Monitoring
import Testing

@Suite struct AlarmBookTests {
    private static let key = "plant/a/f3/z2/temperature"

    private func time(_ seconds: Double) -> ReceiveTime {
        ReceiveTime(nanoseconds: AlarmScenario.start.nanoseconds + Int64(seconds * 1e9))
    }

    private func finding(_ check: String, _ verdict: Verdict = .fail, at seconds: Double) -> Finding
    {
        let id = TestCatalogue.id(check) ?? CheckID(index: 0)
        var finding = AlarmWorld.finding(1, id, verdict, at: time(seconds))
        finding.isConfirmed = true
        return finding
    }

    // MARK: What an operator reads

    @Test("a silent feed is told by what, where, since when and how bad")
    func tellsOfSilence() throws {
        var world = AlarmWorld(settings: AlarmSettings(requiresAcknowledgement: true))
        var silence = finding("silence", at: 0)
        silence.worst = 3.5
        silence.limit = 3.5
        silence.lastValueAt = EventTime(time(-3.5))
        world.apply(.confirmed, silence, at: time(0))
        let raise = try #require(world.transitions.first)
        #expect(raise.title == "Furnace 3 zone 2 temperature: no data")
        #expect(
            raise.message
                == "No message for 3.5 s (limit 3.5 s); last value 1184.2 Cel at 22:39:56Z."
        )
        #expect(raise.key == "\(Self.key)/data")
        #expect(raise.priority == .medium)
        #expect(raise.isAnnounced)
        #expect(raise.occurrence?.id == "E-1")
        #expect(
            raise.guidance.cause == "Furnace 3 zone 2 temperature shows 3.5 s, limit 3.5 s"
        )
    }

    @Test("a delayed silence alarm tells how long it has lasted by then")
    func tellsElapsedSilence() {
        var world = AlarmWorld(
            settings: AlarmSettings(onDelay: .seconds(30), requiresAcknowledgement: true)
        )
        var silence = finding("silence", at: 0)
        silence.worst = 3.5
        silence.limit = 3.5
        world.apply(.confirmed, silence, at: time(0))
        world.advance(to: time(60), ticks: false)
        #expect(world.transitions.map(\.at) == [time(30)])
        #expect(world.transitions[0].message.hasPrefix("No message for 34 s (limit 3.5 s); "))
    }

    @Test("what a check says in words is told, and the settings' guidance wins over the check's")
    func tellsDetail() throws {
        var world = AlarmWorld(
            settings: AlarmSettings(
                priority: .critical,
                requiresAcknowledgement: true,
                cause: "{feed} at {value}: {unknown}",
                timeToRespond: .seconds(60),
            )
        )
        var garbage = finding("malformed", at: 0)
        garbage.detail = "payload is not valid JSON at byte 12"
        garbage.lastValue = .nan
        world.apply(.confirmed, garbage, at: time(1))
        let raise = try #require(world.transitions.first)
        #expect(raise.title == "Furnace 3 zone 2 temperature: unreadable messages")
        #expect(
            raise.message == "Unreadable messages: payload is not valid JSON at byte 12, since "
                + "\(PlainText.moment(EventTime(time(0)), readAt: time(1)))."
        )
        #expect(raise.condition.value == nil)
        #expect(raise.priority == .critical)
        #expect(
            raise.guidance
                == Guidance(
                    cause: "Furnace 3 zone 2 temperature at 1423.5 messages: {unknown}",
                    consequence: "A wrong picture of the plant",
                    action: "Look at the sensor",
                    timeToRespond: .seconds(60),
                )
        )
    }

    @Test("a check that the wording does not know is called by its concern and its id")
    func tellsOfNewChecks() {
        var world = AlarmWorld(settings: AlarmSettings(requiresAcknowledgement: true))
        world.apply(.confirmed, finding("brandNew", at: 0), at: time(0))
        #expect(world.transitions[0].title.hasSuffix(": unusual behaviour (brandNew)"))
        #expect(world.transitions[0].message.contains("1423.5 Cel/s (limit 1400 Cel/s)"))
    }

    @Test("titles and messages keep the lengths of the schema, whatever a label or a detail holds")
    func keepsLengths() {
        var feed = AlarmWorld.description
        feed.label = String(repeating: "Längst ", count: 200) + "TC-07"
        var book = AlarmBook(epoch: "E", catalogue: TestCatalogue.all)
        book.register(feed, settings: AlarmSettings(requiresAcknowledgement: true))
        var garbage = finding("malformed", at: 0)
        garbage.detail = String(repeating: "ß", count: 5_000)
        book.apply(FindingEvent(change: .confirmed, at: time(0), finding: garbage))
        let raise = book.takeTransitions()[0]
        #expect(raise.title.unicodeScalars.count == 120)
        #expect(raise.title.hasSuffix("TC-07: unreadable messages"))
        #expect(raise.message.unicodeScalars.count <= 1_000)
    }

    @Test("a clear carries the value and the duration at the clear, under the same occurrence")
    func tellsOfTheEnd() {
        var world = AlarmWorld(
            settings: AlarmSettings(offDelay: .seconds(5), requiresAcknowledgement: true)
        )
        world.apply(.confirmed, finding("range", at: 0), at: time(0))
        var ended = finding("range", at: 0)
        ended.lastValue = 1_179.9
        ended.lastValueAt = EventTime(time(720))
        world.apply(.ended, ended, at: time(720))
        world.advance(to: time(800), ticks: false)
        let clear = world.transitions[1]
        #expect(clear.reason == .clear)
        #expect(clear.at == time(725))
        #expect(clear.condition.value == 1_179.9)
        #expect(clear.message.hasPrefix("Normal again after 12 min 5 s, since "))
        #expect(clear.message.hasSuffix("Z with 1179.9 Cel."), "the value that ended it, and when")
        #expect(clear.occurrence?.id == world.transitions[0].occurrence?.id)
        #expect(clear.occurrence?.clearedAt == time(725))
    }

    @Test("every system alarm has a title, guidance and its priority, and carries the detail")
    func tellsOfTheSystem() {
        var book = AlarmBook(epoch: "E", catalogue: TestCatalogue.all)
        let names = [
            "broker/main", "subscription/main", "store", "store-reset", "clock", "shed",
            "cardinality", "quarantine", "alarm-flood", "something/new",
        ]
        for name in names {
            book.apply(
                MonitorReport.SystemCondition(
                    name: name,
                    isAbnormal: true,
                    at: time(0),
                    detail: "because of \(name)",
                )
            )
        }
        let raised = book.takeTransitions()
        #expect(raised.map(\.key) == names.map { "system/\($0)" })
        for transition in raised {
            let isHigh = ["system/store", "system/store-reset"].contains(transition.key)
            #expect(transition.priority == (isHigh ? .high : .medium))
            #expect(!transition.title.isEmpty)
            #expect(transition.message.hasPrefix("Because of "))
            #expect(!transition.guidance.cause.isEmpty)
            #expect(!transition.guidance.action.isEmpty)
            #expect(transition.guidance.timeToRespond.count > 0)
        }
        #expect(raised[0].title == "Broker main: not connected")
    }

    @Test("a reset store stays an alarm until a person acknowledges it")
    func storeResetWaits() {
        var book = AlarmBook(epoch: "E", catalogue: TestCatalogue.all)
        let condition = MonitorReport.SystemCondition(
            name: "store-reset",
            isAbnormal: true,
            at: time(0),
            detail: "",
        )
        book.apply(condition)
        book.advance(to: time(86_400))
        #expect(book.takeTransitions().map(\.reason) == [.raise])
        #expect(book.acknowledge(key: "system/nothing", at: time(86_400)) == .unknownAlarm)
        #expect(book.acknowledge(key: "system/store-reset", at: time(86_400)) == nil)
        #expect(
            book.acknowledge(key: "system/store-reset", at: time(86_401)) == .alreadyAcknowledged
        )
        book.advance(to: time(86_500))
        #expect(book.takeTransitions().map(\.reason) == [.ack, .clear])
        #expect(book.open().isEmpty)
    }

    // MARK: Time

    @Test("delays of a device that uploads at once run on the time of its samples")
    func delaysRunOnEventTime() {
        var world = AlarmWorld(
            settings: AlarmSettings(
                onDelay: .seconds(30),
                offDelay: .seconds(60),
                requiresAcknowledgement: true
            )
        )
        // An hour of readings comes within 30 ms: bad for 10 min, good for 10 min, bad again.
        var first = finding("range", at: -3_600)
        world.apply(.confirmed, first, at: time(0))
        first.end = EventTime(time(-3_000))
        first.lastValueAt = EventTime(time(-2_990))
        world.apply(.ended, first, at: time(0.01))
        let second = finding("range", at: -2_400)
        world.apply(.confirmed, second, at: time(0.02))
        #expect(world.transitions.map(\.reason) == [.raise, .clear])
        world.advance(to: time(29), ticks: false)
        #expect(world.transitions.count == 2)
        world.advance(to: time(31), ticks: false)
        #expect(world.transitions.map(\.reason) == [.raise, .clear, .raise])
        #expect(world.transitions.last?.at == time(30.02))
    }

    @Test("an alarm of learned limits has priority low at most, one of given limits its own")
    func learnedPriority() throws {
        for (isLearned, wanted) in [(true, Priority.low), (false, .high)] {
            var world = AlarmWorld(settings: AlarmSettings(priority: .high))
            var range = finding("range", at: 0)
            range.isLearned = isLearned
            world.apply(.confirmed, range, at: time(0))
            #expect(try #require(world.transitions.first).priority == wanted)
        }
    }

    @Test("a condition is told since it began, and a delay counts from when it was first flagged")
    func delayFromFirstFlag() throws {
        var world = AlarmWorld(settings: AlarmSettings(onDelay: .seconds(30)))
        var flat = finding("flatLine", at: 0)
        flat.begin = EventTime(time(-300))
        flat.firstFlaggedAt = EventTime(time(0))
        world.apply(.confirmed, flat, at: time(0))
        world.advance(to: time(60), ticks: false)
        let raise = try #require(world.transitions.first)
        #expect(raise.at == time(30))
        #expect(raise.occurrence?.conditionAt == EventTime(time(-300)))
    }

    @Test("delays of silence run on the engine's time, whatever the last sample's time says")
    func delaysOfSilenceRunOnEngineTime() {
        var world = AlarmWorld(
            settings: AlarmSettings(onDelay: .seconds(10), requiresAcknowledgement: true)
        )
        var silence = finding("silence", at: -3_600)
        silence.foundAt = time(0)
        world.apply(.confirmed, silence, at: time(0))
        #expect(world.book.nextDeadline == time(10))
        world.advance(to: time(9.9), ticks: false)
        #expect(world.transitions.isEmpty)
        world.advance(to: time(10), ticks: false)
        #expect(world.transitions.map(\.reason) == [.raise])
    }

    @Test("a clock that is set back by an hour neither hastens nor holds up a delay")
    func survivesClockStep() {
        var world = AlarmWorld(
            settings: AlarmSettings(onDelay: .seconds(10), requiresAcknowledgement: true)
        )
        world.apply(.confirmed, finding("silence", at: 0), at: time(0))
        world.advance(to: time(4), ticks: false)
        world.advance(to: time(-3_596), ticks: false)
        world.advance(to: time(-3_591), ticks: false)
        #expect(world.transitions.isEmpty)
        world.advance(to: time(-3_589), ticks: false)
        #expect(world.transitions.map(\.at) == [time(-3_590)])
    }

    /// Plays an on-delay of 10 s of which 4 s have passed when the clock is set.
    private func delayed(_ check: String, by length: Double, onReceiveTime: Bool) -> AlarmWorld {
        var world = AlarmWorld(settings: AlarmSettings(onDelay: .seconds(10)))
        let found = finding(check, at: 0)
        world.apply(.confirmed, found, at: time(0))
        world.setClock(from: time(4), to: time(4 + length), onReceiveTime: onReceiveTime)
        var restated = found
        restated.foundAt = time(length)
        if onReceiveTime {
            restated.begin = EventTime(time(length))
            restated.end = EventTime(time(length))
            restated.lastValueAt = EventTime(time(length))
        }
        world.apply(.restated, restated, at: time(4 + length))
        world.advance(to: time(9.9 + length), ticks: true)
        return world
    }

    @Test(
        "delays go on by elapsed time when the clock is set, on both axes",
        arguments: ["silence", "range"],
        [-3_600.0, 3_600, 86_400],
    )
    func delaysWhenSet(check: String, length: Double) {
        for onReceiveTime in [true, false] {
            var world = delayed(check, by: length, onReceiveTime: onReceiveTime)
            let isOurs = { (transition: AlarmTransition) in transition.key.hasPrefix(Self.key) }
            #expect(!world.transitions.contains(where: isOurs), "\(onReceiveTime)")
            // The next sample bears the time of its own clock.
            let now = time(9.9 + length)
            var next = finding(check, at: onReceiveTime ? 9.9 + length : 9.9)
            next.begin = EventTime(time(onReceiveTime ? length : 0))
            next.foundAt = time(length)
            world.apply(.updated, next, at: now)
            #expect(!world.transitions.contains(where: isOurs), "\(onReceiveTime)")
            world.advance(to: time(10 + length), ticks: true)
            let raised = world.transitions.filter(isOurs)
            #expect(raised.map(\.reason) == [.raise])
            #expect(raised.map(\.at) == [time(10 + length)])
            let condition = raised.first?.occurrence?.conditionAt
            #expect(condition == EventTime(time(onReceiveTime ? length : 0)))
        }
    }

    @Test("an alarm that stands when the clock is set has stood as long as it has")
    func standsWhenSet() throws {
        var world = AlarmWorld(settings: AlarmSettings(offDelay: Nanoseconds(0)))
        var silence = finding("silence", at: 0)
        silence.worst = 3.5
        world.apply(.confirmed, silence, at: time(0))
        world.setClock(from: time(60), to: time(-3_540), onReceiveTime: true)
        silence.begin = EventTime(time(-3_600))
        world.apply(.restated, silence, at: time(-3_540))
        #expect(world.transitions.map(\.key) == ["\(Self.key)/data", "system/clock"])
        let open = try #require(world.book.open().first)
        #expect(open.occurrence?.raisedAt == time(-3_600))
        #expect(open.occurrence?.conditionAt == EventTime(time(-3_600)))
        world.apply(.ended, silence, at: time(-3_480))
        #expect(world.transitions.last?.message.hasPrefix("Normal again after 2 min") == true)
    }

    @Test("that the clock was set is one alarm, which says how far and from when to when")
    func clockAlarm() throws {
        var world = AlarmWorld(settings: AlarmSettings())
        world.setClock(from: time(0), to: time(-5_400), onReceiveTime: true)
        let raise = try #require(world.transitions.first)
        #expect(raise.key == "system/clock")
        #expect(raise.reason == .raise)
        #expect(raise.at == time(-5_400))
        let from = "2026-11-20 22:40:00Z"
        let to = "2026-11-20 21:10:00Z"
        let text = "The gateway's clock was set back by 1 h 30 min, from \(from) to \(to). "
        #expect(raise.message.hasPrefix(text), "\(raise.message)")
        world.setClock(from: time(-5_000), to: time(1_000), onReceiveTime: true)
        #expect(world.transitions.map(\.reason) == [.raise])
        let picture = world.book.open().first?.message
        #expect(picture?.contains("set forward by 1 h 40 min") == true, "\(picture ?? "")")
    }

    // MARK: What is stored

    @Test("an unseen alarm that comes again is one more occurrence, not a second alarm")
    func countsUnseenOccurrences() {
        var world = AlarmWorld(
            settings: AlarmSettings(offDelay: Nanoseconds(0), requiresAcknowledgement: true)
        )
        for second in [0.0, 10, 20] {
            world.apply(.confirmed, finding("range", at: second), at: time(second))
            world.apply(.ended, finding("range", at: second), at: time(second + 5))
        }
        let raises = world.transitions.filter { $0.reason == .raise }
        #expect(raises.map { $0.occurrence?.unacknowledgedOccurrences } == [1, 2, 3])
        #expect(raises.map { $0.occurrence?.id } == ["E-1", "E-3", "E-5"])
        #expect(world.transitions.map(\.sequence) == [1, 2, 3, 4, 5, 6])
        #expect(world.book.open().map(\.display) == [.returnedUnacknowledged])
    }

    @Test("an alarm asks for no acknowledgement by default, and is normal when it has cleared")
    func asksForNothing() {
        var world = AlarmWorld(settings: AlarmSettings(offDelay: Nanoseconds(0)))
        world.apply(.confirmed, finding("range", at: 0), at: time(0))
        #expect(world.book.open().map(\.display) == [.acknowledged])
        world.apply(.ended, finding("range", at: 0), at: time(5))
        #expect(world.transitions.map(\.reason) == [.raise, .clear])
        #expect(world.book.open() == [])
        var book = AlarmBook(epoch: "E", catalogue: TestCatalogue.all)
        book.apply(.init(name: "broker/main", isAbnormal: true, at: time(0), detail: "gone"))
        book.apply(.init(name: "broker/main", isAbnormal: false, at: time(9), detail: "back"))
        book.advance(to: time(60))
        #expect(book.takeTransitions().map(\.display) == [.acknowledged, .normal])
    }

    @Test(
        "what waits for an acknowledgement that is no longer asked for gets it, nothing else does"
    )
    func settlesOldAcknowledgements() {
        let asking = AlarmSettings(offDelay: Nanoseconds(0), requiresAcknowledgement: true)
        var world = AlarmWorld(settings: asking)
        world.apply(.confirmed, finding("range", at: 0), at: time(0))
        world.apply(.ended, finding("range", at: 0), at: time(5))
        world.apply(.confirmed, finding("silence", at: 6), at: time(6))
        var book = world.book
        _ = book.takeTransitions()
        book.acknowledgeUnasked(at: time(10))
        #expect(book.takeTransitions() == [], "it is still asked for")
        book.register(AlarmWorld.description, settings: AlarmSettings())
        book.acknowledgeUnasked(at: time(11))
        let settled = book.takeTransitions()
        #expect(settled.map(\.reason) == [.ack, .ack])
        #expect(settled.map(\.display) == [.normal, .acknowledged])
        book.acknowledgeUnasked(at: time(12))
        #expect(book.takeTransitions() == [])
    }

    @Test(
        "a forgotten feed's alarm is deleted, its deliveries are told, and its number is not reused"
    )
    func forgets() {
        var world = AlarmWorld(settings: AlarmSettings(requiresAcknowledgement: true))
        world.apply(.confirmed, finding("silence", at: 0), at: time(0))
        var book = world.book
        book.forget(AlarmScenario.feed, at: time(5))
        let deleted = book.takeTransitions()
        #expect(deleted.map(\.reason) == [.deleted])
        #expect(deleted[0].isAnnounced)
        #expect(deleted[0].display == .normal)
        #expect(deleted[0].occurrence?.clearedAt == time(5))
        #expect(book.takeChanges() == AlarmBook.Changes(removedKeys: ["\(Self.key)/data"]))
        #expect(book.open().isEmpty)
        book.register(
            AlarmWorld.description,
            settings: AlarmSettings(requiresAcknowledgement: true)
        )
        book.apply(
            FindingEvent(change: .confirmed, at: time(9), finding: finding("silence", at: 9))
        )
        let again = book.takeTransitions()[0]
        #expect(again.alarmSequence > deleted[0].alarmSequence)
    }

    @Test("a restored book publishes the same retained picture, and says nothing by itself")
    func restoresThePicture() {
        var world = AlarmWorld(settings: AlarmSettings(requiresAcknowledgement: true))
        world.apply(.confirmed, finding("range", at: 0), at: time(0))
        world.apply(.confirmed, finding("silence", at: 1), at: time(1))
        let before = world.book.open()
        #expect(before.map(\.key) == ["\(Self.key)/data", "\(Self.key)/value"])
        world.restart()
        world.advance(to: time(3_600), ticks: false)
        #expect(world.transitions.count == 2)
        let after = world.book.open()
        #expect(after.map(\.message) == before.map(\.message))
        #expect(after.map(\.sequence) == before.map(\.sequence))
        #expect(after.map(\.occurrence) == before.map(\.occurrence))
        #expect(after.allSatisfy { $0.truth == .unknown && $0.state.raw == .unknown })
        #expect(world.book.alarmsAwaitingEvidence.count == 2)
    }

    @Test("an alarm that ended while the daemon was down clears, and says so")
    func clearsAfterDowntime() {
        var world = AlarmWorld(
            settings: AlarmSettings(offDelay: .seconds(5), requiresAcknowledgement: true)
        )
        world.apply(.confirmed, finding("range", at: 0), at: time(0))
        world.restart()
        world.take("healthy value", "h", at: time(600))
        world.advance(to: time(700), ticks: false)
        let clear = world.transitions.last
        #expect(clear?.reason == .clear)
        #expect(clear?.at == time(605))
        #expect(clear?.occurrence?.isDuringDowntime == true)
        #expect(world.book.alarmsAwaitingEvidence.isEmpty)
    }

    @Test("findings that are not confirmed, or that end unheard of, make no alarm")
    func ignoresUnconfirmed() {
        var world = AlarmWorld(settings: AlarmSettings(requiresAcknowledgement: true))
        var faint = finding("range", at: 0)
        faint.isConfirmed = false
        world.apply(.began, faint, at: time(0))
        world.apply(.suspended, faint, at: time(1))
        world.apply(.ended, faint, at: time(2))
        world.apply(.ended, finding("range", at: 0), at: time(3))
        #expect(world.transitions.isEmpty)
        #expect(world.stored.isEmpty)
    }
}
