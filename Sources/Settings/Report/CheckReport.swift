import Delivery
import History
import Monitoring
import Mosquitto

/// What `assay check` prints. The caller writes it and exits 0 or 1.
public enum CheckReport {
    /// Of a valid configuration: warnings, then what will happen, in about twenty lines. `path` is
    /// the file as it was given.
    public static func text(_ configuration: Configuration, path: String) -> String {
        var lines = configuration.warnings.map(\.description)
        if !lines.isEmpty { lines.append("") }
        let feeds = counted(configuration.feeds.count, "feed rule")
        let brokers = counted(configuration.brokers.count, "broker")
        let classes = counted(configuration.classNames.count, "class", "classes")
        lines.append("\(path) is valid: \(brokers), \(feeds), \(classes)\(warnings(configuration))")
        lines.append("")
        lines.append(
            "gateway    \(configuration.gateway), topics below \(configuration.ownTopicRoot)"
        )
        for (index, broker) in configuration.brokers.enumerated() {
            lines += Self.lines(of: broker, configuration.subscriptions(ofBroker: index))
        }
        lines += feedLines(configuration)
        lines += storeLines(configuration)
        lines.append("deliveries \(deliveries(configuration))")
        return lines.joined(separator: "\n") + "\n"
    }

    /// Of a refused one: every problem on its line, then how many there are.
    public static func text(_ problems: ConfigurationProblems, path: String) -> String {
        let errors = problems.problems.count { $0.severity == .error }
        let warnings = problems.problems.count - errors
        let more = warnings == 0 ? "" : " and \(counted(warnings, "warning"))"
        return """
            \(problems.description)

            \(path) is refused: \(counted(errors, "error"))\(more)

            """
    }

    private static func warnings(_ configuration: Configuration) -> String {
        let count = configuration.warnings.count
        return count == 0 ? "" : ", \(counted(count, "warning"))"
    }

    private static func lines(of broker: BrokerSettings, _ filters: [String]) -> [String] {
        let scheme = broker.tls == nil ? "mqtt" : "mqtts"
        let host = broker.host.contains(":") ? "[\(broker.host)]" : broker.host
        let shown = filters.prefix(20).map { "             \($0)" }
        let rest = filters.count - shown.count
        return [
            "broker     \(broker.name): \(scheme)://\(host):\(broker.port), client id "
                + "\(broker.clientID), QoS \(broker.qualityOfService), "
                + "\(counted(filters.count, "subscription")):"
        ] + shown + (rest > 0 ? ["             … and \(rest) more"] : [])
    }

    private static func feedLines(_ configuration: Configuration) -> [String] {
        let declared = configuration.declaredFeedCount
        let wide = configuration.feeds.count { !$0.rule.isDeclared }
        let limit = configuration.discovery.limit
        let forgotten = DurationText.text(configuration.discovery.forgetAfter)
        let discovered =
            wide == 0
            ? ""
            : "; \(counted(wide, "filter")) with wildcards may bring up to \(limit) more,\n"
                + "             each forgotten after \(forgotten) of silence"
        return ["feeds      \(declared) declared\(discovered)"]
    }

    private static func storeLines(_ configuration: Configuration) -> [String] {
        let retention = configuration.store.retention
        let estimate = SizeEstimate(
            declaredFeeds: configuration.declaredFeedCount,
            retention: retention,
        )
        let feeds = Double(estimate.declaredFeeds)
        let most = SizeText.text(retention.maxBytes)
        var lines = [
            "store      \(configuration.store.path), at most \(most)",
            "             kept: minutes \(DurationText.text(retention.minute)), quarter hours "
                + "\(DurationText.text(retention.quarterHour)), days "
                + "\(DurationText.text(retention.day)), findings "
                + DurationText.text(retention.events),
            "             one feed: \(size(SizeEstimate.growthPerFeedAndDay)) more per day at "
                + "first, \(size(estimate.bytesPerFeed)) in the end, writes "
                + "\(size(SizeEstimate.writtenPerFeedAndDay)) per day",
        ]
        if estimate.declaredFeeds > 0 {
            lines.append(
                "             \(counted(estimate.declaredFeeds, "declared feed")): "
                    + "\(size(SizeEstimate.growthPerFeedAndDay * feeds)) more per day at first, "
                    + "\(size(estimate.bytes)) in the end, writes "
                    + "\(size(SizeEstimate.writtenPerFeedAndDay * feeds)) per day"
            )
        }
        lines += reachLines(configuration, estimate)
        return lines
    }

    /// Whether `maxBytes` ends an age early, for the declared feeds and with discovered ones.
    private static func reachLines(
        _ configuration: Configuration,
        _ estimate: SizeEstimate,
    ) -> [String] {
        let most = SizeText.text(configuration.store.retention.maxBytes)
        let cut = estimate.levels(feeds: estimate.declaredFeeds).filter(\.isCut)
        if !cut.isEmpty {
            let levels = cut.map { level in
                "`\(level.key)` from \(DurationText.text(level.age)) to about \(days(level.reach))"
            }
            return [
                "             maxBytes \(most) cuts \(levels.joined(separator: ", ")): "
                    + "raise it to \(size(estimate.bytes)) or shorten the ages"
            ]
        }
        guard configuration.feeds.contains(where: { !$0.rule.isDeclared }) else { return [] }
        let free = max(0, estimate.feedsThatFit - estimate.declaredFeeds)
        let limit = configuration.discovery.limit
        guard free < limit else {
            return ["             \(limit) discovered feeds fit beside them"]
        }
        return [
            "             about \(free) discovered feeds fit beside them; with more,",
            "             maxBytes \(most) cuts ages short, of minutes first",
        ]
    }

    private static func deliveries(_ configuration: Configuration) -> String {
        guard !configuration.deliveries.isEmpty else { return "none, alarms are only stored" }
        return configuration.deliveries.map { delivery in
            switch delivery.kind {
            case .mqtt:
                delivery.priorities.isEmpty
                    ? "mqtt, all priorities but journal"
                    : "mqtt, " + delivery.priorities.map(\.name).joined(separator: ", ")
            }
        }.joined(separator: "; ")
    }

    private static func size(_ bytes: Double) -> String { SizeText.rounded(bytes) }

    private static func days(_ age: Nanoseconds) -> String {
        let days = age.seconds / 86_400
        if days < 2 { return "\((days * 24).decimal(0))h" }
        return days < 730 ? "\(days.decimal(0))d" : "\((days / 365).decimal(1))y"
    }

    private static func counted(_ count: Int, _ noun: String, _ plural: String? = nil) -> String {
        count == 1 ? "1 \(noun)" : "\(count) \(plural ?? noun + "s")"
    }
}

extension Configuration {
    /// Feeds that exist before the first message: the fields of exact topics, one where the payload
    /// decides.
    public var declaredFeedCount: Int {
        feeds.filter(\.rule.isDeclared).reduce(0) { $0 + max(1, $1.rule.fieldNames.count) }
    }
}
