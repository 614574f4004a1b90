package import Monitoring

/// Differences and sums of instants that stop at the ends of the time axis instead of trapping: a
/// device can send any time, and must not stop the daemon with it.
package enum Elapsed {
    /// `end - begin`, negative where `end` is the earlier one.
    package static func from(_ begin: ReceiveTime, to end: ReceiveTime) -> Nanoseconds {
        difference(begin.nanoseconds, end.nanoseconds)
    }

    package static func from(_ begin: EventTime, to end: EventTime) -> Nanoseconds {
        difference(begin.nanoseconds, end.nanoseconds)
    }

    package static func add(_ length: Nanoseconds, to nanoseconds: Int64) -> Int64 {
        let (sum, isOver) = nanoseconds.addingReportingOverflow(length.count)
        return isOver ? (length.count < 0 ? .min : .max) : sum
    }

    private static func difference(_ begin: Int64, _ end: Int64) -> Nanoseconds {
        let (length, isOver) = end.subtractingReportingOverflow(begin)
        return Nanoseconds(isOver ? (end < begin ? .min : .max) : length)
    }
}

extension ReceiveTime {
    /// The same moment on a clock that was set by so much.
    mutating func shift(by length: Nanoseconds) {
        nanoseconds = Elapsed.add(length, to: nanoseconds)
    }
}
