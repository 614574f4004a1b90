public import Monitoring

/// Lengths of time as people write them: `500ms`, `30s`, `15min`, `1.5h`, `90d`, `2w`, `1y`.
///
/// One decimal number and one unit, without a space. A day has 24 hours, a year 365 days: settings
/// are ages and delays, not dates. The range is that of `Nanoseconds`, 292 years.
public enum DurationText {
    /// Units with their length in nanoseconds, longest first.
    private static let units: [(name: String, nanoseconds: Int64)] = [
        ("y", 365 * 86_400 * 1_000_000_000),
        ("w", 7 * 86_400 * 1_000_000_000),
        ("d", 86_400 * 1_000_000_000),
        ("h", 3_600 * 1_000_000_000),
        ("min", 60 * 1_000_000_000),
        ("s", 1_000_000_000),
        ("ms", 1_000_000),
        ("us", 1_000),
        ("ns", 1),
    ]
    private static let form = "write a number and ms, s, min, h, d, w or y, such as `30s`"
    /// What people write for a unit that has another name here.
    private static let otherNames = [
        "sec": "s", "secs": "s", "second": "s", "seconds": "s", "S": "s",
        "m": "min", "mins": "min", "minute": "min", "minutes": "min",
        "hr": "h", "hrs": "h", "hour": "h", "hours": "h", "H": "h",
        "day": "d", "days": "d", "D": "d", "week": "w", "weeks": "w",
        "year": "y", "years": "y", "a": "y", "msec": "ms", "millis": "ms", "µs": "us",
    ]

    /// Reads a duration; a negative one is read too, and refused where it makes no sense.
    public static func parse(_ text: String) throws(ValueProblem) -> Nanoseconds {
        guard let number = ScaledNumber(text) else {
            throw ValueProblem("is not a duration", hint: form)
        }
        let digits = text.dropLast(number.unit.count)
        guard !number.unit.isEmpty else {
            throw ValueProblem("has no unit", hint: "write `\(text)s` if you mean seconds")
        }
        guard let unit = units.first(where: { $0.name == number.unit }) else {
            let name = number.unit.trimmingPrefix { $0 == " " }
            if let known = units.first(where: { $0.name == name })?.name ?? otherNames[String(name)]
            {
                throw ValueProblem("is not a duration", hint: "write `\(digits)\(known)`")
            }
            throw ValueProblem("has the unknown unit `\(name)`", hint: form)
        }
        guard let count = number.scaled(by: unit.nanoseconds) else {
            throw ValueProblem(
                "cannot be kept in whole nanoseconds",
                hint: "write a duration between 1ns and 292y",
            )
        }
        return Nanoseconds(count)
    }

    /// The shortest text that reads back as the same duration. Weeks are written as days.
    public static func text(_ duration: Nanoseconds) -> String {
        guard duration.count != 0 else { return "0s" }
        let fitting = units.first { $0.name != "w" && duration.count % $0.nanoseconds == 0 }
        guard let fitting else { return "\(duration.count)ns" }
        return "\(duration.count / fitting.nanoseconds)\(fitting.name)"
    }
}
