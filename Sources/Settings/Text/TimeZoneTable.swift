import Decoding
import Foundation

/// The system's time zone database as the decoder needs it: offsets and when they change.
enum TimeZoneTable {
    /// Zones change their rules; a table that reaches further than a gateway lives is enough.
    private static let lastYear = 2_060

    /// `UTC`, an offset such as `+01:00`, or a name such as `Europe/Stockholm`; nil for any other.
    static func offsets(of text: String) -> TimeZoneOffsets? {
        if let fixed = TimeZoneOffsets(fixed: text) { return fixed }
        guard TimeZone.knownTimeZoneIdentifiers.contains(text),
            let zone = TimeZone(identifier: text)
        else { return nil }
        return offsets(of: zone)
    }

    private static func offsets(of zone: TimeZone) -> TimeZoneOffsets {
        let start = Date(timeIntervalSince1970: 0)
        let end = Date(timeIntervalSince1970: Double(lastYear - 1_970) * 31_556_952)
        var transitions: [TimeZoneOffsets.Transition] = []
        var date = start
        while let next = zone.nextDaylightSavingTimeTransition(after: date), next > date, next < end
        {
            transitions.append(
                TimeZoneOffsets.Transition(
                    seconds: Int64(next.timeIntervalSince1970.rounded()),
                    offset: Int64(zone.secondsFromGMT(for: next.addingTimeInterval(1))),
                )
            )
            date = next
        }
        return TimeZoneOffsets(
            initialOffset: Int64(zone.secondsFromGMT(for: start)),
            transitions: transitions,
        )
    }
}
