import Decoding
import Foundation
import Monitoring
import TestSupport
import Testing

/// Source times in every form that devices send.
@Suite("Source times")
struct TimeTests {
    private static let instant: Int64 = 1_700_000_000_250_000_000

    private static func time(
        _ json: String,
        unit: PayloadSettings.TimeUnit = .auto,
        zone: TimeZoneOffsets? = nil,
    ) throws -> Decoded.Value {
        let settings = PayloadSettings(
            fields: [PayloadSettings.Field(name: nil, value: try path("$.v"), unit: nil)],
            time: try path("$.t"),
            timeUnit: unit,
            timeZone: zone,
        )
        return try #require(decoded("{\"t\":\(json),\"v\":1}", settings).values.first)
    }

    @Test(
        "each form of one instant is read exactly",
        arguments: [
            ("1700000000.25", PayloadSettings.TimeUnit.s), ("1700000000250", .ms),
            ("1700000000250000", .us), ("1700000000250000000", .ns), ("1.70000000025e9", .s),
            ("1700000000.2500000000000000000000", .s), ("\"1700000000.25\"", .s),
            ("\" 1700000000250 \"", .ms), ("133444736002500000", .filetime),
            ("1700000000.25", .auto), ("1700000000250", .auto), ("1700000000250000", .auto),
            ("1700000000250000000", .auto), ("\"1700000000250\"", .auto),
            ("\"2023-11-14T22:13:20.25Z\"", .auto), ("\"2023-11-14T22:13:20.250000000Z\"", .iso),
            ("\"2023-11-14t22:13:20.250z\"", .iso), ("\"2023-11-14 22:13:20,250Z\"", .auto),
            ("\"2023-11-14T23:13:20.250+01:00\"", .auto),
            ("\"2023-11-14T23:13:20.250+0100\"", .auto),
            ("\"2023-11-14T23:13:20.250+01\"", .auto), ("\"2023-11-14T18:43:20.250-03:30\"", .auto),
            ("\"2023-11-14 23:13:20.250 +01:00\"", .auto),
            ("\"2023-11-14 22:13:20.250 UTC\"", .auto),
            ("\"\\/Date(1700000000250)\\/\"", .auto), ("\"/Date(1700000000250+0100)/\"", .auto),
            ("\"2023\\u002d11-14T22:13:20.25Z\"", .auto), ("\"2023-11-14T22:13:20.250Z\"", .ms),
        ]
    )
    func forms(_ json: String, _ unit: PayloadSettings.TimeUnit) throws {
        #expect(try Self.time(json, unit: unit).nanoseconds == Self.instant)
    }

