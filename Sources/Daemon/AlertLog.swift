import Alarms
import Monitoring

/// Alarms of a replay as alerts, `stream,time,kind`: what a score against known faults is made of.
///
/// An alert is the raise of an alarm, written again while it stays active every max(120 s, 20
/// periods of its feed), so that one that never ends is seen to. After the last message of its feed
/// there are none: there the recording ended, not the feed. Kept in memory until the end of the
/// replay, 60 bytes for each time that an alarm was raised or renamed.
struct AlertLog {
    static let header = "stream,time,kind"

    /// A stretch of time in which an alarm was active under one name.
    private struct Stretch {
        var feed: FeedID
        var check: String
        var begin: ReceiveTime
        var end: ReceiveTime
        /// Goes on from an earlier stretch: its begin is no raise.
        var isContinued: Bool
    }

    private struct FeedFacts {
        var key: String
        var interval: Nanoseconds
        var lastSeenAt: ReceiveTime
    }

    private var standing: [String: Stretch] = [:]
    private var stretches: [Stretch] = []
    private var feeds: [FeedID: FeedFacts] = [:]

    /// Takes what is known of a feed: its last message is exact once it is silent.
    mutating func take(_ feed: FeedDescription) {
        // A declared period is at most a year.
        let periods = Nanoseconds(20 * (feed.period?.count ?? 0))
        feeds[feed.id] = FeedFacts(
            key: feed.key,
            interval: max(.seconds(120), periods),
            lastSeenAt: feed.lastSeenAt ?? feed.firstSeenAt,
        )
    }

    mutating func take(_ transition: AlarmTransition) {
        guard case .feed(let feed, _) = transition.subject else { return }
        let isActive: Bool =
            switch transition.display {
            case .unacknowledged, .acknowledged: true
            default: false
            }
        let check = transition.condition.check
        let before = standing[transition.key]
        if isActive, before?.check == check { return }
        if var before {
            before.end = transition.at
            stretches.append(before)
        }
        standing[transition.key] =
            isActive
            ? Stretch(
                feed: feed.id,
                check: check,
                begin: transition.at,
                end: ReceiveTime(nanoseconds: .max),
                isContinued: before != nil,
            ) : nil
    }

    /// The recording is over: writes a line for each alert.
    mutating func finish(write: (String) -> Void) {
        let all = stretches + standing.keys.sorted().compactMap { standing[$0] }
        for stretch in all {
            guard let feed = feeds[stretch.feed] else { continue }
            let end = min(stretch.end, feed.lastSeenAt).nanoseconds
            var time = stretch.begin.nanoseconds
            if stretch.isContinued { time += feed.interval.count }
            while time <= end {
                write(Self.line(feed.key, time, stretch.check))
                time += feed.interval.count + 1_000_000
            }
        }
        standing = [:]
        stretches = []
    }

    private static func line(_ feed: String, _ nanoseconds: Int64, _ check: String) -> String {
        let milliseconds = nanoseconds / 1_000_000
        let rest = "\(1_000 + milliseconds % 1_000)".dropFirst()
        return "\(feed),\(milliseconds / 1_000).\(rest),\(check)"
    }
}
