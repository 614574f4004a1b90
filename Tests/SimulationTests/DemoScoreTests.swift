import Foundation
import Monitoring
import Testing

@testable import Simulation

@Suite("The demo's score")
struct DemoScoreTests {
    private static let stuck = FaultLabel(
        kind: "stuck",
        feedKey: "plant/melt/esr1/zone1/temperature",
        injectedAt: after(20),
        endsAt: after(34),
        concern: .frozen,
        checks: ["flatLine"],
        allowedDelay: .seconds(12),
    )
    private static let garbage = FaultLabel(
        kind: "garbage",
        feedKey: "plant/utility/water/flow",
        injectedAt: after(25),
        endsAt: after(31),
        concern: .format,
        checks: ["malformed", "schema"],
        consequences: [.data],
        allowedDelay: .seconds(6),
    )

    private static func raise(
        _ feed: String,
        _ concern: Concern,
        _ check: String,
        also: [String] = [],
        at seconds: Double,
        _ change: AlarmObservation.Change = .raised,
    ) -> AlarmObservation {
        AlarmObservation(
            subject: .feed(feed, concern),
            check: check,
            also: also,
            at: after(seconds),
            change: change,
        )
    }

    private static func score(
        _ observations: [AlarmObservation],
        faults: [FaultLabel] = [stuck, garbage],
        until end: Double = 60,
        isOpenEnded: Bool = false,
    ) -> DemoScore {
        DemoScore(
            faults: faults,
            observations: observations,
            startedAt: start,
            endedAt: after(end),
            isOpenEnded: isOpenEnded,
        )
    }

    private static let both = [
        raise(stuck.feedKey, .frozen, "flatLine", at: 25.3),
        raise(garbage.feedKey, .format, "malformed", at: 25.6),
    ]

