/// Whether a broker connection is up, as the feeds behind it must know: no data while it is down
/// is no silence of theirs.
struct ConnectionState: Sendable {
    /// True at the start, because a recording may say nothing of connections.
    var isUp = true
    /// The last reconnect.
    var upSince: ReceiveTime
    /// Where it is down: since when.
    var downSince: ReceiveTime
    /// The last time in which nothing could be read although the connection was up; nil: none.
    private(set) var pause: Pause?

    /// A standstill of the daemon, or messages that were held back.
    struct Pause: Sendable {
        var begin: ReceiveTime
        var end: ReceiveTime

        /// How long what could not come may still be on its way: publishers that lost their own
        /// connection meanwhile try again at growing intervals, up to about the time they were cut off.
        var catchUp: Nanoseconds {
            let length = Nanoseconds(from: begin.nanoseconds, to: end.nanoseconds)
            let doubled = Nanoseconds(from: -Limits.catchUp.count, to: length.count)
            return min(doubled, Limits.reconnectGrace)
        }
    }

    init(isUp: Bool = true, upSince: ReceiveTime, downSince: ReceiveTime) {
        self.isUp = isUp
        self.upSince = upSince
        self.downSince = downSince
    }

    /// Nothing could be read from then to now.
    mutating func notePause(from begin: ReceiveTime, to end: ReceiveTime) {
        pause = Pause(begin: begin, end: max(begin, end))
    }

    /// Messages may have been held back until now: since the last such mark, where that is recent.
    /// - Returns: since when they may have been held back without a feed knowing.
    mutating func noteHeldBack(
        from begin: ReceiveTime,
        to end: ReceiveTime,
    ) -> ReceiveTime {
        guard let last = pause,
            Nanoseconds(from: last.end.nanoseconds, to: end.nanoseconds) <= Limits.holdMarksJoin
        else {
            notePause(from: begin, to: end)
            return begin
        }
        notePause(from: last.begin, to: end)
        return min(begin, last.end)
    }

    /// The gateway's clock was set.
    mutating func move(by length: Nanoseconds) {
        upSince.move(by: length)
        downSince.move(by: length)
        pause?.begin.move(by: length)
        pause?.end.move(by: length)
    }
}
