import Foundation
import Monitoring

/// Times for people, in a zone, with its offset: `2026-11-20 22:41:07 +01:00`.
enum LocalTime {
    /// To the second, rounded down.
    static func text(_ nanoseconds: Int64, in zone: TimeZone) -> String {
        let seconds = nanoseconds.dividedDown(by: 1_000_000_000)
        let offset = Int64(
            zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds)))
        )
        return civil(seconds + offset, separator: " ") + " " + zoneText(offset)
    }

    /// To the minute, rounded down: `2026-11-20 22:41 +01:00`.
    static func minutes(_ nanoseconds: Int64, in zone: TimeZone) -> String {
        let whole = text(nanoseconds, in: zone)
        return String(whole.prefix(16)) + whole.suffix(7)
    }

    /// RFC 3339 in UTC, to the millisecond: `2026-11-20T21:41:07.412Z`.
    static func utc(_ nanoseconds: Int64) -> String {
        let milliseconds = nanoseconds.dividedDown(by: 1_000_000)
        let seconds = milliseconds.dividedDown(by: 1_000)
        return civil(seconds, separator: "T")
            + "." + padded(milliseconds - seconds * 1_000, 3) + "Z"
    }

    /// The Gregorian date of a day count (Hinnant, *chrono-compatible low-level date algorithms*,
    /// `civil_from_days`): eras of 400 years that begin on 1 March.
    private static func civil(_ seconds: Int64, separator: String) -> String {
        let days = seconds.dividedDown(by: 86_400)
        let second = seconds - days * 86_400
        let shifted = days + 719_468
        let era = shifted.dividedDown(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * month + 2) / 5 + 1
        let monthOfYear = month < 10 ? month + 3 : month - 9
        let year = yearOfEra + era * 400 + (monthOfYear <= 2 ? 1 : 0)
        let date = "\(padded(year, 4))-\(padded(monthOfYear, 2))-\(padded(day, 2))"
        let time =
            "\(padded(second / 3_600, 2)):\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2))"
        return date + separator + time
    }

    private static func zoneText(_ offset: Int64) -> String {
        let minutes = abs(offset) / 60
        return (offset < 0 ? "-" : "+") + padded(minutes / 60, 2) + ":" + padded(minutes % 60, 2)
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
