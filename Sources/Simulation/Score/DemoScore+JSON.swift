import Monitoring

extension DemoScore {
    /// The score for a program: one JSON object, fields in snake_case with the unit last.
    public var json: String {
        let faults = outcomes.map(faultObject).joined(separator: ",")
        let members = [
            "\"passed\":\(isPassed)",
            "\"started_ns\":\(startedAt.nanoseconds)",
            "\"ended_ns\":\(endedAt.nanoseconds)",
            "\"found\":\(found)",
            "\"missed\":\(missed)",
            "\"cut_off\":\(cutOff)",
            "\"planned\":\(planned)",
            "\"false_alarms_allowed\":\(Self.allowedFalseAlarms)",
            "\"faults\":[\(faults)]",
            "\"false_alarms\":[\(falseAlarms.map(alarmObject).joined(separator: ","))]",
            "\"foreign_alarms\":[\(foreignAlarms.map(alarmObject).joined(separator: ","))]",
            "\"system_alarms\":[\(systemAlarms.map(alarmObject).joined(separator: ","))]",
        ]
        return "{\(members.joined(separator: ","))}"
    }

    private func faultObject(_ outcome: FaultOutcome) -> String {
        let fault = outcome.fault
        let members = [
            "\"kind\":\(Self.quoted(fault.kind))",
            "\"feed\":\(Self.quoted(fault.feedKey))",
            "\"severity\":\(Self.quoted(fault.severity.rawValue))",
            "\"concern\":\(Self.quoted(fault.concern.name))",
            "\"injected_ns\":\(fault.injectedAt.nanoseconds)",
            "\"ends_ns\":\(fault.endsAt.nanoseconds)",
            "\"allowed_s\":\(fault.allowedDelay.seconds)",
            "\"result\":\(Self.quoted(outcome.word))",
            "\"check\":\(outcome.check.map(Self.quoted) ?? "null")",
            "\"after_s\":\(outcome.after.map { "\($0.seconds)" } ?? "null")",
        ]
        return "{\(members.joined(separator: ","))}"
    }

    private func alarmObject(_ alarm: AlarmObservation) -> String {
        """
        {"alarm":\(Self.quoted(alarm.name)),"check":\(Self.quoted(alarm.check)),\
        "at_ns":\(alarm.at.nanoseconds)}
        """
    }

    /// A JSON string: quotation marks, backslashes and control characters escaped.
    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\u{0}"..<"\u{20}":
                let hex = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
