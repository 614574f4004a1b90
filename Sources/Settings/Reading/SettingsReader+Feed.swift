import Alarms
import Decoding
import Monitoring

// `feeds:` and `classes:`.

extension SettingsReader {
    private static let bodyKeys = [
        "unit", "period", "window", "label", "payload", "checks", "alarm", "allowedLateness",
        "maxAhead", "revisionHorizon", "falseAlarmInterval",
    ]
    private static let laterKeys: Set<String> = [
        "when", "asset", "site", "area", "priorities", "windows", "baseline",
        "quality", "metrics",
    ]
    private static let movedKeys = [
        "topics": "write one entry with `topic:` for each",
        "field": "write `payload: { value: $.name }`",
        "value": "write `payload: { value: … }`",
        "format": "write `payload: { format: … }`",
        "time": "write `payload: { time: … }`",
        "priority": "write `alarm: { priority: … }`",
        "onDelay": "write `alarm: { onDelay: … }`",
        "offDelay": "write `alarm: { offDelay: … }`",
    ]
    private static let synonyms = ["name": "label", "interval": "period"]
    static let feedKeys = SectionKeys(
        known: ["topic", "class", "broker"] + bodyKeys,
        later: laterKeys,
        synonyms: synonyms,
        misplaced: movedKeys,
    )
    static let classKeys = SectionKeys(
        known: bodyKeys,
        later: laterKeys.union(["inherits", "extends"]),
        synonyms: synonyms,
        misplaced: movedKeys.merging([
            "topic": "write it in the feed, a class is a template",
            "broker": "write it in the feed, a class is a template",
            "class": "a class has no class; write its values here",
        ]) { first, _ in first },
    )

    /// What a feed has in common with its class.
    struct FeedBody {
        var unit: String?
        var period: Nanoseconds?
        var window: Nanoseconds = .seconds(60)
        var label: String?
        var timing = FeedTiming()
        var falseAlarmInterval = FeedRule.defaultFalseAlarmInterval
        var payload = PayloadSettings()
        var checks: [String: CheckParameters] = [:]
        var alarm = AlarmSettings()
    }

    /// Finds a class's own problems, also when no feed uses it.
    mutating func validateClass(_ entry: YAMLValue.Entry) {
        guard let section = section(entry.value, "the class `\(entry.key)`", keys: Self.classKeys)
        else { return }
        _ = body(section, isTemplate: true)
    }

    /// A class with its misspelt keys reported and put right, before feeds are laid over it.
    mutating func corrected(class entry: YAMLValue.Entry) -> YAMLValue.Entry {
        var entry = entry
        entry.value = corrected(
            feedOrClass: entry.value,
            "the class `\(entry.key)`",
            keys: Self.classKeys,
        )
        return entry
    }

    /// The mappings that are laid over each other must have their right keys before that.
    private mutating func corrected(
        feedOrClass value: YAMLValue,
        _ title: String,
        keys: SectionKeys,
    ) -> YAMLValue {
        var value = corrected(value, title, keys: keys)
        value.replace("payload") { corrected($0, "`payload`", keys: Self.payloadKeys) }
        value.replace("alarm") { corrected($0, "`alarm`", keys: Self.alarmKeys) }
        value.replace("checks") { corrected(checks: $0) }
        return value
    }

    /// One feed, laid over its class; nil where its topic cannot be read.
    mutating func feed(
        _ value: YAMLValue,
        classes: [YAMLValue.Entry],
        brokers: [String],
    ) -> FeedConfiguration? {
        if case .scalar(let text, _) = value.content, !value.isNull {
            report(value.place, "a feed is the text `\(text)`", hint: "write `- topic: \(text)`")
            return nil
        }
        let value = corrected(feedOrClass: value, "a feed", keys: Self.feedKeys)
        guard let own = section(value, "a feed", keys: Self.feedKeys) else { return nil }
        let template = template(own, classes: classes)
        let layered = LayeredFeed(feed: value, over: template?.value, named: template?.key)
        let section = Section(
            title: "a feed",
            place: value.place,
            entries: layered.value.entries ?? [],
        )
        let filter = filter(own)
        let body = body(section, isTemplate: false)
        let broker = brokerIndex(own, brokers: brokers)
        // A broker that does not exist must not make its feeds those of all brokers.
        guard let filter, broker != nil || !own.has("broker") else { return nil }
        reportPlaceholders(of: body.label, in: section, filter: filter)
        return FeedConfiguration(
            rule: FeedRule(
                filter: filter,
                broker: broker,
                fieldNames: body.payload.declaredNames,
                namesFields: body.payload.readings != nil ? true : nil,
                declaredPaths: body.payload.declaredPaths,
                label: body.label,
                unit: body.unit,
                period: body.period,
                window: body.window,
                timing: body.timing,
                falseAlarmInterval: body.falseAlarmInterval,
                checks: body.checks,
            ),
            payload: body.payload,
            alarm: body.alarm,
            className: template?.key,
            place: value.place,
            origins: layered.origins,
        )
    }