    @Test("whole seconds are read in the forms that have no fraction")
    func wholeSeconds() throws {
        let instant: Int64 = 1_700_000_000_000_000_000
        for text in [
            "Tue, 14 Nov 2023 22:13:20 +0000", "14 Nov 2023 22:13:20 GMT",
            "Tue, 14 Nov 2023 23:13:20 +0100", "tue, 14 nov 2023 22:13:20 UTC",
            "2023-11-14T22:13:20Z",
        ] {
            #expect(try Self.time("\"\(text)\"").nanoseconds == instant, "\(text)")
        }
        let leap = try Self.time("\"2016-12-31T23:59:60Z\"").nanoseconds
        #expect(leap == 1_483_228_800_000_000_000)
        #expect(try Self.time("\"2023-11-14T22:13Z\"").nanoseconds == instant - 20_000_000_000)
        #expect(
            try Self.time("\"Sun, 6 Nov 1994 08:49:37 GMT\"").nanoseconds == 784_111_777_000_000_000
        )
    }

    @Test("integer nanoseconds lose nothing, what is finer is cut")
    func exact() throws {
        #expect(
            try Self.time("1700000000123456789", unit: .ns).nanoseconds == 1_700_000_000_123_456_789
        )
        #expect(
            try Self.time("1700000000123456.7899", unit: .us).nanoseconds
                == 1_700_000_000_123_456_789
        )
        #expect(
            try Self.time("1700000000.123456789", unit: .s).nanoseconds == 1_700_000_000_123_456_789
        )
        let text = "\"2023-11-14T22:13:20.123456789Z\""
        #expect(try Self.time(text).nanoseconds == 1_700_000_000_123_456_789)
    }

    @Test(
        "what is no time is impossible, never 1970",
        arguments: [
            "0", "-1", "-1700000000", "0.0", "1", "999999999", "100000000000", "99999999999999999",
            "1e300", "1e-300", "true", "{}", "[1]", "\"\"", "\"yesterday\"", "\"2023-11-14\"",
            "\"2023-W46-2T22:13:20Z\"", "\"11/14/2023 22:13:20\"", "\"2023-02-29T00:00:00Z\"",
            "\"2023-13-01T00:00:00Z\"", "\"2023-00-01T00:00:00Z\"", "\"2023-01-00T00:00:00Z\"",
            "\"2023-04-31T00:00:00Z\"", "\"2023-01-01T24:00:00Z\"", "\"2023-01-01T00:60:00Z\"",
            "\"2023-01-01T00:00:61Z\"", "\"2023-01-01T00:00:00.Z\"",
            "\"2023-01-01T00:00:00.1234567890Z\"", "\"2023-01-01T00:00:00+24:00\"",
            "\"2023-01-01T00:00:00+01:60\"", "\"2023-01-01T00:00:00 CET\"",
            "\"2023-01-01T00:00:00Zx\"", "\"1970-01-01T00:00:00Z\"", "\"1969-12-31T23:59:59Z\"",
            "\"2262-04-12T00:00:00Z\"", "\"9999-12-31T23:59:59Z\"", "\"/Date(0)/\"", "\"/Date()/\"",
            "\"/Date(-1)/\"", "\"/Date(1700000000250)\"", "\"20231114T221320Z\"",
        ]
    )
    func impossible(_ json: String) throws {
        let value = try Self.time(json)
        #expect(value.nanoseconds == nil)
        #expect(value.timeProblem == .impossible)
    }

    @Test("a number is no time where the configuration says that times are text")
    func isoOnly() throws {
        #expect(try Self.time("1700000000250", unit: .iso).timeProblem == .impossible)
        #expect(try Self.time("1700000000250", unit: .ns).nanoseconds == 1_700_000_000_250)
        #expect(try Self.time("116444736000000000", unit: .filetime).timeProblem == .impossible)
        #expect(try Self.time("116444736000000001", unit: .filetime).nanoseconds == 100)
        #expect(try Self.time("9223372036854775808", unit: .ns).timeProblem == .impossible)
    }

    @Test("an absent time and null say nothing; a local time without zone says so")
    func withoutTime() throws {
        #expect(try Self.time("null").timeProblem == .absent)
        #expect(try Self.time("\"2023-11-14T22:13:20\"").timeProblem == .withoutZone)
        let utc = try #require(TimeZoneOffsets(fixed: "UTC"))
        let local = "\"2023-11-14T22:13:20.25\""
        #expect(try Self.time(local, zone: utc).nanoseconds == Self.instant)
        let india = try #require(TimeZoneOffsets(fixed: "+05:30"))
        let hours: Int64 = 19_800_000_000_000
        #expect(try Self.time(local, zone: india).nanoseconds == Self.instant - hours)
        for text in ["Europe/Stockholm", "", "+", "+1", "+24:00", "+01:0", "CET", "+01:00x"] {
            #expect(TimeZoneOffsets(fixed: text) == nil, "\(text)")
        }
    }

    @Test("29 February is a day of 2000 and 2024, and none of 1900, 2023 or 2100")
    func leapDays() throws {
        let seconds: Int64 = 1_000_000_000
        #expect(try Self.time("\"2000-02-29T00:00:00Z\"").nanoseconds == 951_782_400 * seconds)
        #expect(try Self.time("\"2024-02-29T00:00:00Z\"").nanoseconds == 1_709_164_800 * seconds)
        for year in [1900, 2023, 2100] {
            let reading = try Self.time("\"\(year)-02-29T00:00:00Z\"")
            #expect(reading.timeProblem == .impossible, "\(year)")
        }
    }

    // MARK: Against the calendar of the system

    private static func zone(_ name: String) throws -> TimeZoneOffsets {
        let zone = try #require(TimeZone(identifier: name))
        var date = Date(timeIntervalSince1970: 0)
        let initial = Int64(zone.secondsFromGMT(for: date))
        var transitions: [TimeZoneOffsets.Transition] = []
        while let next = zone.nextDaylightSavingTimeTransition(after: date),
            next.timeIntervalSince1970 < 3_000_000_000
        {
            let offset = Int64(zone.secondsFromGMT(for: next.addingTimeInterval(1)))
            transitions.append(.init(seconds: Int64(next.timeIntervalSince1970), offset: offset))
            date = next
        }
        return TimeZoneOffsets(initialOffset: initial, transitions: transitions)
    }

    @Test("random dates of every year to 2261 are where the system's calendar has them")
    func calendar() throws {
        var generator = SeededGenerator.printed(2024, "dates")
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
        for _ in 0..<1_500 {
            let seconds = Int64.random(in: 1...9_200_000_000, using: &generator)
            let date = Date(timeIntervalSince1970: Double(seconds))
            let parts = calendar.dateComponents(
                [.year, .month, .day, .hour, .minute, .second],
                from: date,
            )
            let numbers = [parts.year!, parts.month!, parts.day!, parts.hour!, parts.minute!]
            let text = String(
                format: "\"%04d-%02d-%02dT%02d:%02d:%02d.000000007Z\"",
                arguments: numbers + [parts.second!],
            )
            #expect(try Self.time(text).nanoseconds == seconds * 1_000_000_000 + 7, "\(text)")
        }
    }

    @Test(
        "random local times mean what they mean on the system's clocks",
        arguments: ["Europe/Stockholm", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kolkata"]
    )
    func localTimes(_ name: String) throws {
        var generator = SeededGenerator.printed(77, name)
        let offsets = try Self.zone(name)
        let zone = try #require(TimeZone(identifier: name))
        for _ in 0..<3_000 {
            let seconds = Int64.random(in: 1_000_000_000...2_000_000_000, using: &generator)
            let offset = zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds)))
            // What clocks show; in the hour that comes twice the nearer reading is this one.
            let local = seconds + Int64(offset)
            #expect(offsets.utcSeconds(ofLocal: local, nearby: seconds) == seconds)
        }
    }

    @Test(
        "the hour that clocks show twice is told by when the message came, a skipped one is read on"
    )
    func daylightSaving() throws {
        let offsets = try Self.zone("Europe/Stockholm")
        // 2023-10-29: at 01:00 UTC clocks go from 03:00 back to 02:00.
        let first: Int64 = 1_698_541_200 - 1_800
        let local = first + 7_200
        #expect(offsets.utcSeconds(ofLocal: local, nearby: first + 5) == first)
        #expect(offsets.utcSeconds(ofLocal: local, nearby: first + 3_605) == first + 3_600)
        // 2024-03-31: at 01:00 UTC they go from 02:00 to 03:00, so 02:30 never is.
        let change: Int64 = 1_711_846_800
        #expect(offsets.utcSeconds(ofLocal: change - 1 + 3_600, nearby: change) == change - 1)
        #expect(offsets.utcSeconds(ofLocal: change + 7_200, nearby: change) == change)
        let skipped = change + 3_600 + 1_800
        #expect(offsets.utcSeconds(ofLocal: skipped, nearby: change) == change + 1_800)
    }

    // MARK: Units by magnitude

    @Test("the unit of a topic's times is fixed after 20 numbers in a row, and not before")
    func fixedUnit() {
        var decoder = Decoded()
        let payload = { (number: String) in Array("{\"ts\":\(number),\"v\":1}".utf8) }
        let problem = { (decoder: inout Decoded, number: String) in
            let message = decoder.decode([payload(number)])[0]
            return decoder.values(of: message)[0]
        }
        // 19 in milliseconds, then one in seconds: both are placed, and the count begins anew.
        for _ in 0..<19 { _ = decoder.decode([payload("1700000000250")]) }
        #expect(problem(&decoder, "1700000000").nanoseconds == 1_700_000_000_000_000_000)
        for _ in 0..<19 {
            #expect(problem(&decoder, "1700000000250").nanoseconds == Self.instant)
        }
        #expect(problem(&decoder, "0").timeProblem == .impossible)
        #expect(problem(&decoder, "1700000000250").nanoseconds == Self.instant)
        // Now it is fixed: seconds are milliseconds in the wrong place, which the checks find.
        #expect(problem(&decoder, "1700000000").nanoseconds == 1_700_000_000_000_000)
        #expect(problem(&decoder, "0").timeProblem == .impossible)
    }
}
