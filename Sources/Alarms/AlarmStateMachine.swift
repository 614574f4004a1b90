/// The life of one alarm after ISA-18.2 / IEC 62682 as alarms.md 1.3 decides it.
///
/// Masks (shelf, suppression, out of service) hide annunciation and nothing else: a masked alarm is
/// evaluated, becomes active and clears. Unknown data neither clears nor annunciates. The state
/// that a person sees is derived (`AlarmState.display`), never stored.
public enum AlarmStateMachine {
    /// The next state and what follows from it. Pure; about 50 ns.
    ///
    /// An event that is rejected or ignored gives the same state and that one effect.
    public static func reduce(
        _ state: AlarmState,
        _ event: AlarmEvent,
        _ configuration: AlarmConfiguration,
    ) -> (state: AlarmState, effects: [AlarmEffect]) {
        var step = Step(state: state, configuration: configuration)
        switch event {
        case .normal: step.normal()
        case .abnormal(let level): step.abnormal(level)
        case .unknown: step.unknown()
        case .onDelayElapsed: step.onDelayElapsed()
        case .offDelayElapsed: step.offDelayElapsed()
        case .acknowledge: step.acknowledge()
        case .reset: step.reset()
        case .shelve: step.shelve(.timed)
        case .shelveOnce: step.shelve(.oneShot)
        case .unshelve: step.endShelf(otherwise: .reject(.notShelved))
        case .shelfExpired: step.endShelf(otherwise: .ignored)
        case .suppress: step.suppress()
        case .unsuppress: step.unsuppress()
        case .takeOutOfService: step.takeOutOfService()
        case .returnToService: step.returnToService()
        case .realarmElapsed: step.realarm()
        case .restart: break
        }
        return (step.state, step.effects)
    }
}

/// One step in the making: a mutating method per event.
private struct Step {
    var state: AlarmState
    let configuration: AlarmConfiguration
    var effects: [AlarmEffect] = []

    init(state: AlarmState, configuration: AlarmConfiguration) {
        self.state = state
        self.configuration = configuration
    }

    // MARK: Verdicts and delays

    mutating func normal() {
        state.raw = .normal
        switch state.phase {
        case .pendingOn:
            state.phase = .idle
            if !state.isOccurring { state.level = 0 }
        case .active:
            if configuration.hasOffDelay {
                state.phase = .pendingOff
            } else {
                returnToNormal()
            }
        case .idle, .pendingOff: break
        }
    }

    mutating func abnormal(_ level: AlarmEvent.Level) {
        state.raw = .abnormal
        switch state.phase {
        case .idle:
            if configuration.hasOnDelay {
                state.phase = .pendingOn
                state.level = level.rawValue
            } else {
                raise(level: level.rawValue)
            }
        case .pendingOn:
            state.level = max(level.rawValue, state.level)
        case .active, .pendingOff:
            let isHigher = level.rawValue > state.level
            state.phase = .active
            state.level = level.rawValue
            guard isHigher, !state.isMasked else { return }
            annunciate(.escalate)
        }
    }

    mutating func unknown() {
        state.raw = .unknown
        // Losing the data never clears; a pending on-delay is paused by its owner.
        if state.phase == .pendingOff { state.phase = .active }
    }

    mutating func onDelayElapsed() {
        guard state.phase == .pendingOn, state.raw == .abnormal else { return ignore() }
        raise(level: state.level)
    }

    mutating func offDelayElapsed() {
        guard state.phase == .pendingOff, state.raw == .normal else { return ignore() }
        returnToNormal()
    }

    // MARK: Commands

    mutating func acknowledge() {
        if state.isMasked { return reject(.masked) }
        if !state.isOccurring { return reject(.noOccurrence) }
        if state.isAcknowledged { return reject(.alreadyAcknowledged) }
        state.isAcknowledged = true
        effects.append(.notify(.ack))
        closeIfOver()
    }

