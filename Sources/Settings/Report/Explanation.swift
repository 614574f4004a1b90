import Alarms
import Decoding
public import Monitoring
import Mosquitto

/// What `assay check --explain` prints: the effective settings of every feed, each with where its
/// value comes from.
public enum Explanation {
    /// One block per feed. `catalogue` must be that of `Configuration.load`.
    public static func text(
        _ configuration: Configuration,
        catalogue: [CheckDefinition] = CheckCatalogue.all,
    ) -> String {
        configuration.feeds.map { feed in
            let broker = feed.rule.broker.map { ", broker \(configuration.brokers[Int($0)].name)" }
            let title = "\(feed.rule.filter.text)\(broker ?? "") (\(feed.place))"
            let rows = rows(of: feed, catalogue: catalogue)
            return ([title] + rows.map(\.line)).joined(separator: "\n") + "\n"
        }.joined(separator: "\n")
    }

    private struct Row {
        let key: String
        let value: String
        let origin: String

        var line: String { "  \(padded(key, to: 33)) \(padded(value, to: 28)) \(origin)" }

        private func padded(_ text: String, to width: Int) -> String {
            text + String(repeating: " ", count: max(0, width - text.count))
        }
    }

    private static func rows(of feed: FeedConfiguration, catalogue: [CheckDefinition]) -> [Row] {
        let rule = feed.rule
        let values: [(String, String)] = [
            ("label", rule.label ?? "the feed's key"),
            ("unit", rule.unit ?? "as the payload says"),
            ("period", rule.period.map(DurationText.text) ?? "learned"),
            ("window", DurationText.text(rule.window)),
            ("allowedLateness", DurationText.text(rule.timing.allowedLateness)),
            ("maxAhead", DurationText.text(rule.timing.maxAhead)),
            ("revisionHorizon", DurationText.text(rule.timing.revisionHorizon)),
            ("falseAlarmInterval", DurationText.text(rule.falseAlarmInterval)),
        ]
        let all =
            values + payload(feed.payload).map { ("payload.\($0.0)", $0.1) }
            + alarm(feed.alarm).map { ("alarm.\($0.0)", $0.1) }
        return all.map { Row(key: $0.0, value: $0.1, origin: origin(feed.origin(of: $0.0))) }
            + catalogue.flatMap { checkRows($0, feed) }
    }

    private static func payload(_ payload: PayloadSettings) -> [(String, String)] {
        var rows: [(String, String)] = [("format", payload.format ?? "recognised")]
        if let readings = payload.readings {
            rows += [
                ("each", readings.each.text), ("name", readings.name.text),
                ("value", readings.value.text),
            ]
        } else if payload.fields.count == 1, payload.fields[0].name == nil {
            rows.append(("value", payload.fields[0].value.text))
        } else if payload.fields.isEmpty {
            rows.append(("value", "recognised"))
        } else {
            let fields = payload.fields.map { "\($0.name ?? "value") = \($0.value.text)" }
            rows.append(("fields", fields.joined(separator: ", ")))
        }
        rows.append(("time", payload.time?.text ?? "recognised"))
        rows.append(("timeUnit", payload.timeUnit.rawValue))
        rows.append(
            ("timeZone", payload.timeZone.map(text) ?? "none: a time without zone is no time")
        )
        if let sequence = payload.sequence { rows.append(("sequence", sequence.text)) }
        if let quality = payload.quality { rows.append(("quality", quality.text)) }
        switch payload.unit {
        case .declared(let unit): rows.append(("unit", unit))
        case .path(let path): rows.append(("unit", path.text))
        case nil: break
        }
        if !payload.words.isEmpty {
            rows.append(("words", payload.words.joined(separator: ", ")))
        }
        return rows
    }

    private static func text(_ zone: TimeZoneOffsets) -> String {
        let minutes = abs(zone.initialOffset) / 60
        let pair = [minutes / 60, minutes % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
        let sign = zone.initialOffset < 0 ? "-" : "+"
        let changes = zone.transitions.isEmpty ? "" : " with summer time or other changes"
        return "UTC\(sign)\(pair.joined(separator: ":"))\(changes)"
    }

    private static func alarm(_ alarm: AlarmSettings) -> [(String, String)] {
        let ofCheck = "the check's"
        return [
            ("priority", alarm.priority?.name ?? "the concern's"),
            ("onDelay", DurationText.text(alarm.onDelay)),
            ("offDelay", DurationText.text(alarm.offDelay)),
            ("requiresAcknowledgement", "\(alarm.requiresAcknowledgement)"),
            ("latching", "\(alarm.isLatching)"),
            ("cause", alarm.cause ?? ofCheck),
            ("consequence", alarm.consequence ?? ofCheck),
            ("action", alarm.action ?? ofCheck),
            ("timeToRespond", alarm.timeToRespond.map(DurationText.text) ?? ofCheck),
        ]
    }

    private static func checkRows(_ check: CheckDefinition, _ feed: FeedConfiguration) -> [Row] {
        let key = "checks.\(check.name)"
        let given = feed.rule.checks[check.name]
        let hasPeriod = feed.rule.period != nil
        let state = state(of: check, given, hasPeriod: hasPeriod)
        let learns = check.learns(with: given, hasPeriod: hasPeriod)
        let head = Row(key: key, value: state.text, origin: origin(feed.origin(of: key)))
        guard state.isOn else { return [head] }
        return [head]
            + check.allParameters.map { parameter in
                let dotted = "\(key).\(parameter.name)"
                return Row(
                    key: dotted,
                    value: given?.values[parameter.name]?.text ?? parameter.defaultText
                        ?? (learns ? nil : parameter.unlearned) ?? parameter.absence,
                    origin: origin(feed.origin(of: dotted)),
                )
            }
    }

    /// A check that needs a limit and has none is off, whatever `checks:` says.
    private static func state(
        of check: CheckDefinition,
        _ given: CheckParameters?,
        hasPeriod: Bool,
    ) -> (isOn: Bool, text: String) {
        guard given?.isEnabled ?? true else { return (false, "off") }
        let needed = check.needsOneOf
        guard needed.isEmpty || needed.contains(where: { given?.values[$0] != nil }) else {
            return (false, "off: give \(needed.listed("or"))")
        }
        return (true, check.learns(with: given, hasPeriod: hasPeriod) ? "on, limits learned" : "on")
    }

    private static func origin(_ origin: FeedConfiguration.Origin) -> String {
        switch origin {
        case .byDefault: "default"
        case .fromClass(let name, let place): "class \(name) (\(place))"
        case .fromFeed(let place): "feed (\(place))"
        }
    }
}

extension CheckParameterValue {
    /// As a configuration writes it.
    fileprivate var text: String {
        switch self {
        case .number(let number): number.written
        case .duration(let duration): DurationText.text(duration)
        case .count(let count): "\(count)"
        case .interval(let low, let high):
            "[\(low == -.infinity ? "null" : low.written), "
                + "\(high == .infinity ? "null" : high.written)]"
        case .choice(let choice): choice
        case .flag(let flag): "\(flag)"
        }
    }
}
