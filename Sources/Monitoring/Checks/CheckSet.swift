/// The active checks of one feed, in catalogue order, as values.
///
/// Made once per rule and kind of feed and copied from there. 48 bytes a check, and a box for
/// those whose state is larger than 24 bytes.
struct CheckSet: Sendable {
    struct Slot: Sendable {
        var check: any Check
        var id: CheckID
        var scope: CheckScope
        /// Its verdicts make the sample's class (concerns value, frozen and behaviour); the others
        /// speak of the feed, and leave the value alone.
        var isGrading: Bool
        var judgesPrevious: Bool
        var observesDuration: Bool
    }

    /// How findings of a check open and close on this rule.
    struct EpisodePolicy: Sendable {
        var confirm: Int32
        var hold: Nanoseconds
    }

    var slots: [Slot]
    /// By place in the catalogue, shared by all feeds of the rule.
    let policies: [EpisodePolicy]

    init(parameters: [String: CheckParameters], context: CheckContext) {
        var slots: [Slot] = []
        var policies: [EpisodePolicy] = []
        for (index, type) in CheckCatalogue.types.enumerated() {
            let definition = type.definition
            let given = parameters[definition.name] ?? CheckParameters()
            policies.append(
                EpisodePolicy(
                    confirm: given.count("confirm").map { Int32(clamping: $0) }
                        ?? definition.confirm,
                    hold: given.duration("hold") ?? definition.hold,
                )
            )
            guard given.isEnabled, let check = type.init(parameters: given, feed: context) else {
                continue
            }
            slots.append(
                Slot(
                    check: check,
                    id: CheckID(index: UInt8(index)),
                    scope: type.scope,
                    isGrading: definition.concern.isGrading,
                    judgesPrevious: type.judgesPrevious,
                    observesDuration: type.observesDuration,
                )
            )
        }
        self.slots = slots
        self.policies = policies
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
