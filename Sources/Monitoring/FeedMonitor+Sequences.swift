// The publisher's numbers: one account for all fields of a message, or one for each name of an array
// of readings.

extension FeedMonitor {
    /// Notes the numbers of a message, before its samples are taken.
    ///
    /// What numbers messages numbers them for all their fields, so the feed of the topic's first field
    /// keeps account of them, also where a message lacks it: else one lost message would be found by
    /// each field, and a field that comes in every second message would miss every other number.
    mutating func noteNumbers(
        of message: DecodedMessage,
        _ samples: [Sample],
        into report: inout MonitorReport,
    ) {
        let range = message.samples
        guard !range.isEmpty, samples[range.lowerBound].hasSequence, !message.isRetained else {
            return
        }
        let rule = Int(registry.topics[Int(message.topic.index)].rule)
        guard settings.rules[rule].numbersReadings else {
            let number = samples[range.lowerBound].sequence
            let first = registry.place(topic: message.topic, field: FieldID(index: 0))
            return note(number, message.payloadHash, place: first, into: &report)
        }
        for index in range where samples[index].hasSequence {
            let sample = samples[index]
            let place = registry.place(topic: message.topic, field: sample.field)
            let time = UInt64(bitPattern: sample.sourceTime.nanoseconds)
            let content = ByteHash.fold(time, sample.value.bitPattern)
            note(sample.sequence, content, place: place, into: &report)
        }
    }

    private mutating func note(
        _ number: Int64,
        _ content: UInt64,
        place: Int32,
        into report: inout MonitorReport,
    ) {
        guard place >= 0 else { return }
        let isMissing = registry.feeds[Int(place)].takeNumber(
            number,
            content: content,
            at: now,
            into: &output,
        )
        if isMissing { settle(Int(place), into: &report) }
    }
}
