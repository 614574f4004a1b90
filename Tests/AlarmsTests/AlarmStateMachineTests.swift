import Alarms
import Foundation
import Testing

@Suite struct AlarmStateMachineTests {
    @Test("every display state answers every event as the table says, over all settings")
    func answersAsTheTable() {
        var found: [String: [String: Set<String>]] = [:]
        for configuration in StateSpace.configurations {
            for step in StateSpace.explore(configuration).steps {
                found[StateSpace.name(step.event), default: [:]][
                    step.from.display.rawValue,
                    default: []
                ].insert(outcome(step))
            }
        }
        #expect(found.count == 18)
        for (event, row) in AlarmStateTable.outcomes {
            #expect(row.count == AlarmDisplay.allCases.count)
            for (display, outcomes) in row {
                #expect(found[event]?[display] == outcomes, "\(event) in \(display)")
            }
        }
        #expect(found == AlarmStateTable.outcomes)
    }

    private func outcome(_ step: StateSpace.Step) -> String {
        for effect in step.effects {
            if case .reject(let rejection) = effect { return "!\(rejection.rawValue)" }
            if effect == .ignored { return "!ignored" }
        }
        return step.to.display.rawValue
    }

    @Test("the invariants hold in every reachable state of all sixteen configurations")
    func invariantsHold() {
        var states = 0
        var steps = 0
        for configuration in StateSpace.configurations {
            let space = StateSpace.explore(configuration)
            states += space.states.count
            steps += space.steps.count
            let violations = violations(in: space.steps, AlarmStateMachine.reduce)
            #expect(violations == [], "\(configuration)")
            #expect(AlarmInvariant.deadEnds(space.states, space.steps) == 0, "\(configuration)")
        }
        // The size of the checked space is part of alarms.md.
        #expect(states == 3_313)
        #expect(steps == 59_634)
    }

    /// Names of the invariants that a reducer breaks somewhere.
    private func violations(
        in steps: [StateSpace.Step],
        _ reduce: StateSpace.Reducer,
    ) -> Set<String> {
        var broken: Set<String> = []
        for invariant in AlarmInvariant.all where !broken.contains(invariant.name) {
            if !steps.allSatisfy({ invariant.holds($0, reduce) }) { broken.insert(invariant.name) }
        }
        return broken
    }

    @Test("the invariants catch a machine with a bug", arguments: AlarmMutant.all)
    func invariantsBite(_ mutant: AlarmMutant) {
        let isCaught = StateSpace.configurations.contains { configuration in
            let space = StateSpace.explore(configuration, mutant.reduce)
            return !violations(in: space.steps, mutant.reduce).isEmpty
                || AlarmInvariant.deadEnds(space.states, space.steps) > 0
        }
        #expect(isCaught)
    }

    private static let delayed = AlarmConfiguration(
        requiresAcknowledgement: true,
        isLatching: false,
        hasOnDelay: true,
        hasOffDelay: false,
        isShelvable: true,
    )

    @Test("the worst that came during the on-delay is what the alarm is raised with")
    func worstOfTheDelay() {
        var state = AlarmState()
        let events: [AlarmEvent] = [
            .abnormal(.warning), .abnormal(.critical), .abnormal(.warning), .onDelayElapsed,
        ]
        for event in events {
            state = AlarmStateMachine.reduce(state, event, Self.delayed).state
        }
        #expect(state.isActive)
        #expect(state.level == AlarmEvent.Level.critical.rawValue)
    }

    @Test("an alarm that people knew of before it was shelved comes back as unmasked, not raised")
    func unmasked() {
        var state = AlarmState()
        for event in [AlarmEvent.abnormal(.warning), .onDelayElapsed, .shelve] {
            state = AlarmStateMachine.reduce(state, event, Self.delayed).state
        }
        let back = AlarmStateMachine.reduce(state, .unshelve, Self.delayed)
        #expect(back.effects == [.audit(.unshelved), .notify(.unmasked)])

        state = AlarmState()
        for event in [AlarmEvent.suppress, .abnormal(.warning), .onDelayElapsed] {
            state = AlarmStateMachine.reduce(state, event, Self.delayed).state
        }
        let first = AlarmStateMachine.reduce(state, .unsuppress, Self.delayed)
        #expect(first.effects == [.notify(.raise)])
    }

    @Test("an alarm that is not shelvable refuses both ways of shelving")
    func refusesShelving() {
        let configuration = AlarmConfiguration(
            requiresAcknowledgement: true,
            isLatching: false,
            hasOnDelay: false,
            hasOffDelay: false,
            isShelvable: false,
        )
        let active = AlarmStateMachine.reduce(AlarmState(), .abnormal(.warning), configuration)
        for event in [AlarmEvent.shelve, .shelveOnce] {
            let answer = AlarmStateMachine.reduce(active.state, event, configuration)
            #expect(answer.effects == [.reject(.notShelvable)])
            #expect(answer.state == active.state)
        }
    }

    @Test("random sequences give the states, displays and effects of the executable model")
    func equalsTheModel() throws {
        guard let traces = try AlarmTrace.load() else { return }
        #expect(!traces.isEmpty)
        for (number, trace) in traces.enumerated() {
            var state = AlarmState()
            for (index, step) in trace.steps.enumerated() {
                let event = try #require(AlarmTrace.event(named: step.event))
                let next = AlarmStateMachine.reduce(state, event, trace.config.configuration)
                state = next.state
                let place = "trace \(number), step \(index): \(step.event)"
                #expect(AlarmTrace.State(state) == step.state, "\(place)")
                #expect(state.display.rawValue == step.display, "\(place)")
                #expect(next.effects.map(AlarmTrace.name) == step.effects, "\(place)")
            }
        }
    }
}