    private mutating func template(
        _ section: Section,
        classes: [YAMLValue.Entry],
    ) -> YAMLValue.Entry? {
        guard let value = section["class"], let name = text(section, "class") else { return nil }
        namedClasses.insert(name)
        if let found = classes.first(where: { $0.key == name }) {
            return found.value.entries == nil ? nil : found
        }
        guard !isPartial else { return nil }
        let nearest = Suggestion.nearest(to: name, in: classes.map(\.key))
        if let nearest { namedClasses.insert(nearest) }
        report(
            value.place,
            "there is no class `\(name)`",
            hint: Suggestion.hint(
                for: name,
                in: classes.map(\.key),
                otherwise: "write it under `classes:`",
            ),
        )
        return nil
    }

    private mutating func filter(_ section: Section) -> TopicFilter? {
        guard let value = section["topic"] else {
            report(section.place, "a feed has no `topic`", hint: "write `topic: plant/#`")
            return nil
        }
        guard let text = text(section, "topic") else { return nil }
        do {
            let filter = try TopicFilter(text)
            var names: Set<String> = []
            for case .named(let name) in filter.levels where !names.insert(name).inserted {
                report(
                    value.place,
                    "`topic` has two levels with the name `{\(name)}`",
                    hint: "give them different names",
                )
            }
            return filter
        } catch {
            report(
                value.place,
                "`topic` is `\(text)`, which \(error.reason)",
                hint: "a filter looks like `plant/{area}/+/temperature` or `plant/#`",
            )
            return nil
        }
    }

    private mutating func brokerIndex(_ section: Section, brokers: [String]) -> UInt8? {
        guard let value = section["broker"], let name = expanded(section, "broker") else {
            return nil
        }
        if let index = brokers.firstIndex(of: name) { return UInt8(index) }
        guard !isPartial else { return nil }
        let list = brokers.map { "`\($0)`" }.joined(separator: ", ")
        report(
            value.place,
            "there is no broker `\(name)`",
            hint: Suggestion.hint(for: name, in: brokers, otherwise: "the brokers are \(list)"),
        )
        return nil
    }

    private mutating func body(_ section: Section, isTemplate: Bool) -> FeedBody {
        var body = FeedBody()
        body.unit = section["unit"].flatMap { unit($0, "`unit`") }
        body.period = duration(section, "period", in: .milliseconds(1)...(.seconds(31_536_000)))
        body.window =
            duration(section, "window", in: .seconds(1)...(.seconds(60))) ?? body.window
        body.label = text(section, "label")
        readTiming(section, into: &body.timing)
        if let time = duration(section, "falseAlarmInterval", in: .hour...(.days(36_500))) {
            body.falseAlarmInterval = time
        }
        if let value = section["payload"] { body.payload = payload(value) }
        if let value = section["checks"] {
            body.checks = checks(value)
            reportChecks(
                value,
                body.checks,
                period: body.period,
                timing: body.timing,
                isTemplate: isTemplate,
            )
        }
        if let value = section["alarm"] { body.alarm = alarm(value) }
        if let own = body.unit, body.payload.namesUnits {
            body.payload.agreedUnit = UnitSpellings.agreed(own)
        }
        if case .declared(let unit)? = body.payload.unit, let own = body.unit, unit != own {
            let value = section["payload"]?["unit"]
            report(
                value?.place ?? section.place,
                "the payload's unit `\(unit)` is not the feed's unit `\(own)`",
                hint: "write one of them",
            )
        }
        return body
    }

    private mutating func readTiming(_ section: Section, into timing: inout FeedTiming) {
        let zero = Nanoseconds(0)
        if let time = duration(section, "allowedLateness", in: zero...(.seconds(60))) {
            timing.allowedLateness = time
        }
        if let time = duration(section, "maxAhead", in: .seconds(1)...(.day)) {
            timing.maxAhead = time
        }
        if let time = duration(section, "revisionHorizon", in: zero...(.seconds(30 * 86_400))) {
            timing.revisionHorizon = time
        }
        if timing.revisionHorizon < timing.allowedLateness {
            let key = section.has("revisionHorizon") ? "revisionHorizon" : "allowedLateness"
            report(
                section[key]?.place ?? section.place,
                "`revisionHorizon` is shorter than `allowedLateness`",
                hint: "make it at least \(DurationText.text(timing.allowedLateness))",
            )
        }
    }

    /// `{name}` in a label must be a level of the topic.
    private mutating func reportPlaceholders(
        of label: String?,
        in section: Section,
        filter: TopicFilter,
    ) {
        guard let label, let value = section["label"] else { return }
        let names: [String] = filter.levels.compactMap {
            if case .named(let name) = $0 { name } else { nil }
        }
        var rest = Substring(label)
        while let start = rest.firstIndex(of: "{") {
            guard let end = rest[start...].firstIndex(of: "}") else { return }
            let name = String(rest[rest.index(after: start)..<end])
            if !names.contains(name) {
                let offset = label.distance(from: label.startIndex, to: start)
                report(
                    place(of: offset, in: label, at: value.place),
                    "the topic has no level `{\(name)}` for the label",
                    hint: Suggestion.hint(
                        for: name,
                        in: names,
                        otherwise: "write `{\(name)}` in place of a `+` of the topic",
                    ),
                )
            }
            rest = rest[rest.index(after: end)...]
        }
    }
}
