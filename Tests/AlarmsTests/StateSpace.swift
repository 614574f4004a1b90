import Alarms

/// Everything that an alarm can become, by breadth-first search from the fresh state.
enum StateSpace {
    typealias Reducer = (AlarmState, AlarmEvent, AlarmConfiguration) -> (
        state: AlarmState, effects: [AlarmEffect]
    )

    struct Step {
        var from: AlarmState
        var event: AlarmEvent
        var to: AlarmState
        var effects: [AlarmEffect]
        var configuration: AlarmConfiguration

        var isRefused: Bool {
            effects.contains { if case .reject = $0 { true } else { $0 == .ignored } }
        }

        var annunciations: Int {
            effects.count { if case .notify(let note) = $0 { note.isAnnunciation } else { false } }
        }

        func count(_ notification: AlarmEffect.Notification) -> Int {
            effects.count { $0 == .notify(notification) }
        }
    }

    static let events: [AlarmEvent] = [
        .normal, .abnormal(.warning), .abnormal(.critical), .unknown, .onDelayElapsed,
        .offDelayElapsed, .acknowledge, .reset, .shelve, .shelveOnce, .unshelve, .shelfExpired,
        .suppress, .unsuppress, .takeOutOfService, .returnToService, .realarmElapsed, .restart,
    ]

    static let commands: Set<AlarmEvent> = [
        .acknowledge, .reset, .shelve, .shelveOnce, .unshelve, .takeOutOfService,
        .returnToService, .suppress, .unsuppress,
    ]

    static let configurations: [AlarmConfiguration] = (0..<16).map { bits in
        AlarmConfiguration(
            requiresAcknowledgement: bits & 1 == 0,
            isLatching: bits & 2 == 0,
            hasOnDelay: bits & 4 == 0,
            hasOffDelay: bits & 8 == 0,
        )
    }

    /// Every reachable state and every step from one.
    static func explore(
        _ configuration: AlarmConfiguration,
        _ reduce: Reducer = AlarmStateMachine.reduce,
    ) -> (states: [AlarmState], steps: [Step]) {
        var states = [AlarmState()]
        var seen: Set<AlarmState> = [AlarmState()]
        var steps: [Step] = []
        var next = 0
        while next < states.count {
            let from = states[next]
            next += 1
            for event in events {
                let (to, effects) = reduce(from, event, configuration)
                steps.append(
                    Step(
                        from: from,
                        event: event,
                        to: to,
                        effects: effects,
                        configuration: configuration,
                    )
                )
                if seen.insert(to).inserted { states.append(to) }
            }
        }
        return (states, steps)
    }

    static func name(_ event: AlarmEvent) -> String {
        switch event {
        case .abnormal(.warning): "abnormal warning"
        case .abnormal(.critical): "abnormal critical"
        default: "\(event)"
        }
    }
}