    mutating func reset() {
        if !state.isLatched { return reject(.notLatched) }
        if state.isActive { return reject(.stillActive) }
        if state.isMasked { return reject(.masked) }
        if !state.isAcknowledged { return reject(.notAcknowledged) }
        state.isLatched = false
        close()
    }

    mutating func shelve(_ shelf: AlarmState.Shelf) {
        if !configuration.isShelvable { return reject(.notShelvable) }
        if state.isOutOfService { return reject(.outOfService) }
        if state.shelf != .none { return reject(.alreadyShelved) }
        if shelf == .oneShot, !state.isActive { return reject(.notActive) }
        state.shelf = shelf
        effects.append(.audit(.shelved))
        closeIfOver()
    }

    mutating func endShelf(otherwise refusal: AlarmEffect) {
        guard state.shelf != .none else { return effects.append(refusal) }
        state.shelf = .none
        effects.append(.audit(.unshelved))
        unmask()
    }

    mutating func suppress() {
        state.isSuppressed = true
        closeIfOver()
    }

    mutating func unsuppress() {
        guard state.isSuppressed else { return }
        state.isSuppressed = false
        unmask()
    }

    mutating func takeOutOfService() {
        if state.isOutOfService { return reject(.alreadyOutOfService) }
        state.isOutOfService = true
        state.shelf = .none
        effects.append(.audit(.outOfService))
        closeIfOver()
    }

    mutating func returnToService() {
        if !state.isOutOfService { return reject(.inService) }
        state.isOutOfService = false
        effects.append(.audit(.inService))
        unmask()
    }

    mutating func realarm() {
        guard state.isActive, state.isAcknowledged, configuration.requiresAcknowledgement,
            !state.isMasked
        else { return ignore() }
        state.isAcknowledged = false
        effects.append(.notify(.realarm))
    }

    // MARK: Steps that several events share

    /// Opens an occurrence. One that was still waiting for its acknowledgement is folded into it;
    /// the journal keeps both.
    private mutating func raise(level: Int) {
        state.phase = .active
        state.isOccurring = true
        state.level = level
        state.isAcknowledged = !configuration.requiresAcknowledgement
        state.isLatched = configuration.isLatching
        if !state.isMasked { annunciate(.raise) }
    }

    private mutating func returnToNormal() {
        let wasMasked = state.isMasked
        state.phase = .idle
        if state.shelf == .oneShot {
            state.shelf = .none
            effects.append(.audit(.oneShotEnded))
        }
        if state.isLatched {
            if state.isDeliveryOpen { effects.append(.notify(.returnedLatched)) }
            return
        }
        if state.isDeliveryOpen { effects.append(.notify(.clear)) }
        state.isDeliveryOpen = false
        state.level = 0
        // Who masked it has seen it, so nothing is left to acknowledge.
        if state.isAcknowledged || wasMasked { close() }
    }

    /// Closes the occurrence; deliveries that were told of it are told that it is over, masked or
    /// not, or their incident would dangle.
    private mutating func close() {
        if state.isDeliveryOpen { effects.append(.notify(.clear)) }
        state.isOccurring = false
        state.isAcknowledged = true
        state.isDeliveryOpen = false
        if !state.isActive { state.level = 0 }
    }

    private mutating func closeIfOver() {
        if state.isOccurring, !state.isActive, !state.isLatched { close() }
    }

    /// After a mask was taken off: speaks if none is left and there is something to say.
    private mutating func unmask() {
        if state.isMasked { return }
        if state.isActive || state.isLatched {
            annunciate(state.isDeliveryOpen ? .unmasked : .raise)
        } else if state.isOccurring {
            close()
        }
    }

    /// Calls a person, who has to acknowledge again.
    private mutating func annunciate(_ notification: AlarmEffect.Notification) {
        state.isAcknowledged = !configuration.requiresAcknowledgement
        state.isDeliveryOpen = true
        effects.append(.notify(notification))
    }

    private mutating func reject(_ rejection: AlarmRejection) {
        effects.append(.reject(rejection))
    }

    private mutating func ignore() {
        effects.append(.ignored)
    }
}
