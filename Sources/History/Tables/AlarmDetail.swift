import Alarms
import Foundation
import Monitoring

/// The JSON in `detail` of `alarm` and `alarm_journal`: what nobody filters by.
struct AlarmDetail: Codable {
    struct Condition: Codable {
        var check: String
        var also: [String]
        /// Absent in rows of earlier versions.
        var measured: Double?
        var measuredUnit: String?
        var value: Double?
        var valueAtNs: Int64?
        var limit: Double?
        var unit: String?
        var onDelayNs: Int64
        var offDelayNs: Int64
        /// Absent where it was given, and in rows of earlier versions.
        var isLearned: Bool?
    }

    struct StoredGuidance: Codable {
        var cause: String
        var consequence: String
        var action: String
        var timeToRespondNs: Int64
    }

    var condition: Condition
    var guidance: StoredGuidance

    init(_ condition: AlarmTransition.Condition, _ guidance: Guidance) {
        self.condition = Condition(
            check: condition.check,
            also: condition.also,
            measured: condition.measured,
            measuredUnit: condition.measuredUnit,
            value: condition.value,
            valueAtNs: condition.valueAt?.nanoseconds,
            limit: condition.limit,
            unit: condition.unit,
            onDelayNs: condition.onDelay.count,
            offDelayNs: condition.offDelay.count,
            isLearned: condition.isLearned ? true : nil,
        )
        self.guidance = StoredGuidance(
            cause: guidance.cause,
            consequence: guidance.consequence,
            action: guidance.action,
            timeToRespondNs: guidance.timeToRespond.count,
        )
    }

    init(text: String) throws {
        self = try StoredJSON.decoder().decode(AlarmDetail.self, from: Data(text.utf8))
    }

    func text() throws -> String {
        String(decoding: try StoredJSON.encoder().encode(self), as: UTF8.self)
    }
}

extension AlarmDetail.Condition {
    var restored: AlarmTransition.Condition {
        AlarmTransition.Condition(
            check: check,
            also: also,
            measured: measured,
            measuredUnit: measuredUnit,
            value: value,
            valueAt: valueAtNs.map { EventTime(nanoseconds: $0) },
            limit: limit,
            unit: unit,
            onDelay: Nanoseconds(onDelayNs),
            offDelay: Nanoseconds(offDelayNs),
            isLearned: isLearned ?? false,
        )
    }
}

extension AlarmDetail.StoredGuidance {
    var restored: Guidance {
        Guidance(
            cause: cause,
            consequence: consequence,
            action: action,
            timeToRespond: Nanoseconds(timeToRespondNs),
        )
    }
}
