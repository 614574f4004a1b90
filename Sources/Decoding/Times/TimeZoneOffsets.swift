/// How far local clocks of a zone are ahead of UTC, and since when: all that reading a local time
/// needs of a time zone.
///
/// The decoder knows no zone database. `Settings` fills this from the system's for a name such as
/// `Europe/Stockholm`; a fixed offset needs no database.
public struct TimeZoneOffsets: Sendable, Equatable {
    /// From `seconds` on, the zone is `offset` seconds ahead of UTC (negative: behind).
    public struct Transition: Sendable, Equatable {
        /// Seconds since 1970-01-01T00:00:00Z.
        public var seconds: Int64
        public var offset: Int64

        public init(seconds: Int64, offset: Int64) {
            self.seconds = seconds
            self.offset = offset
        }
    }

    /// The offset in seconds before the first transition.
    public private(set) var initialOffset: Int64
    /// In ascending order.
    public private(set) var transitions: [Transition]

    /// A zone whose offset changes. Transitions may come in any order.
    public init(initialOffset: Int64, transitions: [Transition] = []) {
        self.initialOffset = initialOffset
        self.transitions = transitions.sorted { $0.seconds < $1.seconds }
    }

    /// A fixed offset: `UTC`, `Z`, `+01:00`, `-0330` or `+01`; nil for any other text, such as the
    /// name of a zone.
    public init?(fixed text: String) {
        if text == "UTC" || text == "GMT" {
            self.init(initialOffset: 0)
            return
        }
        let bytes = Array(text.utf8)
        var reader = TextReader(position: 0)
        guard let offset = reader.offset(bytes.span), reader.position == bytes.count else {
            return nil
        }
        self.init(initialOffset: offset)
    }

    /// The UTC seconds of a local time, both counted from 1970-01-01T00:00:00.
    ///
    /// An hour that clocks show twice means the reading nearer to `nearby`, when the message came;
    /// one that they skip is read by the offset before the change.
    public func utcSeconds(ofLocal local: Int64, nearby: Int64) -> Int64 {
        guard !transitions.isEmpty else { return local - initialOffset }
        var best: Int64?
        for index in candidates(for: local) {
            let offset = index < 0 ? initialOffset : transitions[index].offset
            let seconds = local - offset
            guard index < 0 || seconds >= transitions[index].seconds else { continue }
            guard index + 1 >= transitions.count || seconds < transitions[index + 1].seconds
            else { continue }
            if let found = best, abs(found - nearby) <= abs(seconds - nearby) { continue }
            best = seconds
        }
        return best ?? local - offsetBefore(local)
    }

    /// The spans of constant offset that can hold a local time: offsets are below a day, so those
    /// within a day of it; -1 is the one before the first transition.
    private func candidates(for local: Int64) -> ClosedRange<Int> {
        let first = lastTransition(at: local - 86_400)
        return first...max(first, lastTransition(at: local + 86_400))
    }

    /// Index of the last transition at or before `seconds`, -1 if there is none.
    private func lastTransition(at seconds: Int64) -> Int {
        var low = 0
        var high = transitions.count
        while low < high {
            let middle = (low + high) / 2
            if transitions[middle].seconds <= seconds { low = middle + 1 } else { high = middle }
        }
        return low - 1
    }

    /// For a skipped local time: the offset in force before the change that skips it.
    private func offsetBefore(_ local: Int64) -> Int64 {
        var offset = initialOffset
        for transition in transitions {
            if local - offset < transition.seconds { break }
            if local - transition.offset < transition.seconds { break }
            offset = transition.offset
        }
        return offset
    }
}
