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

    /// The last sign of the broker's life: a message, or an answer.
    private var heardAt: ReceiveTime
    /// How long it takes to answer, at best; nil: it has not answered on this connection, or is not
    /// asked at all, as in a recording made elsewhere. Then silence needs no sign of its life.
    private var usualAnswer: Nanoseconds?
    /// Since when feeds that are due wait for a sign of life, and up to which deadline; nil: none.
    private var awaitedSince: ReceiveTime?
    private var awaitedUpTo = ReceiveTime(nanoseconds: .min)
    /// When the question that is not answered yet was put.
    private var askedAt: ReceiveTime?
    /// It should be asked for a sign of life.
    var isToBeAsked = false

    init(isUp: Bool = true, upSince: ReceiveTime, downSince: ReceiveTime) {
        self.isUp = isUp
        self.upSince = upSince
        self.downSince = downSince
        heardAt = upSince
        askedAt = upSince
    }

    // MARK: Signs of the broker's life

    /// Whether something that did not come by then is known to be missing: the broker has shown
    /// since that it would have brought it.
    func vouches(for time: ReceiveTime) -> Bool { usualAnswer == nil || heardAt >= time }

    /// Whether a deadline is among those that wait for a sign of life.
    func isAwaited(for time: ReceiveTime) -> Bool {
        awaitedSince != nil && time <= awaitedUpTo
    }

    /// A feed is due and nothing vouches for it.
    mutating func wait(at now: ReceiveTime) {
        awaitedUpTo = now
        guard awaitedSince == nil else { return }
        awaitedSince = now
        isToBeAsked = true
        if askedAt == nil { askedAt = now }
    }

    /// A message or an answer came.
    /// - Returns: where it was waited for, when the sign before it came, and whether it is late.
    mutating func hear(at now: ReceiveTime) -> (before: ReceiveTime, isLate: Bool)? {
        let before = heardAt
        heardAt = now
        guard let since = awaitedSince else { return nil }
        awaitedSince = nil
        let taken = Nanoseconds(from: since.nanoseconds, to: now.nanoseconds)
        let usual = usualAnswer ?? Nanoseconds(0)
        return (before, taken > max(Limits.lateAnswer, usual.scaled(by: 2)))
    }

    /// It answers; the first time, to the question that is put when the connection is made.
    mutating func noteAnswer(at now: ReceiveTime) {
        guard isUp, let since = askedAt else { return }
        let taken = Nanoseconds(from: since.nanoseconds, to: now.nanoseconds)
        usualAnswer = min(usualAnswer ?? taken, taken)
        askedAt = nil
    }

    /// Nothing could come until now: whoever waited has time again.
    mutating func settle(at now: ReceiveTime) {
        heardAt = max(heardAt, now)
        awaitedSince = nil
    }

    /// The connection is lost, since the last sign of life where one was waited for.
    mutating func lose(at now: ReceiveTime) {
        if isUp { downSince = awaitedSince == nil ? now : heardAt }
        isUp = false
        awaitedSince = nil
        usualAnswer = nil
    }

    // MARK: Pauses

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
        heardAt.move(by: length)
        awaitedSince?.move(by: length)
        awaitedUpTo.move(by: length)
        askedAt?.move(by: length)
        pause?.begin.move(by: length)
        pause?.end.move(by: length)
    }
}
