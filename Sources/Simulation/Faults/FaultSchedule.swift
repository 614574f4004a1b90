public import Monitoring

/// Which faults befall which feeds, and when: drawn from a seed before the run begins.
///
/// The first fault comes 20 s after the start, when the daemon knows its feeds, the last one early
/// enough to be found before the end. Faults come in rounds of all kinds, each kind on a feed of its
/// own; the first round is plain, later ones are gentle (`FaultSeverity`), because the daemon knows
/// its feeds better by then. A feed is struck again when its last fault is long over, and rather one
/// that was struck less often.
public struct FaultSchedule: Sendable {
    /// In the order of injection.
    public let faults: [ScheduledFault]
    public let start: ReceiveTime
    public let runFor: Nanoseconds

    /// From the start to the first fault.
    public static let quiet = Nanoseconds.seconds(20)
    /// The shortest run into which every kind fits.
    public static let shortestRun = Nanoseconds.seconds(55)
    /// What a run without set length draws: a fault every four to five seconds for 73 minutes, then
    /// a healthy plant.
    public static let openEnded = Nanoseconds.seconds(4_400)
    /// A round of all kinds takes about so long in a run that has time for several.
    static let round = Nanoseconds.seconds(60)
    /// At most so many faults; a longer run spaces them out. 1,000 last an hour and a quarter.
    static let maximumFaults = 1_000
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
        let times = Self.times(runFor: runFor, catalogue: catalogue)
        let random = SeededRandom(seed: seed, stream: "schedule")
        var placement = FaultPlacement(plant: plant, start: start, random: random)
        var faults: [ScheduledFault] = []
        let size = max(1, catalogue.count)
        for (round, first) in stride(from: 0, to: times.count, by: size).enumerated() {
            faults += placement.lay(
                catalogue,
                at: times[first..<min(first + size, times.count)],
                round == 0 ? .plain : .gentle,
            )
        }
        self.init(faults: faults, startingAt: start, runFor: runFor)
    }

    /// A schedule of just these faults.
    ///
    /// - Parameter faults: in the order of injection, no two on one source at a time.
    package init(faults: [ScheduledFault], startingAt start: ReceiveTime, runFor: Nanoseconds) {
        self.faults = faults
        self.start = start
        self.runFor = runFor
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
        guard count > 1 else { return Array(repeating: quiet, count: count) }
        let spacing = usable / Int64(count - 1)
        return (0..<Int64(count)).map { Nanoseconds(quiet.count + $0 * spacing) }
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
