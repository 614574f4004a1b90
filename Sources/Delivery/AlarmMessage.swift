public import Alarms
import Monitoring

/// One alarm transition as the JSON of `alarm/1` (alarms.md 2.1).
///
/// Times are RFC 3339 in UTC, units UCUM, durations end in `_s`; a member without value is absent.
public struct AlarmMessage: Sendable {
    public var transition: AlarmTransition
    public var gateway: String
    /// Of the database that numbered the transition.
    public var epoch: String
    /// False where the database could not be written, and the alarm is announced anyway.
    public var isDurable: Bool

    public init(
        _ transition: AlarmTransition,
        gateway: String,
        epoch: String,
        isDurable: Bool = true,
    ) {
        self.transition = transition
        self.gateway = gateway
        self.epoch = epoch
        self.isDurable = isDurable
    }

    /// The retained state of the alarm.
    public var state: [UInt8] {
        var json = JSONText()
        json.object { write(&$0) }
        return json.bytes
    }

    /// The same object as a CloudEvents 1.0 structured event.
    public var event: [UInt8] {
        var json = JSONText()
        json.object {
            $0.member("specversion", "1.0")
            $0.member("id", "\(epoch)/\(transition.sequence)")
            $0.member("source", Self.uriReference(gateway))
            $0.member("type", "alarm.\(transition.reason.rawValue)")
            $0.member("subject", transition.key)
            $0.member("time", PlainText.instant(transition.at))
            $0.member("datacontenttype", "application/json")
            $0.object("data") { write(&$0) }
        }
        return json.bytes
    }

    private func write(_ json: inout JSONText) {
        let state = transition.state
        json.member("schema", "alarm/1")
        json.member("key", transition.key)
        json.member("seq", transition.sequence)
        json.member("alarm_seq", transition.alarmSequence)
        json.member("epoch", epoch)
        json.member("ts", PlainText.instant(transition.at))
        json.member("reason", transition.reason.rawValue)
        json.member("state", transition.display.rawValue)
        json.member("previous_state", transition.previousDisplay.rawValue)
        json.member("active", state.isActive)
        json.member("acked", state.isAcknowledged)
        json.member("latched", state.isLatched)
        json.member("masked", state.isMasked)
        json.member("retain", transition.display != .normal)
        json.member("data", transition.truth.rawValue)
        json.member("priority", transition.priority.name)
        json.member("opc_severity", AlarmClassification.opcSeverity(transition.priority))
        if case .feed(_, let concern) = transition.subject {
            json.member(
                "ne107",
                AlarmClassification.ne107(concern, isActive: state.isActive),
            )
        }
        json.member("class", AlarmClassification.className(transition.subject))
        json.member("title", transition.title)
        json.member("message", transition.message.isEmpty ? nil : transition.message)
        json.object("source") { writeSource(&$0) }
        json.object("condition") { writeCondition(&$0) }
        json.object("occurrence") { writeOccurrence(&$0) }
        if !transition.suppressedBy.isEmpty {
            json.object("mask") { $0.array("suppressed_by", transition.suppressedBy) }
        }
        json.object("guidance") { writeGuidance(&$0) }
        writeLabels(&json)
        json.member("durable", isDurable)
    }

    private func writeSource(_ json: inout JSONText) {
        json.member("gateway", gateway)
        switch transition.subject {
        case .feed(let feed, _):
            for name in ["site", "area", "line", "asset"] {
                json.member(name, feed.labels.first { $0.name == name }?.value)
            }
            json.member("feed", feed.key)
            json.member("mqtt_topic", feed.topic)
            json.member("field", feed.field.isEmpty ? nil : feed.field)
        case .system(let name):
            json.member("feed", name)
        }
    }

    /// `value` is what the check measured at its worst and `limit` what it was held against, both in
    /// `unit`: of a silence seconds; `learned` where nobody gave that limit. What the feed measured last stands apart as `last_value`, in
    /// `last_value_unit`, with its time and age.
    private func writeCondition(_ json: inout JSONText) {
        let condition = transition.condition
        json.member("check", condition.check)
        if !condition.also.isEmpty { json.array("also", condition.also) }
        switch transition.state.level {
        case 1: json.member("level", "suspect")
        case 2: json.member("level", "fail")
        default: break
        }
        json.member("value", condition.measured)
        json.member("limit", condition.limit)
        let isMeasured = condition.measured != nil || condition.limit != nil
        json.member("unit", isMeasured ? condition.measuredUnit : nil)
        json.member("learned", condition.isLearned ? true : nil)
        json.member("on_delay_s", condition.onDelay.seconds)
        json.member("off_delay_s", condition.offDelay.seconds)
        if let time = condition.valueAt {
            let age = Elapsed.from(time, to: EventTime(transition.at))
            json.member("last_value", condition.value)
            json.member("last_value_unit", condition.value == nil ? nil : condition.unit)
            // Of the last value, under the names that the schema has for it.
            json.member("value_ts", PlainText.instant(time))
            json.member("value_age_s", age.seconds)
        }
    }

    /// The schema asks for an occurrence in every message. An alarm that was masked by hand before
    /// it was ever raised has none: the transition itself stands for it.
    private func writeOccurrence(_ json: inout JSONText) {
        guard let occurrence = transition.occurrence else {
            json.member("id", "\(epoch)-\(transition.alarmSequence)")
            json.member("raised_ts", PlainText.instant(transition.at))
            return
        }
        json.member("id", occurrence.id)
        json.member("condition_ts", PlainText.instant(occurrence.conditionAt))
        json.member("raised_ts", PlainText.instant(occurrence.raisedAt))
        json.member("acked_ts", occurrence.acknowledgedAt.map { PlainText.instant($0) })
        json.member("cleared_ts", occurrence.clearedAt.map { PlainText.instant($0) })
        let end = occurrence.clearedAt ?? transition.at
        let length = Elapsed.from(occurrence.raisedAt, to: end)
        json.member("duration_s", max(0, length.seconds))
        json.member("unacked_occurrences", Int64(occurrence.unacknowledgedOccurrences))
        json.member("during_downtime", occurrence.isDuringDowntime ? true : nil)
    }

    private func writeGuidance(_ json: inout JSONText) {
        let guidance = transition.guidance
        json.member("cause", guidance.cause)
        json.member("consequence", guidance.consequence)
        json.member("action", guidance.action)
        if guidance.timeToRespond.count > 0 {
            json.member("time_to_respond_s", guidance.timeToRespond.seconds)
        }
    }

    private func writeLabels(_ json: inout JSONText) {
        guard case .feed(let feed, _) = transition.subject, !feed.labels.isEmpty else { return }
        json.object("labels") { object in
            for label in feed.labels { object.member(label.name, label.value) }
        }
    }

    /// A gateway's name as a relative URI reference (RFC 3986): unreserved characters as they are,
    /// every other byte as `%XX`.
    static func uriReference(_ name: String) -> String {
        var result = ""
        for byte in name.utf8 {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                result += "%\(digits.count == 1 ? "0" : "")\(digits)"
            }
        }
        return result
    }
}
