import ArgumentParser
import Foundation
import Monitoring
import Settings

/// A moment on the command line: how long ago (`7d`), or an instant (`2026-11-20T14:00Z`,
/// `"2026-11-20 14:00"`, `2026-11-20`; without an offset in local time).
enum MomentOption {
    case ago(Nanoseconds)
    case at(EventTime)

    /// The years whose instants and spans can be kept in whole nanoseconds.
    private static let years = 1970...2200

    func instant(now: EventTime) -> EventTime {
        switch self {
        case .ago(let length): EventTime(nanoseconds: now.nanoseconds - length.count)
        case .at(let time): time
        }
    }

    @Sendable static func parse(_ argument: String) throws -> MomentOption {
        if let time = instant(argument, in: .current) { return .at(time) }
        guard argument.wholeMatch(of: /[0-9]{4}-.*/) == nil else {
            throw ValidationError(
                "it is no date; write an instant such as `2026-11-20T14:00Z` or, in local time, "
                    + "`2026-11-20 14:00`"
            )
        }
        return .ago(try DurationOption.parse(argument).length)
    }

    /// Nil where it is no instant, or one that no calendar has.
    static func instant(_ text: String, in zone: TimeZone) -> EventTime? {
        let form =
            /([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?(Z|[+-][0-9]{2}:[0-9]{2})?)?/
        guard let match = text.wholeMatch(of: form) else { return nil }
        func number(_ digits: Substring?) -> Int { digits.flatMap { Int($0) } ?? 0 }
        var wanted = DateComponents()
        wanted.year = number(match.1)
        wanted.month = number(match.2)
        wanted.day = number(match.3)
        wanted.hour = number(match.4)
        wanted.minute = number(match.5)
        wanted.second = number(match.6)
        guard let year = wanted.year, years.contains(year),
            let offset = match.7.map({ Self.zone($0) }) ?? zone
        else { return nil }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = offset
        // The calendar takes 31 February for 3 March, and an hour that a clock set forward leaves out
        // for the one after: what comes back must be what was written.
        guard let date = calendar.date(from: wanted),
            calendar.dateComponents(
                [.year, .month, .day, .hour, .minute, .second],
                from: date,
            ) == wanted
        else { return nil }
        return EventTime(nanoseconds: Int64(date.timeIntervalSince1970) * 1_000_000_000)
    }

    /// Of `Z` or `+01:00`.
    private static func zone(_ text: Substring) -> TimeZone? {
        if text == "Z" { return .gmt }
        let parts = text.dropFirst().split(separator: ":").compactMap { Int($0) }
        guard parts.count == 2, parts[0] <= 18, parts[1] < 60 else { return nil }
        let seconds = parts[0] * 3_600 + parts[1] * 60
        return TimeZone(secondsFromGMT: text.first == "-" ? -seconds : seconds)
    }
}
