import Glibc
import Monitoring
import Settings

/// What each check costs a sample: feeds with that check beside the same feeds without it.
///
/// "Without it" is one check that does next to nothing, because what it costs to ask at all is paid by
/// the first check of a feed and not by each; that one is held against feeds without any.
///
/// All settings are given the same decoded messages of a healthy signal, a chunk each in turn, so that
/// what else the machine does meanwhile hits all of them alike; each figure is the median of the
/// differences within a turn. A clock's nanoseconds belong to one machine, so beside them stands the
/// ratio to a fixed piece of work (`ReferenceWork`) that is timed in the same turn.
///
/// What a check needs of its feed and no other one needs (a cadence, a baseline, memory for ordering)
/// is in its figure; what it spends on a flagged sample is not.
public struct CheckMeasurement: Sendable {
    /// One check's, or one setting's of it.
    public struct Cost: Sendable {
        public var name: String
        /// Processor time per sample.
        public var nanoseconds: Double
        /// The same in turns of the reference.
        public var ratio: Double
        /// Findings that its feeds had: the signal is healthy, so they are too few to count.
        public var findings: Int
    }

    /// Turns that count; 250 take about ten seconds, and repeat to about 1 ns on a quiet machine.
    public var rounds: Int

    /// Samples of each feed before the first turn: limits are learned by then, tables are full.
    public var warmUp: Int

    public init(rounds: Int = 250, warmUp: Int = 1_200) {
        self.rounds = rounds
        self.warmUp = warmUp
    }

    /// The reference, the pipeline without checks, each check, and the default set.
    ///
    /// - Throws: `ConfigurationError` where the settings of a subject are refused: our own mistake,
    ///   which a test finds.
    public func run() throws -> [Cost] {
        var signal = HealthySignal(configuration: try MeasuredSettings.none.configuration())
        var subjects = try MeasuredSettings.all.map { settings in
            MeasuredMonitor(try settings.configuration())
        }
        var reference = ReferenceWork()
        var turns: [Turn] = []
        let before = HealthySignal.feedCount * warmUp / HealthySignal.samplesPerChunk + 1
        for number in 0..<before + rounds {
            let chunk = signal.nextChunk()
            var turn = Turn(reference: reference.measure())
            for index in subjects.indices {
                turn.subjects.append(subjects[index].measure(chunk))
            }
            if number >= before { turns.append(turn) }
        }
        return costs(turns, subjects)
    }

    /// Seconds of one chunk.
    private struct Turn {
        var reference: Double
        /// In the order of `MeasuredSettings.all`.
        var subjects: [Double] = []
    }

    private func costs(_ turns: [Turn], _ subjects: [MeasuredMonitor]) -> [Cost] {
        let reference = Cost(
            name: "reference",
            nanoseconds: 1e9 * Self.median(turns.map(\.reference)),
            ratio: 1,
            findings: 0,
        )
        let all = MeasuredSettings.all
        return [reference]
            + all.indices.map { index in
                let other = all.firstIndex { $0.name == all[index].yardstick }
                let spent = turns.map { turn in
                    turn.subjects[index] - (other.map { turn.subjects[$0] } ?? 0)
                }
                let ratios = zip(spent, turns).map { $0 / $1.reference }
                return Cost(
                    name: all[index].name,
                    nanoseconds: 1e9 * Self.median(spent),
                    ratio: Self.median(ratios),
                    findings: subjects[index].findings,
                )
            }
    }

    private static func median(_ values: [Double]) -> Double {
        values.isEmpty ? .nan : values.sorted()[values.count / 2]
    }

    /// Time that this thread has spent on a processor, in seconds.
    static func processorSeconds() -> Double {
        var time = timespec()
        // Safety: the pointer is to a local that outlives the call.
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
