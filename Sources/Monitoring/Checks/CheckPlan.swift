/// The checks that a rule asks of one kind of feed: made once, shared by all its feeds.
final class CheckPlan: Sendable {
    /// An active check.
    struct Entry: Sendable {
        let type: any Check.Type
        let id: CheckID
        /// Its verdicts make the sample's class (concerns value, frozen and behaviour); the others
        /// speak of the feed, and leave the value alone.
        let isGrading: Bool
        let judgesPrevious: Bool
        /// Its limits are learned from the feed, not given.
        let isLearned: Bool
        let gate: CheckGate
        /// Place of its state, in bytes.
        let offset: Int
    }

    /// How findings of a check open and close on this rule.
    struct EpisodePolicy: Sendable {
        var confirm: Int32
        var hold: Nanoseconds
        /// The hold was not given, and is at least five periods.
        var holdsPeriods = false
        /// Learned limits of a value: confirmed at the end of a sample, and not while one of these
        /// is about to be, which would say better what it is.
        var waitsFor: CheckMask?
        /// Samples that a finding about the feed's behaviour waits once it could be confirmed.
        var delay: UInt8 = 0
        var isLearned = false

        /// How long after its last flagged sample a finding stays open.
        func hold(period: Nanoseconds) -> Nanoseconds {
            guard holdsPeriods, period.count < Int64.max / 5 else { return hold }
            return max(hold, Nanoseconds(5 * period.count))
        }
    }

    /// Each in catalogue order, but gates first: who is asked about messages and ticks, and about
    /// samples that are not judged, judged, and judged and in order.
    let messages: [Entry]
    let ticks: [Entry]
    /// Who is asked about numbered messages, and unreadable ones.
    let sequences: [Entry]
    let arrivals: [Entry]
    let samples: [Entry]
    let ordered: [Entry]
    /// Who is asked about an ordinary sample and a readable message while `exceptions` are quiet.
    let routine: [Entry]
    let routineMessages: [Entry]
    let exceptions: [Entry]
    /// What the exceptions would have said of an ordinary sample.
    let routineVerdict: Verdict
    /// All of them.
    let entries: [Entry]
    /// Those of the catalogue that the rule does not ask.
    let absent: CheckMask
    /// By place in the catalogue.
    let policies: [EpisodePolicy]
    /// Room for all states, in bytes.
    let size: Int

    /// Who is asked about a sample.
    func entries(for observation: borrowing ObservationView) -> [Entry] {
        guard observation.arrival.isJudged else { return arrivals }
        return observation.arrival == .inOrder && observation.isUsable ? ordered : samples
    }

    /// The largest alignment of a check's state.
    static let alignment = MemoryLayout<UInt64>.alignment

    fileprivate init(entries: [Entry], policies: [EpisodePolicy], size: Int) {
        func asked(_ scope: CheckScope) -> [Entry] {
            entries.filter { !$0.type.scope.isDisjoint(with: scope) }
        }
        messages = asked(.messages)
        ticks = asked(.ticks)
        sequences = asked(.sequences)
        arrivals = asked(.arrivals)
        samples = asked([.arrivals, .samples])
        let all = asked([.arrivals, .samples, .ordered])
        let gates = all.filter { $0.gate != .none }.sorted { $0.gate < $1.gate }
        ordered = gates + all.filter { $0.gate == .none }
        exceptions = entries.filter { $0.type.isForExceptions }
        routine = ordered.filter { !$0.type.isForExceptions }
        routineMessages = messages.filter { !$0.type.isForExceptions }
        routineVerdict = exceptions.contains { $0.isGrading } ? .good : .unknown
        self.entries = entries
        var present = CheckMask()
        for entry in entries { present.insert(entry.id) }
        absent = CheckMask.all.subtracting(present)
        self.policies = policies
        self.size = size
    }
}

extension CheckSet {
    /// The active checks of a rule with these settings, for a kind of feed.
    init(parameters: [String: CheckParameters], context: CheckContext) {
        var entries: [CheckPlan.Entry] = []
        var policies: [CheckPlan.EpisodePolicy] = []
        var checks: [any Check] = []
        var size = 0
        for (index, type) in CheckCatalogue.types.enumerated() {
            let definition = type.definition
            let given = parameters[definition.name] ?? CheckParameters()
            let isLearned = definition.learns(with: given, hasPeriod: context.period != nil)
            policies.append(CheckPlan.EpisodePolicy(definition, given, isLearned: isLearned))
            guard given.isEnabled, let check = type.init(parameters: given, feed: context) else {
                continue
            }
            let layout = type.layout
            precondition(layout.alignment <= CheckPlan.alignment, "\(definition.name) is aligned")
            let offset = (size + layout.alignment - 1) / layout.alignment * layout.alignment
            size = offset + layout.size
            checks.append(check)
            entries.append(
                CheckPlan.Entry(
                    type: type,
                    id: CheckID(index: UInt8(index)),
                    isGrading: definition.concern.isGrading,
                    judgesPrevious: type.judgesPrevious,
                    isLearned: isLearned,
                    gate: type.gate,
                    offset: offset,
                )
            )
        }
        let plan = CheckPlan(entries: entries, policies: policies, size: size)
        self.init(states: CheckStates.make(plan, checks: checks))
    }
}

extension CheckPlan.EpisodePolicy {
    fileprivate init(
        _ definition: CheckDefinition,
        _ given: CheckParameters,
        isLearned: Bool,
    ) {
        self.isLearned = isLearned
        let usual = isLearned ? definition.learnedConfirm ?? definition.confirm : definition.confirm
        confirm = given.count("confirm").map { Int32(clamping: $0) } ?? usual
        hold = given.duration("hold") ?? definition.hold
        holdsPeriods = given.duration("hold") == nil
        guard isLearned else { return }
        switch definition.concern {
        case .value, .frozen: waitsFor = .unit
        case .behaviour:
            waitsFor = .unit.union(.saturation)
            // What noise and a change of unit begin with looks like a shift.
            delay = definition.name == "noise" ? 0 : 10
        case .data, .format, .clock, .consistency: break
        }
    }
}

extension Concern {
    /// Whether its checks judge the value itself, so that their verdict is the sample's class.
    var isGrading: Bool {
        switch self {
        case .value, .frozen, .behaviour: true
        case .data, .format, .clock, .consistency: false
        }
    }
}
