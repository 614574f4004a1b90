import Monitoring

/// Titles, messages and guidance of feed alarms: where, what, how bad, since when.
///
/// Pure functions of their arguments, without locale or format library. The lengths are those of
/// the message schema.
enum AlarmWording {
    /// Unicode scalars of a title; beyond, the feed's label loses its middle.
    static let titleLimit = 120
    /// Unicode scalars of a message.
    static let messageLimit = 1_000
    /// Unicode scalars of what a check or a broker says in words.
    static let detailLimit = 400

    /// `Furnace 3 zone 2 temperature: no data`.
    static func title(label: String, check: CheckDefinition) -> String {
        let phrase = CheckPhrase.phrase(of: check.name, concern: check.concern)
        let room = max(8, titleLimit - phrase.unicodeScalars.count - 2)
        let text = "\(PlainText.shortened(label, to: room)): \(phrase)"
        return PlainText.shortened(text, to: titleLimit)
    }

    /// `No message for 12 s (limit 3.5 s); last value 1184.2 Cel at 22:40:55Z.`
    static func message(_ evidence: AlarmEvidence, unit: String?, at now: ReceiveTime) -> String {
        var text = lead(evidence, unit: unit, at: now)
        if let last = lastValue(evidence, unit: unit, at: now) { text += "; \(last)" }
        text += "."
        if !evidence.also.isEmpty { text += " Also: \(evidence.also.joined(separator: ", "))." }
        return PlainText.shortened(text, to: messageLimit)
    }

    /// `Normal again after 12 min, since 23:20:10Z with 1179.9 Cel.` That is the value that ended the
    /// condition, before the off-delay; others have come since. One of before the raise is not the
    /// one that is normal, so it is left out.
    static func normalMessage(
        _ condition: AlarmTransition.Condition,
        raisedAt: ReceiveTime,
        duration: Nanoseconds,
        at now: ReceiveTime,
    ) -> String {
        var text = "Normal again after \(PlainText.duration(duration))"
        if let value = condition.value, let time = condition.valueAt, time >= EventTime(raisedAt) {
            let quantity = PlainText.quantity(PlainText.measured(value), unit: condition.unit)
            text += ", since \(PlainText.moment(time, readAt: now)) with \(quantity)"
        }
        return text + "."
    }

    /// `The gateway's clock was set back by 1 h, from 2026-11-20 22:40:55Z to …`.
    static func clockStep(_ step: ClockStep) -> String {
        // With the date, which another day as the reader's gives.
        let elsewhere = ReceiveTime(nanoseconds: .min)
        let from = PlainText.moment(EventTime(step.from), readAt: elsewhere)
        let to = PlainText.moment(EventTime(step.to), readAt: elsewhere)
        let isBack = step.length.count < 0
        let length = Nanoseconds(isBack ? 0 &- step.length.count : step.length.count)
        return """
            The gateway's clock was set \(isBack ? "back" : "forward") by \
            \(PlainText.duration(length)), from \(from) to \(to). Delays and silences went on by \
            elapsed time; what was stored before bears the time of the clock before.
            """
    }

    /// The sentence in front of the message of an alarm that nobody is told of.
    static func maskSentence(_ rules: [String]) -> String {
        let names = rules.map { rule in
            rule.hasPrefix(Precedence.prefix)
                ? "the \(rule.dropFirst(Precedence.prefix.count)) alarm of this feed is active"
                : "rule \(rule) holds"
        }
        return "Not announced while \(names.joined(separator: " and ")). "
    }

