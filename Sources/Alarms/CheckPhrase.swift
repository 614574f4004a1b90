import Monitoring

/// How an operator calls what a check finds: `no data` rather than `silence`.
///
/// A check that is not listed is called by its concern and its id, so that a new check needs no
/// line here.
enum CheckPhrase {
    static func phrase(of check: String, concern: Concern) -> String {
        phrases[check] ?? "\(general(concern)) (\(check))"
    }

    /// What stands before the number where it is not the value itself: a spike is *off by* 12 bar.
    static func measureWord(of check: String) -> String {
        switch check {
        case "spike": "off by "
        case "outOfOrder": "by "
        default: ""
        }
    }

    private static func general(_ concern: Concern) -> String {
        switch concern {
        case .data: "data fault"
        case .format: "format fault"
        case .clock: "time fault"
        case .value: "value not plausible"
        case .frozen: "value does not move"
        case .behaviour: "unusual behaviour"
        case .consistency: "feeds disagree"
        }
    }

    private static let phrases: [String: String] = [
        "silence": "no data",
        "gap": "gap in the data",
        "sequence": "messages missing",
        "completeness": "data incomplete",
        "rate": "message rate changed",
        "regularity": "irregular data",
        "malformed": "unreadable messages",
        "schema": "messages of another shape",
        "unit": "unit changed",
        "impossibleDate": "impossible timestamps",
        "clockSkew": "source clock is off",
        "latency": "data late or source clock behind",
        "outOfOrder": "data out of order",
        "duplicate": "duplicate messages",
        "duplicateTimestamp": "repeated timestamps",
        "nonFinite": "no valid number",
        "sentinel": "error code instead of a value",
        "range": "value out of range",
        "rateOfChange": "value changes too fast",
        "spike": "spikes",
        "saturation": "value at the end of its scale",
        "flatLine": "value frozen",
        "attenuated": "signal too quiet",
        "noise": "signal too noisy",
        "outlier": "outliers",
        "ewma": "level creeping away",
        "meanShift": "level shifted",
        "drift": "drift",
        "redundancy": "redundant sensors disagree",
        "balance": "balance does not close",
        "ordering": "order of values violated",
        "correlation": "correlation lost",
    ]
}
