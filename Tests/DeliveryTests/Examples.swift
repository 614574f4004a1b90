import Alarms
import Monitoring

/// Transitions for the delivery tests.
enum Examples {
    static let start: Int64 = 1_795_214_467_412_000_000

    static let feed = FeedDescription(
        id: FeedID(index: 1),
        key: "plant1/furnace3/zone2/tc07",
        topic: "plant1/furnace3/zone2/tc07",
        field: "value",
        broker: 0,
        rule: 0,
        kind: .number,
        unit: "Cel",
        label: "Furnace 3 TC-07",
        labels: [
            FeedDescription.Label(name: "area", value: "heat \"treatment\"\n"),
            FeedDescription.Label(name: "shift", value: "C"),
        ],
        isDeclared: true,
        period: nil,
        silenceLimit: nil,
        firstSeenAt: ReceiveTime(nanoseconds: start),
        lastSeenAt: nil,
    )

    static func transition(
        _ reason: AlarmReason = .raise,
        key: String = "plant1/furnace3/zone2/tc07/frozen",
        sequence: Int64 = 18_234,
        priority: Priority = .medium,
        isAnnounced: Bool = true,
        isActive: Bool = true,
    ) -> AlarmTransition {
        var state = AlarmState()
        if isActive {
            state.raw = .abnormal
            state.level = 2
            state.phase = .active
            state.isOccurring = true
            state.isAcknowledged = false
            state.isDeliveryOpen = true
        }
        return AlarmTransition(
            key: key,
            subject: .feed(feed, .frozen),
            sequence: sequence,
            alarmSequence: 7,
            at: ReceiveTime(nanoseconds: start),
            reason: reason,
            display: state.display,
            previousDisplay: isActive ? .normal : .unacknowledged,
            state: state,
            truth: .ok,
            priority: priority,
            title: "Furnace 3 TC-07: value frozen",
            message: "Value frozen: 5 min 12 s (limit 5 min), since 22:40:37Z.",
            guidance: Guidance(
                cause: "Thermocouple or input card frozen",
                consequence: "Control runs on a false temperature",
                action: "Compare with TC-06",
                timeToRespond: .seconds(900),
            ),
            condition: AlarmTransition.Condition(
                check: "flatLine",
                also: ["attenuated"],
                measured: 312,
                measuredUnit: "s",
                value: 1_184.2,
                valueAt: EventTime(nanoseconds: start - 512_000_000),
                limit: 300,
                unit: "Cel",
                onDelay: .seconds(30),
                offDelay: .seconds(60),
            ),
            occurrence: AlarmTransition.Occurrence(
                id: "01JD2K7W9Q-7",
                conditionAt: EventTime(nanoseconds: start - 30_312_000_000),
                raisedAt: ReceiveTime(nanoseconds: start - (isActive ? 0 : 60_000_000_000)),
                clearedAt: isActive ? nil : ReceiveTime(nanoseconds: start),
            ),
            isAnnounced: isAnnounced,
        )
    }

    static func system() -> AlarmTransition {
        var transition = transition(.raise, key: "system/broker/main")
        transition.subject = .system(name: "broker/main")
        transition.condition = AlarmTransition.Condition(check: "broker/main")
        return transition
    }
}
