/// A sample with everything that its feed knows of its arrival: the facts that checks judge.
public struct Observation: Sendable {
    /// Where a sample stands in the feed's order. Exactly one holds.
    public enum Arrival: UInt8, Sendable {
        /// Not before the newest one seen.
        case inOrder
        /// Before the newest, ahead of the watermark: its minute is still open.
        case outOfOrder
        /// Behind the watermark, within the revision horizon: revises a stored minute.
        case late
        /// Behind the horizon: counted, not judged.
        case tooLate
        /// More than `maxAhead` in the future: quarantined.
        case future
        /// Seen before: same source time (or sequence) and same payload.
        case duplicate

        /// Whether the value is judged and counted in a window of its own time.
        public var isJudged: Bool {
            switch self {
            case .inOrder, .outOfOrder, .late: true
            case .tooLate, .future, .duplicate: false
            }
        }
    }

    /// Event time: the source time where the feed's clock is trusted, else the receive time.
    public var at: EventTime
    public var receivedAt: ReceiveTime
    /// What the device said, also where it is not trusted; nil where it said nothing usable.
    public var sourceTime: SourceTime?
    public var timeProblem: Sample.TimeProblem
    public var arrival: Arrival
    /// False while the feed runs on receive time because its clock strayed (architecture.md, Time).
    public var isClockTrusted: Bool
    /// Same time as an earlier sample in the duplicate window, with another payload.
    public var isConflicting: Bool
    /// The newest event time seen before this sample; nil for the first one. `at` lies behind it by
    /// `newest − at` where `arrival` is `outOfOrder` or `late`.
    public var newest: EventTime?
    /// Undecodable messages came since the last readable sample, so the time in between is the
    /// business of `malformed`, not of `gap`.
    public var followsUndecodable: Bool
    /// The broker connection was down since the last sample, so what is missing is not the feed's.
    public var followsOutage: Bool
    /// The feed was told to be silent when this sample came: an alarm has spoken for the time since
    /// the last one, so what is missing in it is nobody else's to tell again.
    public var followsSilence: Bool
    /// `gap` flagged this very sample in a finding that concerns a person: the time since the last
    /// sample has been told, as after a silence.
    public var followsToldGap: Bool
    /// Declared or learned period; 0 while unknown or irregular.
    public var period: Nanoseconds
    /// How many slots of `period` the sample stands after the last filled one: 0 the same slot, 1
    /// the next, more: slots between were skipped. 0 where no period is known or not in order.
    public var slotsAdvanced: Int32
    public var kind: Sample.Kind
    /// The kind that the feed's first readable sample established.
    public var feedKind: FeedDescription.Kind
    public var quality: Sample.Quality
    /// As `Sample.unit`.
    public var unit: UInt16 = 0
    /// In the feed's unit; see `Sample.Kind` for what is no number.
    public var value: Double
    /// What the feed's profile says of the value.
    var profile = ProfileReading()
    /// Findings that are open while the check is asked.
    var marks = FindingMarks()

    /// Flagged samples in a row after which a change is taken for a lasting one: 120, and no less
    /// than come in five minutes.
    var relearnAfter: Int32 {
        guard period.count > 0 else { return 300 }
        return Int32(clamping: max(120, Nanoseconds.seconds(300).count / period.count))
    }

    public init(
        at: EventTime,
        receivedAt: ReceiveTime,
        value: Double,
        kind: Sample.Kind = .number,
        arrival: Arrival = .inOrder,
    ) {
        self.at = at
        self.receivedAt = receivedAt
        sourceTime = nil
        timeProblem = .absent
        self.arrival = arrival
        isClockTrusted = true
        isConflicting = false
        newest = nil
        followsUndecodable = false
        followsOutage = false
        followsSilence = false
        followsToldGap = false
        period = Nanoseconds(0)
        slotsAdvanced = 0
        self.kind = kind
        feedKind = .number
        quality = .unstated
        self.value = value
    }
}

/// A message of the feed's topic.
public struct MessageObservation: Sendable {
    public var receivedAt: ReceiveTime
    /// nil: it was readable.
    public var problem: DecodeProblem?
    /// Byte of the payload at which reading stopped.
    public var offset: Int32
    /// Whether it bears a number of the publisher's sequence; the next three say nothing else.
    public var hasNumber = false
    public var number: Int64 = 0
    /// Hash of what it holds: equal number and mark are one message that came twice.
    public var mark: UInt16 = 0
    /// Nothing could come since the feed's last sample.
    public var followsOutage = false

    public init(receivedAt: ReceiveTime, problem: DecodeProblem? = nil, offset: Int32 = 0) {
        self.receivedAt = receivedAt
        self.problem = problem
        self.offset = offset
    }
}

/// The clock as a feed sees it.
public struct Pulse: Sendable {
    public var now: ReceiveTime
    /// When the last message came, or the broker connection was made again, whichever is later.
    public var quietSince: ReceiveTime
    /// False while the broker connection is down: timers stand still.
    public var isConnected: Bool
    /// Whether anything ever came.
    public var isSeen: Bool
    /// The silence limit that the feed's cadence gives (checks.md M16); nil while unlearned.
    public var learnedLimit: Nanoseconds?
    /// The last time in which nothing could be read although the connection was up: the daemon
    /// stood still, or the broker held messages back; nil: none.
    public var pause: Pause?
    /// How long nothing came although it could have, an earlier run and the time before a lost
    /// connection included, pauses and lost connections not.
    public var silence: Nanoseconds

    public struct Pause: Sendable {
        public var end: ReceiveTime
        /// How long after it what it held up may still come.
        public var catchUp: Nanoseconds

        public init(end: ReceiveTime, catchUp: Nanoseconds) {
            self.end = end
            self.catchUp = catchUp
        }
    }

    /// - Parameter silence: default: since `quietSince`.
    public init(
        now: ReceiveTime,
        quietSince: ReceiveTime,
        isConnected: Bool,
        isSeen: Bool,
        learnedLimit: Nanoseconds?,
        pause: Pause? = nil,
        silence: Nanoseconds? = nil,
    ) {
        self.now = now
        self.quietSince = quietSince
        self.isConnected = isConnected
        self.isSeen = isSeen
        self.learnedLimit = learnedLimit
        self.pause = pause
        self.silence =
            silence ?? Nanoseconds(from: quietSince.nanoseconds, to: now.nanoseconds)
    }
}
