public import Monitoring

/// Numbers, durations and instants as an operator reads them, without a locale: the same bytes on
/// every machine.
public enum PlainText {
    /// RFC 3339 in UTC with milliseconds, cut off and not rounded: `2026-11-20T22:41:07.412Z`.
    public static func instant(nanoseconds: Int64) -> String {
        let (date, milliseconds) = split(nanoseconds)
        return "\(dateText(date))T\(timeText(milliseconds)).\(padded(milliseconds % 1_000, 3))Z"
    }

    public static func instant(_ time: ReceiveTime) -> String {
        instant(nanoseconds: time.nanoseconds)
    }

    public static func instant(_ time: EventTime) -> String {
        instant(nanoseconds: time.nanoseconds)
    }

    /// `22:40:55Z`, with the date before it where that is not the date of `reader`.
    public static func moment(_ time: EventTime, readAt reader: ReceiveTime) -> String {
        let (date, milliseconds) = split(time.nanoseconds)
        let text = "\(timeText(milliseconds))Z"
        return split(reader.nanoseconds).date == date ? text : "\(dateText(date)) \(text)"
    }

    /// At most two units, the smaller one cut off: `40 ms`, `3.5 s`, `12 s`, `1 min 40 s`, `5 min`,
    /// `2 h 10 min`, `3 d 4 h`. A negative length is `0 s`.
    public static func duration(_ length: Nanoseconds) -> String {
        let milliseconds = max(0, length.count / 1_000_000)
        let seconds = milliseconds / 1_000
        switch seconds {
        case 0:
            if length.count <= 0 { return "0 s" }
            return milliseconds == 0 ? "< 1 ms" : "\(milliseconds) ms"
        case 1..<10:
            let tenths = milliseconds / 100
            return tenths % 10 == 0 ? "\(seconds) s" : "\(seconds).\(tenths % 10) s"
        case 10..<60: return "\(seconds) s"
        case 60..<3_600: return pair(seconds, per: 60, "min", "s")
        case 3_600..<86_400: return pair(seconds / 60, per: 60, "h", "min")
        default: return pair(seconds / 3_600, per: 24, "d", "h")
        }
    }

    /// The shortest decimal that reads back as the same double; whole numbers without `.0`, very
    /// large and very small ones with an exponent. Not finite: `no value`.
    public static func number(_ value: Double) -> String {
        guard value.isFinite else { return "no value" }
        let text = value.description
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    /// A measured number with six significant digits: how bad something is needs no more, and a
    /// single-precision value from a device does not read as 1184.199951171875.
    public static func measured(_ value: Double) -> String {
        guard value.isFinite, value.magnitude >= 1e-9, value.magnitude < 1e15 else {
            return number(value)
        }
        var scale = 1.0
        while value.magnitude * scale < 100_000 { scale *= 10 }
        return number((value * scale).rounded() / scale)
    }

    /// A number with its UCUM unit, `1` and the empty unit left out.
    public static func quantity(_ value: String, unit: String?) -> String {
        guard let unit, !unit.isEmpty, unit != "1" else { return value }
        return "\(value) \(unit)"
    }

    /// At most `limit` Unicode scalars: what is too long loses its middle, because the end tells
    /// one feed from the next.
    public static func shortened(_ text: String, to limit: Int) -> String {
        let scalars = Array(text.unicodeScalars)
        guard scalars.count > limit else { return text }
        let head = (limit - 1) / 3
        let tail = limit - 1 - head
        var result = String.UnicodeScalarView()
        result.append(contentsOf: scalars.prefix(head))
        result.append("…")
        result.append(contentsOf: scalars.suffix(tail))
        return String(result)
    }

    private static func pair(_ count: Int64, per: Int64, _ big: String, _ small: String) -> String {
        let rest = count % per
        return rest == 0 ? "\(count / per) \(big)" : "\(count / per) \(big) \(rest) \(small)"
    }

    private struct CivilDate: Equatable {
        var year: Int64
        var month: Int64
        var day: Int64
    }

    private static func split(_ nanoseconds: Int64) -> (date: CivilDate, milliseconds: Int64) {
        let perDay: Int64 = 86_400_000_000_000
        let rest = nanoseconds % perDay
        let day = nanoseconds / perDay - (rest < 0 ? 1 : 0)
        return (civil(day), (rest < 0 ? rest + perDay : rest) / 1_000_000)
    }

    /// Days since 1970-01-01 as a date of the proleptic Gregorian calendar, counted in eras of 400
    /// years whose years begin in March (Richards, "Calendars", Explanatory Supplement 15.11).
    private static func civil(_ day: Int64) -> CivilDate {
        let shifted = day + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        return CivilDate(
            year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
            month: month,
            day: dayOfYear - (153 * marchMonth + 2) / 5 + 1,
        )
    }

    private static func dateText(_ date: CivilDate) -> String {
        "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))"
    }

    private static func timeText(_ milliseconds: Int64) -> String {
        let seconds = milliseconds / 1_000
        return [seconds / 3_600, seconds / 60 % 60, seconds % 60]
            .map { padded($0, 2) }.joined(separator: ":")
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
