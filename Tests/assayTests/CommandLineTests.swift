import Foundation
import History
import Monitoring
import Testing

@testable import assay

@Suite("What the command line understands")
struct CommandLineTests {
    private static let second: Int64 = 1_000_000_000

    private func stockholm() throws -> TimeZone {
        try #require(TimeZone(identifier: "Europe/Stockholm"))
    }

    @Test(
        "an instant has an offset, or is local time",
        arguments: [
            ("2026-11-20T14:00Z", 1_795_183_200), ("2026-11-20T14:00:05Z", 1_795_183_205),
            ("2026-11-20 14:00", 1_795_179_600), ("2026-11-20T14:00:05", 1_795_179_605),
            ("2026-11-20", 1_795_129_200), ("2026-11-20T14:00+05:30", 1_795_163_400),
            ("2026-11-20 14:00-08:00", 1_795_212_000), ("2024-02-29", 1_709_161_200),
        ] as [(String, Int64)]
    )
    func instants(text: String, seconds: Int64) throws {
        let found = MomentOption.instant(text, in: try stockholm())
        #expect(found == EventTime(nanoseconds: seconds * Self.second))
    }

    /// The clock of Stockholm goes from 02:00 to 03:00 on 2026-03-29.
    @Test(
        "what no calendar and no clock has is no instant",
        arguments: [
            "2026-02-29", "2026-13-01", "2026-00-10", "2026-11-20 24:01", "2026-11-20 14:60",
            "2026-03-29 02:30", "2026-11-20T14:00+99:00", "2026-11-20T14", "20261120", "1969-12-31",
            "2201-01-01", "", "2026-11-20T14:00z", " 2026-11-20",
        ]
    )
    func noInstants(text: String) throws {
        #expect(MomentOption.instant(text, in: try stockholm()) == nil)
    }

    @Test("a moment may also be how long ago it was; what is neither is refused")
    func moments() throws {
        let now = EventTime(nanoseconds: 1_795_183_200 * Self.second)
        let week = try MomentOption.parse("7d").instant(now: now)
        #expect(week.nanoseconds == now.nanoseconds - 7 * 86_400 * Self.second)
        #expect(try MomentOption.parse("2026-11-20T14:00Z").instant(now: now) == now)
        for text in ["2026-02-30", "yesterday", "7", "-7d", "0s", ""] {
            #expect(throws: (any Error).self) { try MomentOption.parse(text) }
        }
    }

    @Test(
        "a step is a name or whole minutes",
        arguments: [
            ("minute", 1), ("1min", 1), ("60s", 1), ("15min", 15), ("day", 1_440), ("1d", 1_440),
            ("6h", 360), ("90min", 90), ("1w", 10_080),
        ] as [(String, Int64)]
    )
    func steps(text: String, minutes: Int64) throws {
        #expect(try StepOption.parse(text) == HistoryStep(minutes: minutes))
    }

    @Test("a step of anything else is refused", arguments: ["90s", "1s", "2y", "0min", "hour", ""])
    func noSteps(text: String) {
        #expect(throws: (any Error).self) { try StepOption.parse(text) }
    }

    @Test(
        "a duration is written as in a configuration, minutes also in short",
        arguments: [("60s", 60), ("5min", 300), ("5m", 300), ("1.5m", 90), ("1d", 86_400)],
    )
    func durations(text: String, seconds: Int64) throws {
        let duration = try DurationOption.parse(text)
        #expect(duration.length == .seconds(seconds))
        #expect(duration.description == text)
    }

    @Test(
        "a duration of anything else is refused",
        arguments: ["5", "m", "-5m", "0m", "5 m", "5mm"]
    )
    func noDurations(text: String) {
        #expect(throws: (any Error).self) { try DurationOption.parse(text) }
    }

    @Test("the first locale that is set decides whether a terminal knows more than ASCII")
    func locales() {
        #expect(Terminal.isUnicode(["LANG": "en_GB.UTF-8"]))
        #expect(Terminal.isUnicode(["LANG": "C.utf8", "LC_ALL": ""]))
        #expect(!Terminal.isUnicode(["LANG": "en_GB.UTF-8", "LC_ALL": "C"]))
        #expect(!Terminal.isUnicode(["LANG": "en_GB.UTF-8", "LC_CTYPE": "POSIX"]))
        #expect(Terminal.isUnicode(["LC_CTYPE": "sv_SE.UTF-8", "LANG": "C"]))
        #expect(!Terminal.isUnicode([:]))
    }
}
