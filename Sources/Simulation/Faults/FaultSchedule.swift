public import Monitoring

/// Which faults befall which feeds, and when: drawn from a seed before the run begins.
///
/// The first fault comes 20 s after the start, when the daemon knows its feeds, the last one early
/// enough to be found before the end. Every kind comes once before any comes twice, and a feed is
/// struck again only when all that suit were struck as often and its last fault is long over.
public struct FaultSchedule: Sendable {
    /// In the order of injection.
    public let faults: [ScheduledFault]
    public let start: ReceiveTime
    public let runFor: Nanoseconds

    /// From the start to the first fault.
    public static let quiet = Nanoseconds.seconds(20)
    /// The shortest run into which every kind fits.
    public static let shortestRun = Nanoseconds.seconds(45)
    /// What a run without set length draws: a fault every four to five seconds for 73 minutes, then
    /// a healthy plant.
    public static let openEnded = Nanoseconds.seconds(4_400)
    /// A round of all kinds takes about so long in a run that has time for several.
    static let round = Nanoseconds.seconds(45)
    /// At most so many faults; a longer run spaces them out. 1,000 last an hour and a quarter.
    static let maximumFaults = 1_000
    /// Rest of a feed after a fault, in which its alarms clear.
    static let recovery = Nanoseconds.seconds(60)
    /// From the last alarm that may still come to the end of the run.
    private static let margin = Nanoseconds.seconds(2)

    public var labels: [FaultLabel] { faults.map(\.label) }

    /// - Parameters:
    ///   - runFor: length of the run, `shortestRun` at least.
    ///   - catalogue: the kinds to lay.
    /// - Throws: `FaultScheduleProblem` where the run is too short.
    public init(
        plant: Plant = .demo,
        seed: UInt64,
        startingAt start: ReceiveTime,
        runFor: Nanoseconds,
        catalogue: [FaultDefinition] = FaultCatalogue.all,
    ) throws(FaultScheduleProblem) {
        guard runFor >= Self.shortestRun else {
            throw .runTooShort(runFor, shortest: Self.shortestRun)
        }
        self.start = start
        self.runFor = runFor
        var random = SeededRandom(seed: seed, stream: "schedule")
        let times = Self.times(runFor: runFor, catalogue: catalogue)
        let kinds = Self.kinds(count: times.count, catalogue: catalogue, random: &random)
        var drawing = Drawing(plant: plant, random: random)
        faults = zip(times, kinds).compactMap { time, kind in
            drawing.fault(kind, at: ReceiveTime(nanoseconds: start.nanoseconds + time.count))
        }
    }

    /// When faults begin, from the start: evenly spaced, whole rounds of all kinds.
    private static func times(
        runFor: Nanoseconds,
        catalogue: [FaultDefinition],
    ) -> [Nanoseconds] {
        let slowest = catalogue.map(\.allowedDelay).max() ?? Nanoseconds(0)
        let usable = runFor.count - quiet.count - slowest.count - margin.count
        let rounds = max(1, usable / round.count)
        let count = min(Int(rounds) * catalogue.count, maximumFaults)
        guard count > 1 else { return [quiet] }
        let spacing = usable / Int64(count - 1)
        return (0..<Int64(count)).map { Nanoseconds(quiet.count + $0 * spacing) }
    }

    /// Rounds of all kinds, each in an order of its own.
    private static func kinds(
        count: Int,
        catalogue: [FaultDefinition],
        random: inout SeededRandom,
    ) -> [FaultDefinition] {
        var kinds: [FaultDefinition] = []
        while kinds.count < count, !catalogue.isEmpty {
            kinds += random.shuffled(catalogue)
        }
        return Array(kinds.prefix(count))
    }
}

/// Why no schedule can be drawn.
public enum FaultScheduleProblem: Error, Equatable, Sendable, CustomStringConvertible {
    case runTooShort(Nanoseconds, shortest: Nanoseconds)

    public var description: String {
        switch self {
        case .runTooShort(let asked, let shortest):
            """
            a run of \(Int(asked.seconds)) s is too short for the faults of the demo to be laid \
            and found; run it for \(Int(shortest.seconds)) s or longer
            """
        }
    }
}

/// Draws faults one after the other, and remembers which sources are taken.
private struct Drawing {
    let plant: Plant
    var random: SeededRandom
    var struck: [Int]
    var freeAt: [ReceiveTime]

    init(plant: Plant, random: SeededRandom) {
        self.plant = plant
        self.random = random
        struck = Array(repeating: 0, count: plant.sources.count)
        freeAt = Array(repeating: ReceiveTime(nanoseconds: .min), count: plant.sources.count)
    }

    /// nil where every source that suits is taken: the kind sits out this turn.
    mutating func fault(_ kind: FaultDefinition, at time: ReceiveTime) -> ScheduledFault? {
        let lasts = random.uniform(kind.lasts.lowerBound.seconds, kind.lasts.upperBound.seconds)
        let seed = random.next()
        let suitable = plant.sources.indices.filter {
            freeAt[$0] <= time && plant.sources[$0].isSingleFeed && kind.suits(plant.sources[$0])
        }
        let fewest = suitable.map { struck[$0] }.min()
        let candidates = suitable.filter { struck[$0] == fewest }
        guard !candidates.isEmpty else { return nil }
        let source = candidates[random.index(below: candidates.count)]
        let end = ReceiveTime(nanoseconds: time.nanoseconds + Int64(lasts * 1_000) * 1_000_000)
        struck[source] += 1
        freeAt[source] = ReceiveTime(
            nanoseconds: end.nanoseconds + FaultSchedule.recovery.count
        )
        return ScheduledFault(
            definition: kind,
            source: source,
            field: 0,
            seed: seed,
            label: FaultLabel(
                kind: kind.kind,
                feedKey: plant.sources[source].feedKey(field: 0),
                injectedAt: time,
                endsAt: end,
                concern: kind.concern,
                checks: kind.checks,
                consequences: kind.consequences,
                allowedDelay: kind.allowedDelay,
            ),
        )
    }
}
