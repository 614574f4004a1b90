import Monitoring

/// A date and time of day as a text gives them: ISO 8601, RFC 2822, or .NET's `/Date(…)/`.
struct CalendarTime: Equatable {
    /// Seconds since 1970-01-01T00:00:00 on the clock that the text shows.
    var seconds: Int64
    var nanoseconds: Int64
    /// Seconds ahead of UTC; nil: the text names no zone.
    var offset: Int64?

    /// Reads a whole text; nil: it is none of the formats, or no date of the calendar.
    static func read(_ text: Span<UInt8>) -> CalendarTime? {
        guard let first = text.isEmpty ? nil : text[0] else { return nil }
        if first == UInt8(ascii: "/") { return dotNet(text) }
        if first &- UInt8(ascii: "0") < 10, let time = iso(text) { return time }
        return rfc2822(text)
    }

    // MARK: Formats

    /// `2023-11-14T22:13:20.250+01:00`: a space may stand for the T, a comma for the point; none
    /// to nine fraction digits; the zone is optional. A date alone is no time of a sample.
    private static func iso(_ text: Span<UInt8>) -> CalendarTime? {
        var reader = TextReader(position: 0)
        guard let year = reader.digits(4, text), reader.skip("-", text),
            let month = reader.digits(2, text), reader.skip("-", text),
            let day = reader.digits(2, text),
            let days = days(year, month, day),
            reader.skip("T", text) || reader.skip(" ", text) || reader.skip("t", text),
            let clock = timeOfDay(&reader, text)
        else { return nil }
        var time = CalendarTime(seconds: days * 86_400 + clock, nanoseconds: 0, offset: nil)
        if reader.skip(".", text) || reader.skip(",", text) {
            guard let nanoseconds = reader.nanoseconds(text) else { return nil }
            time.nanoseconds = nanoseconds
        }
        return zoned(&time, &reader, text)
    }

    /// `Tue, 14 Nov 2023 22:13:20 +0000`: the day of the week is optional and not checked.
    private static func rfc2822(_ text: Span<UInt8>) -> CalendarTime? {
        var reader = TextReader(position: 0)
        if text[0] &- UInt8(ascii: "0") >= 10 {
            guard let name = reader.threeLetters(text), weekdays.contains(name),
                reader.skip(",", text), reader.skip(" ", text)
            else { return nil }
        }
        guard let day = reader.digits(2, text) ?? reader.digits(1, text),
            reader.skip(" ", text), let name = reader.threeLetters(text),
            let month = months.firstIndex(of: name), reader.skip(" ", text),
            let year = reader.digits(4, text), reader.skip(" ", text),
            let days = days(year, Int64(month) + 1, day),
            let clock = timeOfDay(&reader, text)
        else { return nil }
        var time = CalendarTime(seconds: days * 86_400 + clock, nanoseconds: 0, offset: nil)
        return zoned(&time, &reader, text)
    }

    /// `/Date(1700000000250)/` or `/Date(1700000000250+0100)/`: milliseconds UTC. The offset only
    /// says how to show it.
    private static func dotNet(_ text: Span<UInt8>) -> CalendarTime? {
        var reader = TextReader(position: 0)
        guard reader.skip("/", text), reader.skip("D", text), reader.skip("a", text),
            reader.skip("t", text), reader.skip("e", text), reader.skip("(", text)
        else { return nil }
        var milliseconds: Int64 = 0
        let start = reader.position
        while let digit = reader.digits(1, text) {
            guard reader.position - start <= 15 else { return nil }
            milliseconds = milliseconds * 10 + digit
        }
        guard reader.position > start else { return nil }
        if reader.skip("+", text) || reader.skip("-", text) {
            guard reader.digits(4, text) != nil else { return nil }
        }
        guard reader.skip(")", text), reader.skip("/", text), reader.position == text.count else {
            return nil
        }
        return CalendarTime(
            seconds: milliseconds / 1_000,
            nanoseconds: milliseconds % 1_000 * 1_000_000,
            offset: 0,
        )
    }

    /// Adds the zone, if one follows; nil if anything else does.
    private static func zoned(
        _ time: inout CalendarTime,
        _ reader: inout TextReader,
        _ text: Span<UInt8>,
    ) -> CalendarTime? {
        if reader.position == text.count { return time }
        _ = reader.skip(" ", text)
        guard let offset = reader.offset(text), reader.position == text.count else { return nil }
        time.offset = offset
        return time
    }

    /// `hh:mm` or `hh:mm:ss` in seconds. A leap second, `:60`, is the second after it.
    private static func timeOfDay(_ reader: inout TextReader, _ text: Span<UInt8>) -> Int64? {
        guard let hour = reader.digits(2, text), hour < 24, reader.skip(":", text),
            let minute = reader.digits(2, text), minute < 60
        else { return nil }
        guard reader.skip(":", text) else { return hour * 3_600 + minute * 60 }
        guard let second = reader.digits(2, text), second <= 60 else { return nil }
        return hour * 3_600 + minute * 60 + second
    }

    // MARK: The calendar

    /// Days from 1970-01-01 in the Gregorian calendar; nil where it has no such day. Years begin in
    /// March here, so that the leap day is the last of its year.
    static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64? {
        guard (1...12).contains(month), day >= 1, day <= length(of: month, year) else { return nil }
        let shifted = month <= 2 ? year - 1 : year
        let monthFromMarch = (month + 9) % 12
        let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
        let leapDays =
            shifted.dividedDown(by: 4) - shifted.dividedDown(by: 100) + shifted.dividedDown(by: 400)
        // 719,468 days lie between 0000-03-01 and 1970-01-01.
        return shifted * 365 + leapDays + dayOfYear - 719_468
    }

    private static func length(of month: Int64, _ year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Three letters each, first letter in the lowest byte.
    private static let weekdays: [UInt64] = packed("mon tue wed thu fri sat sun")
    private static let months: [UInt64] = packed("jan feb mar apr may jun jul aug sep oct nov dec")

    private static func packed(_ names: String) -> [UInt64] {
        names.split(separator: " ").map { name in
            name.utf8.reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
    }
}
