// What a feed reads out of what it is given.

extension Observation {
    /// Whether the value may enter running statistics.
    var isUsable: Bool {
        switch kind {
        case .number, .boolean, .word: quality != .bad
        case .missing, .infinite: false
        }
    }

    /// What applies to this sample.
    var scope: CheckScope {
        guard arrival.isJudged else { return .arrivals }
        return arrival == .inOrder && isUsable
            ? [.arrivals, .samples, .ordered] : [.arrivals, .samples]
    }
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

extension MessageObservation {
    /// The finding's words: what could not be read, and where.
    var detail: String {
        problem.map { "payload \($0.text), at byte \(offset)" } ?? ""
    }
}

extension Sample.Kind {
    /// The kind of feed that a first sample of this kind makes.
    var feedKind: FeedDescription.Kind {
        switch self {
        case .number: .number
        case .boolean: .boolean
        case .word: .word
        case .missing, .infinite: .unknown
        }
    }
}
