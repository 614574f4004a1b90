extension Nanoseconds {
    /// From one instant to another of the same clock, negative where the second lies before the
    /// first. What a device sends may span more than an `Int64` holds; then it is the longest
    /// length there is, 292 years.
    init(from earlier: Int64, to later: Int64) {
        let (difference, overflow) = later.subtractingReportingOverflow(earlier)
        self.init(overflow ? (later > earlier ? .max : .min) : difference)
    }

    /// This many times as long, rounded to a nanosecond.
    func scaled(by factor: Double) -> Nanoseconds {
        Nanoseconds(roundingSeconds: seconds * factor)
    }
}

extension ReceiveTime {
    /// Later by a length that a person configured: at most the end of time.
    func advanced(by length: Nanoseconds) -> ReceiveTime {
        let (sum, overflow) = nanoseconds.addingReportingOverflow(length.count)
        return ReceiveTime(nanoseconds: overflow ? .max : sum)
    }
}
