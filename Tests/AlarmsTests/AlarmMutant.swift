import Alarms
import Testing

/// The state machine with one plausible bug laid over it, several of them bugs of other systems: a
/// suite of invariants that lets one live is too weak.
struct AlarmMutant: Sendable, CustomTestStringConvertible {
    typealias Answer = (state: AlarmState, effects: [AlarmEffect])

    var testDescription: String
    var change: @Sendable (AlarmState, AlarmEvent, AlarmConfiguration, Answer) -> Answer

    func reduce(
        _ state: AlarmState,
        _ event: AlarmEvent,
        _ configuration: AlarmConfiguration,
    ) -> Answer {
        let answer = AlarmStateMachine.reduce(state, event, configuration)
        return change(state, event, configuration, answer)
    }

    private init(
        _ description: String,
        _ change: @escaping @Sendable (AlarmState, AlarmEvent, AlarmConfiguration, Answer) -> Answer,
    ) {
        testDescription = description
        self.change = change
    }

    static let all: [AlarmMutant] = [
        AlarmMutant("missing data clears the alarm") { state, event, configuration, answer in
            guard event == .unknown, state.isActive else { return answer }
            var normal = AlarmStateMachine.reduce(state, .normal, configuration)
            normal.state.raw = .unknown
            return normal
        },
        AlarmMutant("the off-delay goes on while data is missing") { state, event, _, answer in
            var answer = answer
            if event == .unknown, state.phase == .pendingOff { answer.state.phase = .idle }
            return answer
        },
        AlarmMutant("a clear under a mask is not sent") { state, _, _, answer in
            var answer = answer
            if state.isMasked { answer.effects.removeAll { $0 == .notify(.clear) } }
            return answer
        },
        AlarmMutant("what was never raised is cleared") { state, event, _, answer in
            var answer = answer
            if event == .acknowledge, !answer.state.isOccurring, state.isOccurring {
                answer.effects.append(.notify(.clear))
            }
            return answer
        },
        AlarmMutant("a masked alarm speaks") { state, event, _, answer in
            var answer = answer
            if case .abnormal = event, !state.isActive, answer.state.isActive,
                answer.state.isMasked
            {
                answer.effects.append(.notify(.raise))
            }
            return answer
        },
        AlarmMutant("the end of a mask is silent") { state, _, _, answer in
            var answer = answer
            if state.isMasked, !answer.state.isMasked {
                answer.effects.removeAll { $0 == .notify(.unmasked) || $0 == .notify(.raise) }
            }
            return answer
        },
        AlarmMutant("the end of a mask keeps an old acknowledgement") { state, _, _, answer in
            var answer = answer
            if state.isMasked, !answer.state.isMasked {
                answer.state.isAcknowledged = state.isAcknowledged
            }
            return answer
        },
        AlarmMutant("a restart forgets the acknowledgement") { state, event, _, answer in
            var answer = answer
            if event == .restart, state.isActive { answer.state.isAcknowledged = false }
            return answer
        },
        AlarmMutant("a restart forgets the alarm") { _, event, _, answer in
            event == .restart ? (AlarmState(), []) : answer
        },
        AlarmMutant("a restart forgets the off-delay") { state, event, _, answer in
            var answer = answer
            if event == .restart, state.phase == .pendingOff { answer.state.phase = .active }
            return answer
        },
        AlarmMutant("a restart tells everybody again") { state, event, _, answer in
            var answer = answer
            if event == .restart, state.isActive { answer.effects = [.notify(.raise)] }
            return answer
        },
        AlarmMutant("a second acknowledgement is told again") { _, event, _, answer in
            let isSecond = answer.effects == [.reject(.alreadyAcknowledged)]
            return event == .acknowledge && isSecond ? (answer.state, [.notify(.ack)]) : answer
        },
        AlarmMutant("an active alarm can be reset") { state, event, _, answer in
            guard event == .reset, answer.effects == [.reject(.stillActive)] else { return answer }
            var reset = state
            reset.isLatched = false
            reset.isOccurring = false
            reset.isDeliveryOpen = false
            return (reset, [])
        },
        AlarmMutant("an escalation is silent") { state, _, _, answer in
            guard answer.effects == [.notify(.escalate)] else { return answer }
            var silent = answer.state
            silent.isAcknowledged = state.isAcknowledged
            return (silent, [])
        },
        AlarmMutant("returning to normal acknowledges") { state, _, _, answer in
            var answer = answer
            if state.isActive, !answer.state.isActive { answer.state.isAcknowledged = true }
            return answer
        },
        AlarmMutant("a recovery under a mask is lost") { state, event, _, answer in
            guard event == .normal, state.isSuppressed else { return answer }
            var lost = state
            lost.raw = .normal
            return (lost, [])
        },
        AlarmMutant("a new occurrence inherits an acknowledgement") { state, _, _, answer in
            var answer = answer
            if !state.isActive, answer.state.isActive {
                answer.state.isAcknowledged = state.isAcknowledged
            }
            return answer
        },
        AlarmMutant("returning to normal drops the latch") { state, _, _, answer in
            var answer = answer
            if state.isActive, !answer.state.isActive { answer.state.isLatched = false }
            return answer
        },
        AlarmMutant("a shelf never expires") { state, event, _, answer in
            event == .shelfExpired ? (state, [.ignored]) : answer
        },
    ]
}