    /// The settings' words where given, else the check's own, with `{feed}`, `{value}` (the worst
    /// quantity measured) and `{limit}` filled in.
    static func guidance(
        _ evidence: AlarmEvidence,
        feed: FeedDescription,
        settings: AlarmSettings,
    ) -> Guidance {
        let own = evidence.check.guidance
        func filled(_ text: String) -> String {
            let measure = AlarmMeasure(evidence.check, unit: feed.unit)
            return fill(
                text,
                [
                    ("{feed}", feed.label), ("{value}", measure.text(evidence.finding.worst)),
                    ("{limit}", measure.limitText(evidence.finding.limit)),
                ],
            )
        }
        return Guidance(
            cause: filled(settings.cause ?? own.cause),
            consequence: filled(settings.consequence ?? own.consequence),
            action: filled(settings.action ?? own.action),
            timeToRespond: settings.timeToRespond ?? own.timeToRespond,
        )
    }

    /// Replaces placeholders in one pass, so that a brace in a label is never taken for one.
    static func fill(_ text: String, _ values: [(name: String, value: String)]) -> String {
        var result = ""
        var rest = text[...]
        while let brace = rest.firstIndex(of: "{") {
            result += rest[..<brace]
            rest = rest[brace...]
            if let match = values.first(where: { rest.hasPrefix($0.name) }) {
                result += match.value
                rest.removeFirst(match.name.count)
            } else {
                result.append(rest.removeFirst())
            }
        }
        return result + rest
    }

    /// What the check measured at its worst; NaN where it measures nothing. A silence has gone on
    /// since its finding was written.
    static func measured(_ evidence: AlarmEvidence, at now: ReceiveTime) -> Double {
        let worst = evidence.finding.worst
        guard evidence.check.name == "silence" else { return worst }
        let more = evidence.isOpen ? Elapsed.from(evidence.writtenAt, to: now) : Nanoseconds(0)
        return (worst.isFinite ? worst : 0) + max(0, more.seconds)
    }

    // MARK: Parts

    private static func lead(
        _ evidence: AlarmEvidence,
        unit: String?,
        at now: ReceiveTime,
    ) -> String {
        let finding = evidence.finding
        let measure = AlarmMeasure(evidence.check, unit: unit)
        if evidence.check.name == "silence" {
            let lasted = measured(evidence, at: now)
            return "No message for \(measure.comparison(lasted, limit: finding.limit))"
        }
        if evidence.check.name == "flatLine", finding.worst.isFinite {
            return
                "Value has not moved for \(measure.comparison(finding.worst, limit: finding.limit))"
        }
        let phrase = CheckPhrase.phrase(of: evidence.check.name, concern: evidence.check.concern)
        var text = phrase.prefix(1).uppercased() + phrase.dropFirst()
        if !finding.detail.isEmpty {
            text += ": \(PlainText.shortened(finding.detail, to: detailLimit))"
        } else if finding.worst.isFinite {
            let word = CheckPhrase.measureWord(of: evidence.check.name)
            text += ": \(word)\(measure.comparison(finding.worst, limit: finding.limit))"
        }
        return text + ", since \(PlainText.moment(finding.begin, readAt: now))"
    }

    /// Left out where the sentence has named it: the one sample that was out of range.
    private static func lastValue(
        _ evidence: AlarmEvidence,
        unit: String?,
        at now: ReceiveTime,
    ) -> String? {
        let finding = evidence.finding
        guard finding.lastValue.isFinite else { return nil }
        let isNamed = evidence.check.name == "range" && finding.detail.isEmpty
        if isNamed, finding.lastValue == finding.worst { return nil }
        let value = PlainText.quantity(PlainText.measured(finding.lastValue), unit: unit)
        let moment = PlainText.moment(finding.lastValueAt, readAt: now)
        let isSaid =
            !["silence", "flatLine"].contains(evidence.check.name)
            && moment == PlainText.moment(finding.begin, readAt: now)
        return isSaid ? "last value \(value)" : "last value \(value) at \(moment)"
    }

    /// A text from elsewhere as a sentence: `broker main is down` becomes `Broker main is down.`
    static func sentence(_ text: String) -> String {
        guard let first = text.first, let last = text.last else { return text }
        let end = ".!?…".contains(last) ? "" : "."
        return first.uppercased() + text.dropFirst() + end
    }
}
