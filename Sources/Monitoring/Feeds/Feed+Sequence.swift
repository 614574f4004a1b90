// The numbers that a publisher gives its messages.

extension Feed {
    /// Takes a number of the publisher's sequence, before the samples of its message. It says nothing
    /// of whether this feed is alive: the message may hold no sample for it.
    ///
    /// - Parameter content: a hash of what the number stands on.
    /// - Returns: whether the monitor should look after the feed: something is missing.
    mutating func takeNumber(
        _ number: Int64,
        content: UInt64,
        at now: ReceiveTime,
        into output: inout Output,
    ) -> Bool {
        var message = MessageObservation(receivedAt: now)
        message.hasNumber = true
        message.number = number
        message.mark = UInt16(truncatingIfNeeded: ByteHash.fold(content, 0x9E37_79B9_7F4A_7C15))
        message.followsOutage = circumstances.followsOutage
        var isMissing = false
        for entry in checks.plan.sequences {
            let answer = checks.open().observe(entry, message)
            isMissing = isMissing || answer != .good
            record(answer, of: entry.id, at: EventTime(now), now: now, into: &output)
        }
        return isMissing
    }
}
