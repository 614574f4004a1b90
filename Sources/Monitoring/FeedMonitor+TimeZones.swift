// Local times that name no zone, where none is configured: one condition, `time-zone`, for all feeds.

extension FeedMonitor {
    /// A sample stands at the time of its arrival because its own time could not be placed. One
    /// condition names the first topic: a finding for each feed would be an alarm for each feed, and
    /// the fault is in the configuration, once.
    mutating func noteMissingZone(of topic: TopicID, into report: inout MonitorReport) {
        defer { zoneMissingAt = now }
        guard zoneMissingAt == nil else { return }
        let detail = """
            times of \(registry.topics[Int(topic.index)].text) name no zone, and its rule has no \
            `timeZone`: such samples stand at the time of their arrival. Other topics may do the same
            """
        note("time-zone", isAbnormal: true, detail, into: &report)
    }

    /// Once a minute: is it long ago that a zone was missing?
    mutating func reviewZones(into report: inout MonitorReport) {
        guard let last = zoneMissingAt,
            Nanoseconds(from: last.nanoseconds, to: now.nanoseconds) >= Limits.refusalMemory
        else { return }
        zoneMissingAt = nil
        note("time-zone", isAbnormal: false, "no time lacked its zone for an hour", into: &report)
    }
}
