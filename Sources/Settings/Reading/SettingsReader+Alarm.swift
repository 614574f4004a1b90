import Alarms
import Monitoring

// `alarm:` of a feed or class.

extension SettingsReader {
    static let alarmKeys = SectionKeys(
        known: [
            "priority", "onDelay", "offDelay", "requiresAcknowledgement", "latching", "cause",
            "consequence", "action", "timeToRespond",
        ],
        later: [
            "shelvable", "maxShelve", "reminder", "escalation", "deliveries", "suppressWhen",
            "realarm", "class", "concerns", "helpUrl", "enabled",
        ],
        synonyms: [
            "delay": "onDelay", "severity": "priority", "ack": "requiresAcknowledgement",
            "latch": "latching",
        ],
        misplaced: ["deadband": "write `hold:` of the check"],
    )

    mutating func alarm(_ value: YAMLValue) -> AlarmSettings {
        var settings = AlarmSettings()
        guard let section = section(value, "`alarm`", keys: Self.alarmKeys) else {
            return settings
        }
        settings.priority = section["priority"].flatMap { priority($0, "`priority`") }
        let delays = Nanoseconds(0)...Nanoseconds.day
        settings.onDelay = duration(section, "onDelay", in: delays) ?? settings.onDelay
        settings.offDelay = duration(section, "offDelay", in: delays) ?? settings.offDelay
        settings.requiresAcknowledgement =
            flag(section, "requiresAcknowledgement") ?? settings.requiresAcknowledgement
        settings.isLatching = flag(section, "latching") ?? settings.isLatching
        reportNobody(section, settings)
        // Every check brings default texts, so an alarm lacks one only where it was written empty.
        let needsGuidance = settings.priority != .journal
        settings.cause = guidance(section, "cause", isNeeded: needsGuidance)
        settings.consequence = guidance(section, "consequence", isNeeded: needsGuidance)
        settings.action = guidance(section, "action", isNeeded: needsGuidance)
        settings.timeToRespond = duration(
            section,
            "timeToRespond",
            in: .seconds(1)...(.seconds(365 * 86_400)),
        )
        return settings
    }

    /// What waits for a person's command in a version that takes none.
    private mutating func reportNobody(_ section: Section, _ settings: AlarmSettings) {
        if settings.requiresAcknowledgement, let value = section["requiresAcknowledgement"] {
            warn(
                value.place,
                "nobody can acknowledge an alarm in this version: "
                    + "one that has cleared stays in the state RTNUN",
                hint: "remove `requiresAcknowledgement` until there is a command for it",
            )
        }
        if settings.isLatching, let value = section["latching"] {
            warn(
                value.place,
                "nobody can reset an alarm in this version: one that latches never clears",
                hint: "remove `latching` until there is a command for it",
            )
        }
    }

    private mutating func guidance(
        _ section: Section,
        _ key: String,
        isNeeded: Bool,
    ) -> String? {
        guard let value = section[key] else { return nil }
        if case .scalar(let written, _) = value.content, written.allSatisfy(\.isWhitespace) {
            if isNeeded {
                report(
                    value.place,
                    "`\(key)` is empty, and an alarm of priority low or above needs it",
                    hint: "write a sentence, or remove the key for the check's own text",
                )
            }
            return isNeeded ? nil : ""
        }
        guard let text = text(section, key) else { return nil }
        reportPlaceholders(in: text, of: key, at: value.place)
        return text
    }

    private mutating func reportPlaceholders(in text: String, of key: String, at place: Place) {
        let known = ["feed", "value", "limit"]
        var rest = Substring(text)
        while let start = rest.firstIndex(of: "{") {
            guard let end = rest[start...].firstIndex(of: "}") else { return }
            let name = String(rest[rest.index(after: start)..<end])
            if !known.contains(name) {
                report(
                    self.place(
                        of: text.distance(from: text.startIndex, to: start),
                        in: text,
                        at: place,
                    ),
                    "`{\(name)}` in `\(key)` is not filled in",
                    hint: Suggestion.hint(
                        for: name,
                        in: known,
                        otherwise: "use `{feed}`, `{value}` or `{limit}`",
                    ),
                )
            }
            rest = rest[rest.index(after: end)...]
        }
    }
}
