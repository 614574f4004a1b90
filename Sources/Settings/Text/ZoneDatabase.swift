import Decoding
import Foundation

/// Time zones by name, from the system's database: what the decoder needs of them.
enum ZoneDatabase {
    /// Transitions before 1990 and after 2100 are left out: no plant data is older, and the rules
    /// of the far future are guesses.
    private static let first = Date(timeIntervalSince1970: 631_152_000)
    private static let last = Date(timeIntervalSince1970: 4_102_444_800)
    /// No zone changes more than a few times a year.
    private static let transitionLimit = 1_000

    static var names: [String] { TimeZone.knownTimeZoneIdentifiers }

    /// The offsets of `UTC`, a fixed offset such as `+01:00`, or a name such as
    /// `Europe/Stockholm`; nil for any other text. Cost: 1 ms for a name, so callers keep it.
    static func offsets(of text: String) -> TimeZoneOffsets? {
        if let fixed = TimeZoneOffsets(fixed: text) { return fixed }
        // The list lacks names that were renamed, such as `Asia/Kolkata`; the look-up knows them.
        // Dots are in no name, and would make a path of it.
        guard names.contains(text) || (text.contains("/") && !text.contains(".")),
            let zone = TimeZone(identifier: text)
        else { return nil }
        var transitions: [TimeZoneOffsets.Transition] = []
        var date = first
        while transitions.count < transitionLimit,
            let next = zone.nextDaylightSavingTimeTransition(after: date), next < last, next > date
        {
            transitions.append(
                TimeZoneOffsets.Transition(
                    seconds: Int64(next.timeIntervalSince1970.rounded()),
                    offset: Int64(zone.secondsFromGMT(for: next)),
                )
            )
            date = next
        }
        return TimeZoneOffsets(
            initialOffset: Int64(zone.secondsFromGMT(for: first)),
            transitions: transitions,
        )
    }
}
