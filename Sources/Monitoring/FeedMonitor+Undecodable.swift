// Messages that cannot be read, or break what was declared: a finding about their feed, and a copy
// in the quarantine.

extension FeedMonitor {
    mutating func takeUndecodable(
        _ message: DecodedMessage,
        _ problem: DecodeProblem,
        offset: Int32,
        into report: inout MonitorReport,
    ) {
        // Where the cardinality guard refuses the topic a feed, its first field's feed answers.
        let spokesman = wholeFeed(of: message.topic, into: &report)
        let topic = registry.topics[Int(message.topic.index)]
        let places = topic.fields.map { Int($0.place) }.filter { $0 >= 0 }
        let whole = spokesman ?? places.first
        report.undecodable.append(
            MonitorReport.Undecodable(
                feed: whole.map { registry.feeds[$0].id } ?? .none,
                at: now,
                problem: problem,
                offset: offset,
                record: message.record,
            )
        )
        guard let whole else { return }
        let observation = MessageObservation(receivedAt: now, problem: problem, offset: offset)
        let declared = settings.rules[Int(topic.rule)].declaredPaths
        registry.feeds[whole].take(
            observation,
            detail: Self.words(on: observation, breaking: message.brokenPath, of: declared, topic),
            into: &output,
        )
        settle(whole, into: &report)
        for place in places where place != whole {
            registry.feeds[place].noteUndecodable(at: now, into: &output)
            settle(place, into: &report)
        }
    }

    /// The finding's words: which topic, what is wrong, which declared paths, and where.
    private static func words(
        on observation: MessageObservation,
        breaking path: Int16,
        of declared: [String],
        _ topic: FeedRegistry.Topic,
    ) -> String {
        guard let problem = observation.problem else { return "" }
        var broken: [String] = []
        if path >= 0 {
            broken = declared.indices.contains(Int(path)) ? [declared[Int(path)]] : []
        } else if problem == .missingField {
            broken = declared
        }
        let places = broken.isEmpty ? "" : " (\(enumeration(of: broken)))"
        return "payload of \(topic.text) \(problem.text)\(places), at byte \(observation.offset)"
    }

    /// The first of some paths, and how many more there are.
    private static func enumeration(of paths: [String]) -> String {
        let shown = paths.prefix(4).joined(separator: ", ")
        return paths.count > 4 ? "\(shown) and \(paths.count - 4) more" : shown
    }
}
