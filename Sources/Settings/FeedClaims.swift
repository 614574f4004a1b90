import Monitoring

/// Holds the filters of all feeds against each other and against what is subscribed: every topic
/// and field must have one feed that claims it, the most specific one.
///
/// Cost: linear in exact topics, quadratic in the filters with wildcards.
struct FeedClaims {
    private(set) var problems: [Problem] = []

    init(_ configuration: Configuration) {
        let own = try? TopicFilter("\(configuration.ownTopicRoot)/#")
        for feed in configuration.feeds {
            if let own, own.covers(feed.rule.filter) { reportOwn(feed, configuration) }
            reportShared(feed)
        }
        reportEqual(configuration.feeds)
        reportAmbiguous(configuration.feeds.filter { !$0.rule.isDeclared })
    }

    private mutating func report(_ feed: FeedConfiguration, _ message: String, hint: String) {
        problems.append(Problem(at: feed.topicPlace, message, hint: hint))
    }

    private mutating func reportOwn(_ feed: FeedConfiguration, _ configuration: Configuration) {
        report(
            feed,
            "`\(feed.rule.filter.text)` can never match, because topics below "
                + "`\(configuration.ownTopicRoot)` are Assay's own and are not read",
            hint: "write the topic of a device, or change `gateway`",
        )
    }

    private mutating func reportShared(_ feed: FeedConfiguration) {
        guard case .literal(let first)? = feed.rule.filter.levels.first,
            first == "$share" || first == "$queue"
        else { return }
        report(
            feed,
            "`\(feed.rule.filter.text)` is a shared subscription, which gives each message to "
                + "only one subscriber, so that every feed would have gaps",
            hint: "write the filter without `\(first)/…/`",
        )
    }

    /// A topic has one entry, also where two would divide the fields of its payload among them: only
    /// the first would ever be read.
    private mutating func reportEqual(_ feeds: [FeedConfiguration]) {
        var byFilter: [String: [FeedConfiguration]] = [:]
        for feed in feeds {
            let filter = feed.rule.filter.subscription
            for other in byFilter[filter, default: []] where shareBroker(feed, other) {
                report(
                    feed,
                    "two feeds claim `\(feed.rule.filter.text)`, "
                        + "and only the first would be read",
                    hint: "\(Self.wayOut(feed, other)); the other is at \(other.topicPlace)",
                )
                break
            }
            byFilter[filter, default: []].append(feed)
        }
    }

    private static func wayOut(_ feed: FeedConfiguration, _ other: FeedConfiguration) -> String {
        let (mine, theirs) = (feed.rule.fieldNames, other.rule.fieldNames)
        return mine.isEmpty || theirs.isEmpty || mine == theirs
            ? "remove one" : "put the fields of both into one `fields:` list"
    }

    /// Of two filters that overlap, one must be more specific everywhere.
    private mutating func reportAmbiguous(_ feeds: [FeedConfiguration]) {
        for (index, feed) in feeds.enumerated() {
            let filter = feed.rule.filter
            for other in feeds[..<index] where shareBroker(feed, other) {
                let otherFilter = other.rule.filter
                guard filter.overlaps(otherFilter), !filter.covers(otherFilter),
                    !otherFilter.covers(filter)
                else { continue }
                report(
                    feed,
                    "`\(filter.text)` and `\(otherFilter.text)` claim the same topics, such as "
                        + "`\(Self.commonTopic(filter, otherFilter))`, "
                        + "and neither is more specific",
                    hint: "make one narrower; the other is at \(other.topicPlace)",
                )
                break
            }
        }
    }

    private func shareBroker(_ feed: FeedConfiguration, _ other: FeedConfiguration) -> Bool {
        guard let mine = feed.rule.broker, let theirs = other.rule.broker else { return true }
        return mine == theirs
    }

    /// A topic that both filters match.
    private static func commonTopic(_ one: TopicFilter, _ two: TopicFilter) -> String {
        var parts: [String] = []
        for index in 0..<max(one.levels.count, two.levels.count) {
            var part = "x"
            for filter in [one, two] where index < filter.levels.count {
                if case .literal(let text) = filter.levels[index] { part = text }
            }
            parts.append(part)
        }
        return parts.joined(separator: "/")
    }
}

extension FeedConfiguration {
    /// Where the topic is written.
    var topicPlace: Place {
        if case .fromFeed(let place) = origin(of: "topic") { place } else { place }
    }
}
