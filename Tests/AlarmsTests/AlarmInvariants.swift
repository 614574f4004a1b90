import Alarms

/// The invariants of alarms.md 1.4 that hold of every single step; V15 (no dead ends) is about the
/// whole space.
struct AlarmInvariant: Sendable {
    typealias Step = StateSpace.Step

    var name: String
    var holds: @Sendable (Step, StateSpace.Reducer) -> Bool

    init(_ name: String, _ holds: @escaping @Sendable (Step) -> Bool) {
        self.name = name
        self.holds = { step, _ in holds(step) }
    }

    init(_ name: String, reducing holds: @escaping @Sendable (Step, StateSpace.Reducer) -> Bool) {
        self.name = name
        self.holds = holds
    }

    static let all: [AlarmInvariant] = [
        AlarmInvariant("V1 what is rejected or ignored changes nothing") {
            !$0.isRefused || $0.to == $0.from
        },
        AlarmInvariant("V2 unknown data neither clears nor annunciates") {
            $0.event != .unknown || ($0.from.display == $0.to.display && $0.effects.isEmpty)
        },
        AlarmInvariant("V3 only a person acknowledges") { step in
            let wasAcknowledged =
                !step.from.isAcknowledged && step.to.isAcknowledged && step.to.isOccurring
                && step.configuration.requiresAcknowledgement
            return !wasAcknowledged || step.event == .acknowledge
        },
        AlarmInvariant("V4 no active alarm without a mask is silent") {
            !$0.to.isActive || $0.to.isMasked || $0.to.isDeliveryOpen
        },
        AlarmInvariant("V5 deliveries never dangle, and nothing clears that was not raised") {
            let isJustified = $0.to.isOccurring && ($0.to.isActive || $0.to.isLatched)
            if $0.to.isDeliveryOpen, !isJustified { return false }
            if $0.from.isDeliveryOpen, !$0.to.isDeliveryOpen, $0.count(.clear) == 0 {
                return false
            }
            return $0.count(.clear) == 0 || $0.from.isDeliveryOpen
        },
        AlarmInvariant("V6 a masked alarm does not annunciate") {
            !$0.to.isMasked || $0.annunciations == 0
        },
        AlarmInvariant("V7 at most one annunciation or one clear per step, never both") {
            $0.annunciations + $0.count(.clear) <= 1
        },
        AlarmInvariant("V8 losing the last mask while active speaks, and asks again") { step in
            guard step.from.isMasked, !step.to.isMasked, step.to.isActive else { return true }
            let mustAsk = step.configuration.requiresAcknowledgement
            return step.annunciations == 1 && !(mustAsk && step.to.isAcknowledged)
        },
        AlarmInvariant("V9 a restart changes nothing and says nothing") {
            $0.event != .restart || ($0.to == $0.from && $0.effects.isEmpty)
        },
        AlarmInvariant("V10 a command given twice is given once") { step, reduce in
            guard StateSpace.commands.contains(step.event) else { return true }
            let again = reduce(step.to, step.event, step.configuration)
            let isSilent = again.effects.allSatisfy {
                if case .notify = $0 { false } else { true }
            }
            return again.state == step.to && isSilent
        },
        AlarmInvariant("V11 an occurrence that nobody acknowledged is visible") {
            let isHidden = !$0.to.isOccurring || $0.to.isAcknowledged || $0.to.isMasked
            return isHidden
                || [.unacknowledged, .returnedUnacknowledged, .latchedUnacknowledged]
                    .contains($0.to.display)
        },
        AlarmInvariant("V12 an abnormal condition beyond its delay is shown") {
            let isDue = $0.to.raw == .abnormal && $0.to.phase == .active && !$0.to.isMasked
            return !isDue || [.unacknowledged, .acknowledged].contains($0.to.display)
        },
        AlarmInvariant("V13 a latch goes only by reset") {
            !$0.from.isLatched || $0.to.isLatched || $0.event == .reset
        },
        AlarmInvariant("V14 every shelf ends by its timer") { step, reduce in
            step.to.shelf == .none
                || reduce(step.to, .shelfExpired, step.configuration).state.shelf == .none
        },
        AlarmInvariant("V16 an alarm clears only on positive evidence") {
            !$0.from.isActive || $0.to.isActive || $0.to.raw == .normal
        },
        AlarmInvariant("V17 a rise in level speaks, and asks again") { step in
            let hasRisen =
                step.event == .abnormal(.critical) && step.from.isActive && step.from.level == 1
                && !step.from.isMasked
            let mustAsk = step.configuration.requiresAcknowledgement
            return !hasRisen
                || (step.count(.escalate) == 1 && !(mustAsk && step.to.isAcknowledged))
        },
        AlarmInvariant("V18 returning to normal unacknowledged stays visible") {
            let mustStay =
                $0.from.isActive && !$0.to.isActive && !$0.from.isMasked && !$0.from.isAcknowledged
                && !$0.from.isLatched
            return !mustStay || $0.to.display == .returnedUnacknowledged
        },
        AlarmInvariant("V19 a normal verdict is never ignored") {
            $0.to.raw != .normal || ($0.to.phase != .active && $0.to.phase != .pendingOn)
        },
        AlarmInvariant("V20 a new occurrence starts unacknowledged") {
            let isNew = !$0.from.isActive && $0.to.isActive
            return !isNew || !$0.configuration.requiresAcknowledgement || !$0.to.isAcknowledged
        },
    ]

    /// V15: from every reachable state the alarm can come to rest. - Returns: states that cannot.
    static func deadEnds(_ states: [AlarmState], _ steps: [Step]) -> Int {
        var before: [AlarmState: [AlarmState]] = [:]
        for step in steps { before[step.to, default: []].append(step.from) }
        var reaching = Set(
            states.filter { $0.display == .normal && !$0.isOccurring && $0.phase == .idle }
        )
        var queue = Array(reaching)
        while let state = queue.popLast() {
            for from in before[state] ?? [] where reaching.insert(from).inserted {
                queue.append(from)
            }
        }
        return states.count - reaching.count
    }
}
