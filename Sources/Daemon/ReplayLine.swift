import Alarms
import Foundation
import Monitoring

/// Findings and transitions as lines of JSON with sorted keys: equal events are equal bytes.
enum ReplayLine {
    private struct FindingLine: Encodable {
        var finding: Int64
        var change: String
        var at: Int64
        var feed: String
        var check: String
        var verdict: String
        var begin: Int64
        var end: Int64
        var flagged: Int32
        var confirmed: Bool
        var worst: Double?
        var limit: Double?
        var detail: String?

        enum CodingKeys: String, CodingKey {
            case finding, change, feed, check, verdict, flagged, confirmed, worst, limit, detail
            case at = "at_ns"
            case begin = "begin_ns"
            case end = "end_ns"
        }
    }

    private struct TransitionLine: Encodable {
        var alarm: String
        var sequence: Int64
        var at: Int64
        var reason: String
        var state: String
        var check: String
        var also: [String]
        var occurrence: String?
        var message: String

        enum CodingKeys: String, CodingKey {
            case alarm, sequence, reason, state, check, also, occurrence, message
            case at = "at_ns"
        }
    }

    static func finding(_ event: FindingEvent, feed: String) -> String {
        let finding = event.finding
        return encode(
            FindingLine(
                finding: finding.id,
                change: "\(event.change)",
                at: event.at.nanoseconds,
                feed: feed,
                check: finding.check.name,
                verdict: finding.verdict.name,
                begin: finding.begin.nanoseconds,
                end: finding.end.nanoseconds,
                flagged: finding.flaggedCount,
                confirmed: finding.isConfirmed,
                worst: finding.worst.isFinite ? finding.worst : nil,
                limit: finding.limit.isFinite ? finding.limit : nil,
                detail: finding.detail.isEmpty ? nil : finding.detail,
            )
        )
    }

    static func transition(_ transition: AlarmTransition) -> String {
        encode(
            TransitionLine(
                alarm: transition.key,
                sequence: transition.sequence,
                at: transition.at.nanoseconds,
                reason: transition.reason.rawValue,
                state: transition.display.rawValue,
                check: transition.condition.check,
                also: transition.condition.also,
                occurrence: transition.occurrence?.id,
                message: transition.message,
            )
        )
    }

    private static func encode(_ line: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return String(decoding: try encoder.encode(line), as: UTF8.self)
        } catch {
            preconditionFailure("a line of numbers and texts cannot be encoded: \(error)")
        }
    }
}
