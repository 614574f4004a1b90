// What a feed reads out of what it is given, and where it writes.

extension Feed {
    /// Where a feed writes: findings and closed windows, in order.
    struct Output: Sendable {
        var log: FindingLog
        var rollups: [Rollup] = []
    }
}

extension Observation {
    /// Whether the value may enter running statistics.
    var isUsable: Bool {
        switch kind {
        case .number, .boolean, .word: quality != .bad
        case .missing, .infinite, .unreadable: false
        }
    }
}

extension Observation {
    /// Of a sample that just came, before it is placed in time.
    @inline(__always)
    init(
        of sample: Sample,
        of feedKind: FeedDescription.Kind,
        receivedAt: ReceiveTime,
        _ circumstances: FeedTimeline.Circumstances,
    ) {
        self.init(at: EventTime(receivedAt), receivedAt: receivedAt, value: sample.value)
        sourceTime = sample.timeProblem == .none ? sample.sourceTime : nil
        timeProblem = sample.timeProblem
        kind = sample.kind
        self.feedKind = feedKind
        quality = sample.quality
        unit = sample.unit
        followsOutage = circumstances.followsOutage
        followsSilence = circumstances.followsSilence
        followsUndecodable = circumstances.followsUndecodable
    }

    /// Nothing about it calls for a check for exceptions: a number as all before it, in order, at a
    /// possible time, and in conflict with no other.
    var isOrdinary: Bool {
        guard arrival == .inOrder, kind == .number, feedKind == .number, !isConflicting else {
            return false
        }
        guard let sourceTime else { return timeProblem != .impossible }
        return timeProblem != .impossible && sourceTime >= ImpossibleDateCheck.earliest
    }
}

extension Sample.Kind {
    /// The kind of feed that a first sample of this kind makes.
    var feedKind: FeedDescription.Kind {
        switch self {
        case .number: .number
        case .boolean: .boolean
        case .word: .word
        case .missing, .infinite, .unreadable: .unknown
        }
    }

    /// Whether there is nothing to judge.
    var isEmpty: Bool { self == .missing || self == .unreadable }

    /// A finding's words, where its numbers do not say it.
    var complaint: String {
        self == .unreadable ? "a text, object or array where the feed had values before" : ""
    }
}

extension CheckPlan.Entry {
    /// Whether its findings stand in the feed's event time: messages and ticks have no time but the
    /// gateway's.
    var isOfEventTime: Bool { type.scope.isDisjoint(with: [.messages, .ticks]) }
}

extension FeedDescription {
    /// Since when nothing came; of a feed that never spoke, where that says nothing, nil.
    var silentSince: ReceiveTime? { lastSeenAt ?? (isDeclared ? nil : firstSeenAt) }
}

extension EventTime {
    /// So many seconds earlier; the same where that is no number.
    func moved(back seconds: Double) -> EventTime {
        guard seconds.isFinite else { return self }
        var time = self
        time.move(by: Nanoseconds(roundingSeconds: -seconds))
        return time
    }
}
