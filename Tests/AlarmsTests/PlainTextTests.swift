import Alarms
import Foundation
import Monitoring
import TestSupport
import Testing

@Suite struct PlainTextTests {
    @Test("instants are RFC 3339 in UTC, before the epoch, across leap days and year ends")
    func instants() {
        let known: [(Int64, String)] = [
            (0, "1970-01-01T00:00:00.000Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
            (951_782_399_999_999_999, "2000-02-28T23:59:59.999Z"),
            (951_782_400_000_000_000, "2000-02-29T00:00:00.000Z"),
            (1_795_214_467_412_000_000, "2026-11-20T22:41:07.412Z"),
            (4_107_542_400_000_000_000, "2100-03-01T00:00:00.000Z"),
            (.max, "2262-04-11T23:47:16.854Z"),
            (.min, "1677-09-21T00:12:43.145Z"),
        ]
        for (nanoseconds, text) in known {
            #expect(PlainText.instant(nanoseconds: nanoseconds) == text)
        }
    }

    @Test("instants equal those of another implementation at random times")
    func equalsFoundation() {
        let formatter = ISO8601DateFormatter()
        formatter.formatOptions = [.withInternetDateTime]
        var random = SeededGenerator(seed: 20_261_120)
        for _ in 0..<2_000 {
            let second = Int64.random(in: -9_000_000_000...9_000_000_000, using: &random)
            let text = PlainText.instant(nanoseconds: second * 1_000_000_000)
            let other = formatter.string(from: Date(timeIntervalSince1970: Double(second)))
            #expect(text == other.replacing("Z", with: ".000Z"), "second \(second)")
        }
    }

    @Test(
        "durations read as a person says them",
        arguments: [
            (0, "0 s"), (-5, "0 s"), (900_000, "< 1 ms"), (40_000_000, "40 ms"),
            (999_000_000, "999 ms"), (1_000_000_000, "1 s"), (3_500_000_000, "3.5 s"),
            (3_590_000_000, "3.5 s"), (12_300_000_000, "12 s"), (59_999_000_000, "59 s"),
            (60_000_000_000, "1 min"), (100_000_000_000, "1 min 40 s"),
            (3_600_000_000_000, "1 h"), (7_800_000_000_000, "2 h 10 min"),
            (86_400_000_000_000, "1 d"), (273_600_000_000_000, "3 d 4 h"),
        ] as [(Int64, String)]
    )
    func durations(_ nanoseconds: Int64, _ text: String) {
        #expect(PlainText.duration(Nanoseconds(nanoseconds)) == text)
    }

    @Test(
        "numbers are short, and read back",
        arguments: [
            (0.0, "0"), (300.0, "300"), (1_184.2, "1184.2"), (-0.1, "-0.1"), (1e300, "1e+300"),
            (.infinity, "no value"), (.nan, "no value"),
        ] as [(Double, String)]
    )
    func numbers(_ value: Double, _ text: String) {
        #expect(PlainText.number(value) == text)
    }

    @Test(
        "measured numbers keep six digits",
        arguments: [
            (Double(Float(1_184.2)), "1184.2"), (0.1 + 0.2, "0.3"), (123_456.78, "123457"),
            (-0.000_123_456_789, "-0.000123457"), (1e-12, "1e-12"), (0, "0"), (2e20, "2e+20"),
        ] as [(Double, String)]
    )
    func measured(_ value: Double, _ text: String) {
        #expect(PlainText.measured(value) == text)
    }

    @Test("a text that is too long loses its middle, by Unicode scalars")
    func shortens() {
        #expect(PlainText.shortened("short", to: 5) == "short")
        #expect(PlainText.shortened("abcdefghij", to: 7) == "ab…ghij")
        #expect(PlainText.shortened("éééééééééé", to: 4).unicodeScalars.count == 4)
    }
}