    @Test("both found: passed, with the check and the delay")
    func found() {
        let score = Self.score(Self.both)
        #expect(
            score.outcomes.map(\.status) == [
                .found(check: "flatLine", after: .milliseconds(5_300)),
                .found(check: "malformed", after: .milliseconds(600)),
            ]
        )
        #expect(score.isPassed && score.exitCode == 0 && score.falseAlarms.isEmpty)
    }

    @Test("an alarm of another concern does not find the fault, and is false")
    func wrongConcern() {
        let score = Self.score([
            Self.raise(Self.stuck.feedKey, .value, "range", at: 22), Self.both[1],
        ])
        #expect(score.outcomes[0].status == .missed)
        #expect(score.falseAlarms.map(\.check) == ["range"])
        #expect(score.exitCode == 1)
    }

    @Test("an alarm of the concern by a check that does not see the fault is no find, nor false")
    func wrongCheck() {
        let score = Self.score([
            Self.raise(Self.stuck.feedKey, .frozen, "attenuated", at: 22), Self.both[1],
        ])
        #expect(score.outcomes[0].status == .missed)
        #expect(score.falseAlarms.isEmpty)
    }

    @Test(
        "a check that stands beside the one that names the alarm counts, and a later renaming too"
    )
    func alsoAndUpdate() {
        let beside = Self.score([
            Self.raise(Self.stuck.feedKey, .frozen, "attenuated", also: ["flatLine"], at: 26)
        ])
        #expect(beside.outcomes[0].status == .found(check: "flatLine", after: .seconds(6)))
        let renamed = Self.score([
            Self.raise(Self.stuck.feedKey, .frozen, "attenuated", at: 22),
            Self.raise(Self.stuck.feedKey, .frozen, "flatLine", at: 27, .updated),
        ])
        #expect(renamed.outcomes[0].status == .found(check: "flatLine", after: .seconds(7)))
        let cleared = Self.score([
            Self.raise(Self.stuck.feedKey, .frozen, "flatLine", at: 27, .cleared)
        ])
        #expect(cleared.outcomes[0].status == .missed)
    }

    @Test("the allowed delay is inclusive, later is too late and fails the run")
    func tooLate() {
        let inTime = Self.score(
            [Self.raise(Self.stuck.feedKey, .frozen, "flatLine", at: 32)],
            faults: [Self.stuck],
        )
        #expect(inTime.isPassed)
        let late = Self.score(
            [Self.raise(Self.stuck.feedKey, .frozen, "flatLine", at: 32.1)],
            faults: [Self.stuck],
        )
        #expect(
            late.outcomes[0].status == .tooLate(check: "flatLine", after: .milliseconds(12_100))
        )
        #expect(late.missed == 1 && !late.isPassed)
    }

    @Test("an alarm before the fault is false and finds nothing")
    func tooEarly() {
        let score = Self.score(
            [Self.raise(Self.stuck.feedKey, .frozen, "flatLine", at: 19.9)],
            faults: [Self.stuck],
        )
        #expect(score.outcomes[0].status == .missed)
        #expect(score.falseAlarms.count == 1)
    }

    @Test("a consequence is neither false nor a find, while the fault lasts and 30 s longer")
    func consequences() {
        let score = Self.score(
            Self.both + [
                Self.raise(Self.garbage.feedKey, .data, "completeness", at: 28),
                Self.raise(Self.garbage.feedKey, .data, "completeness", at: 61),
                Self.raise(Self.garbage.feedKey, .data, "completeness", at: 61.1),
            ],
            until: 90,
        )
        #expect(score.falseAlarms.map(\.at) == [after(61.1)])
        let alone = Self.score([Self.raise(Self.garbage.feedKey, .data, "completeness", at: 28)])
        #expect(alone.outcomes[1].status == .missed)
    }

    @Test("two false alarms pass, three fail")
    func border() {
        let wolf = (0..<3).map { Self.raise("plant/x\($0)", .value, "range", at: 30) }
        let two = Self.score(Self.both + wolf.prefix(2))
        #expect(two.falseAlarms.count == 2 && two.isPassed)
        let three = Self.score(Self.both + wolf)
        #expect(three.falseAlarms.count == 3 && !three.isPassed)
    }

    @Test("only a raise counts as an alarm: updates and clears of a false one add nothing")
    func changes() {
        let score = Self.score(
            Self.both + [
                Self.raise("plant/x", .value, "range", at: 30),
                Self.raise("plant/x", .value, "spike", at: 31, .updated),
                Self.raise("plant/x", .value, "range", at: 40, .cleared),
                Self.raise("plant/x", .value, "range", at: 50),
            ]
        )
        #expect(score.falseAlarms.map(\.at) == [after(30), after(50)])
    }

    @Test("alarms of Assay itself are listed apart and are not false")
    func system() {
        let score = Self.score(
            Self.both + [
                AlarmObservation(
                    subject: .system("system/broker/main"),
                    check: "broker/main",
                    at: after(40),
                    change: .raised,
                )
            ]
        )
        #expect(score.isPassed && score.systemAlarms.count == 1 && score.falseAlarms.isEmpty)
    }

    @Test("a run cut off before a fault was due is not passed, unless it had no set length")
    func cutOff() {
        let cut = Self.score([Self.both[0]], until: 26)
        #expect(cut.outcomes[1].status == .undecided)
        #expect(cut.cutOff == 1 && cut.missed == 0 && !cut.isPassed)
        #expect(Self.score([Self.both[0]], until: 26, isOpenEnded: true).isPassed)
        let shorter = Self.score([], until: 15, isOpenEnded: true)
        #expect(shorter.outcomes.isEmpty && shorter.cutOff == 0 && shorter.planned == 0)
        #expect(!shorter.isPassed, "a run that laid nothing shows nothing")
        // An alarm that was due within the run and did not come is a miss, open end or not.
        #expect(Self.score([], until: 32, isOpenEnded: true).missed == 2)
    }

    @Test("only faults that were laid are shown; what a set length lost is told in one line")
    func planned() {
        let ended = Self.score([Self.both[0]], until: 22.5)
        #expect(ended.outcomes.count == 1 && ended.planned == 1 && ended.cutOff == 1)
        #expect(!ended.table().contains(Self.garbage.feedKey))
        #expect(ended.table().contains("\n1 more fault was planned: the run ended"))
        let open = Self.score([], until: 22.5, isOpenEnded: true)
        #expect(open.planned == 0 && !open.table().contains("planned"))
        #expect(open.table().contains("1 laid too shortly before the end"))
        #expect(open.missed == 0 && open.found == 0)
    }

    @Test("an alarm of a feed to which somebody else published is theirs, from then on")
    func foreign() {
        let key = "plant/melt/esr2/state"
        let alarms = [40.0, 51, 60].map { Self.raise(key, .format, "malformed", at: $0) }
        let score = DemoScore(
            faults: [Self.stuck, Self.garbage],
            observations: Self.both + alarms,
            startedAt: start,
            endedAt: after(90),
            interference: [key: after(50)],
        )
        #expect(score.falseAlarms.map(\.at) == [after(40)])
        #expect(score.foreignAlarms.map(\.at) == [after(51), after(60)])
        #expect(score.table().contains("Yours, not counted"))
        #expect(score.isPassed)
    }

    @Test("alarms after the end are not looked at")
    func afterTheEnd() {
        let score = Self.score(Self.both, until: 25.5, isOpenEnded: true)
        #expect(score.outcomes.map(\.word) == ["found", "run ended"])
    }

    @Test("the table is aligned, fits 100 columns and says everything")
    func table() {
        let score = Self.score(
            [
                Self.both[0],
                Self.raise("plant/vacuum/chamber1/pressure", .value, "range", at: 83.96),
            ],
            until: 120,
        )
        let expected = """
            Fault    Feed                               Injected  Found by  After  Result
            ───────  ─────────────────────────────────  ────────  ────────  ─────  ──────
            stuck    plant/melt/esr1/zone1/temperature    0:20.0  flatLine  5.3 s  found
            garbage  plant/utility/water/flow             0:25.0  –             –  missed

            False alarms:
              1:24.0  plant/vacuum/chamber1/pressure/value, by range

            FAILED: 1 of 2 faults found, 1 missed, 1 false alarm (2 allowed)

            """
        #expect(score.table() == expected)
        #expect(score.table().split(separator: "\n").allSatisfy { $0.count <= 100 })
    }

    @Test("colour changes nothing but the colour")
    func colour() {
        let score = Self.score(Self.both)
        let coloured = score.table(inColour: true)
        #expect(coloured.contains("\u{1b}[32mfound\u{1b}[0m"))
        let bare = coloured.replacing(#/\u{1b}\[[0-9]+m/#, with: "")
        #expect(bare == score.table())
        #expect(!score.table().contains("\u{1b}"))
    }

    @Test("the JSON form is JSON and carries the same facts, also with odd names")
    func json() throws {
        let odd = "plant/\"a\\b\"\u{1}/é"
        let score = Self.score(Self.both + [Self.raise(odd, .value, "range", at: 30)])
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(score.json.utf8)) as? [String: Any]
        )
        #expect(object["passed"] as? Bool == true)
        #expect(object["found"] as? Int == 2)
        #expect(object["missed"] as? Int == 0)
        let faults = try #require(object["faults"] as? [[String: Any]])
        #expect(faults[0]["kind"] as? String == "stuck")
        #expect(faults[0]["check"] as? String == "flatLine")
        #expect(faults[0]["after_s"] as? Double == 5.3)
        #expect(faults[0]["injected_ns"] as? Int64 == after(20).nanoseconds)
        let wolf = try #require(object["false_alarms"] as? [[String: Any]])
        #expect(wolf[0]["alarm"] as? String == "\(odd)/value")
        let missed = try #require(
            try JSONSerialization.jsonObject(with: Data(Self.score([]).json.utf8))
                as? [String: Any]
        )
        let outcomes = try #require(missed["faults"] as? [[String: Any]])
        #expect(outcomes[0]["check"] is NSNull && outcomes[0]["after_s"] is NSNull)
    }
}
