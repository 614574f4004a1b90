import Monitoring

/// Finds the faults of a schedule their sources, round after round, and remembers which are taken.
///
/// Some kinds suit few sources, and a kind that happens to be drawn early must not take the last one
/// of another. So a round is a matching: as many kinds as can be get a source of their own (augmenting
/// paths; a round is some 20 kinds on some 30 sources).
struct FaultPlacement: Sendable {
    /// Rest of a source after a fault, in which its alarms clear and what was learned settles.
    static let recovery = Nanoseconds.seconds(60)

    private let plant: Plant
    private let start: ReceiveTime
    private var random: SeededRandom
    /// Of each source: how often it was struck, and when it has recovered from the last time.
    private var struck: [Int]
    private var freeAt: [ReceiveTime]

    init(plant: Plant, start: ReceiveTime, random: SeededRandom) {
        self.plant = plant
        self.start = start
        self.random = random
        struck = Array(repeating: 0, count: plant.sources.count)
        freeAt = Array(repeating: ReceiveTime(nanoseconds: .min), count: plant.sources.count)
    }

    /// One round: a kind each time, on a source of its own. A kind without a source sits it out.
    ///
    /// - Parameters:
    ///   - kinds: at least as many as there are times.
    ///   - times: from the start, ascending.
    mutating func lay(
        _ kinds: [FaultDefinition],
        at times: ArraySlice<Nanoseconds>,
        _ severity: FaultSeverity,
    ) -> [ScheduledFault] {
        let turns = Array(zip(times, order(kinds, at: times)))
        let demand = demand(of: kinds)
        let candidates = turns.map { self.candidates(for: $0.1, at: $0.0, demand) }
        var owners: [Int: Int] = [:]
        for turn in turns.indices {
            var tried: Set<Int> = []
            _ = Self.assign(turn, candidates, &owners, &tried)
        }
        let taken = owners.sorted { $0.value < $1.value }
        return taken.map { source, turn in
            let time = ReceiveTime(nanoseconds: start.nanoseconds + turns[turn].0.count)
            let fault = ScheduledFault(
                turns[turn].1,
                on: source,
                of: plant,
                at: time,
                severity,
                chance: &random,
            )
            struck[source] += 1
            freeAt[source] = fault.label.endsAt
            freeAt[source].nanoseconds += Self.recovery.count
            return fault
        }
    }

    /// Chance, but a kind that no source is free and warm enough for waits until one is.
    private mutating func order(
        _ kinds: [FaultDefinition],
        at times: ArraySlice<Nanoseconds>,
    ) -> [FaultDefinition] {
        var waiting = random.shuffled(kinds)
        return times.map { time in
            let ready = waiting.firstIndex { kind in
                plant.sources.indices.contains { isFree($0, for: kind, at: time) }
            }
            return waiting.remove(at: ready ?? 0)
        }
    }

    /// How much each source is needed: by a kind that suits few of them more than by one that has the
    /// choice.
    private func demand(of kinds: [FaultDefinition]) -> [Double] {
        var demand = Array(repeating: 0.0, count: plant.sources.count)
        for kind in kinds {
            let suitable = plant.sources.indices.filter { kind.suits(plant.sources[$0]) }
            for index in suitable { demand[index] += 1 / Double(suitable.count) }
        }
        return demand
    }

    /// The sources that the kind may strike then: those that are needed least first, so that the others
    /// are left to kinds that need them, among them those that were struck least.
    private mutating func candidates(
        for kind: FaultDefinition,
        at time: Nanoseconds,
        _ demand: [Double],
    ) -> [Int] {
        let suitable = plant.sources.indices.filter { isFree($0, for: kind, at: time) }
        let ranked = random.shuffled(suitable).enumerated().sorted { one, two in
            (demand[one.element], struck[one.element], one.offset)
                < (demand[two.element], struck[two.element], two.offset)
        }
        return ranked.map(\.element)
    }

    private func isFree(_ index: Int, for kind: FaultDefinition, at time: Nanoseconds) -> Bool {
        let source = plant.sources[index]
        return source.isSingleFeed && kind.isReady(on: source, after: time)
            && freeAt[index].nanoseconds <= start.nanoseconds + time.count
    }

    /// Gives the turn a source, where need be one whose owner finds another.
    private static func assign(
        _ turn: Int,
        _ candidates: [[Int]],
        _ owners: inout [Int: Int],
        _ tried: inout Set<Int>,
    ) -> Bool {
        for source in candidates[turn] where tried.insert(source).inserted {
            if let owner = owners[source], !assign(owner, candidates, &owners, &tried) { continue }
            owners[source] = turn
            return true
        }
        return false
    }
}
