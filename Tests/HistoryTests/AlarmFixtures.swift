import Alarms
import Foundation
import Monitoring

@testable import History

extension Fixture {
    /// Bytes of the database file, or of the one with the suffix; 0 where there is none.
    func size(ofFile suffix: String = "") throws -> Int {
        guard FileManager.default.fileExists(atPath: path + suffix) else { return 0 }
        let attributes = try FileManager.default.attributesOfItem(atPath: path + suffix)
        return attributes[.size] as? Int ?? 0
    }
}

extension Finding {
    static func made(id: Int64, check: UInt8, at time: ReceiveTime = .start) -> Finding {
        Finding(
            id: id,
            feed: FeedID(index: 0),
            check: CheckID(index: check),
            verdict: .suspect,
            begin: EventTime(time),
            end: EventTime(time),
            foundAt: time,
            flaggedCount: 1,
            isConfirmed: false,
            worst: 1_260,
            limit: 1_250,
            lastValue: 1_251.5,
            lastValueAt: EventTime(time),
        )
    }
}

extension AlarmTransition {
    static func made(
        sequence: Int64,
        alarmSequence: Int64,
        at time: ReceiveTime = .start,
    ) -> AlarmTransition {
        var state = AlarmState()
        state.raw = .abnormal
        state.level = 2
        state.phase = .active
        state.isOccurring = true
        state.isAcknowledged = false
        state.shelf = .oneShot
        state.isDeliveryOpen = true
        return AlarmTransition(
            key: "plant/a/f0/temperature/value",
            subject: .feed(.made(0), .value),
            sequence: sequence,
            alarmSequence: alarmSequence,
            at: time,
            reason: .raise,
            display: .unacknowledged,
            previousDisplay: .normal,
            state: state,
            truth: .ok,
            priority: .low,
            title: "Furnace 0 above its range",
            message: "Value 1420 Cel beyond 1400 Cel.",
            guidance: Guidance(
                cause: "Thermocouple broken",
                consequence: "Control runs on a false temperature",
                action: "Compare with the neighbours",
                timeToRespond: .seconds(900),
            ),
            condition: Condition(
                check: "range",
                also: ["spike"],
                value: 1_420.25,
                valueAt: EventTime(time),
                limit: 1_400,
                unit: "Cel",
                onDelay: .seconds(30),
                offDelay: .seconds(60),
            ),
            occurrence: Occurrence(id: "E1-1", conditionAt: EventTime(time), raisedAt: time),
            isAnnounced: true,
        )
    }
}

extension AlarmRecord {
    /// What the book holds after a transition.
    init(_ transition: AlarmTransition) {
        let identity: AlarmIdentity =
            switch transition.subject {
            case .feed(let feed, let concern): .feed(feed.id, concern)
            case .system(let name): .system(name)
            }
        self.init(
            identity: identity,
            key: transition.key,
            state: transition.state,
            suppressedBy: transition.suppressedBy,
            alarmSequence: transition.alarmSequence,
            sequence: transition.sequence,
            changedAt: transition.at,
            reason: transition.reason,
            previousDisplay: transition.previousDisplay,
            truth: transition.truth,
            priority: transition.priority,
            title: transition.title,
            message: transition.message,
            guidance: transition.guidance,
            condition: transition.condition,
            occurrence: transition.occurrence,
        )
    }
}

extension OutboxMessage {
    static func made(sequence: Int64) -> OutboxMessage {
        OutboxMessage(
            id: sequence,
            replaces: sequence % 2 == 0 ? "k" : nil,
            delivery: "mqtt",
            topic: "assay/gw/alarms/state/k",
            payload: Array("{\"seq\":\(sequence)}".utf8),
            isRetained: sequence % 2 == 0,
            sequence: sequence,
            at: .start,
        )
    }
}
