import Monitoring

/// One source in motion: when it scans next, and what its fields remember.
///
/// A source scans on a grid of its own: multiples of its period since 1970, shifted by a share of
/// the period that is its own. That share lies between 0.3 and 0.7, as where a PLC reads its inputs
/// in the middle of its cycle: a scan then never stands on the border of two slots, where a
/// millisecond of jitter would look like a missing and a double one.
struct SourceState: Sendable {
    private let source: PlantSource
    private let start: ReceiveTime
    private var random: SeededRandom
    private var fields: [SignalState]
    /// The device's clock at the next scan, before jitter.
    private var grid: Int64
    private var sequence: Int64 = 0
    /// The reading that comes next, made ahead so that its due time is known.
    private(set) var next: PlantReading

    init(_ source: PlantSource, seed: UInt64, startingAt start: ReceiveTime) {
        var random = SeededRandom(seed: seed, stream: "source/\(source.topic)")
        let period = source.period.count
        let shift = Int64(random.uniform(0.3, 0.7) * Double(period))
        self.source = source
        self.start = start
        grid = (start.nanoseconds / period + 1) * period + shift
        fields = source.fields.indices.map {
            SignalState(seed: seed, key: source.feedKey(field: $0))
        }
        self.random = random
        next = PlantReading(
            sourceTime: SourceTime(nanoseconds: grid),
            dueAt: ReceiveTime(nanoseconds: grid),
            sequence: 0,
            values: [],
        )
        prepare()
    }

    /// The next reading, and goes on to the one after it.
    mutating func take() -> PlantReading {
        defer { prepare() }
        return next
    }

    private mutating func prepare() {
        sequence += 1
        // The scan strays by ±1 ms, and the message leaves 2 to 6 ms after it.
        let scanned = grid + Int64(random.uniform(-1e6, 1e6))
        let left = scanned + Int64(random.uniform(2e6, 6e6))
        let elapsed = Double(grid - start.nanoseconds) / 1e9
        let values = source.fields.indices.map { index in
            fields[index].advance(
                source.fields[index].signal,
                elapsed: elapsed,
                step: source.period.seconds,
            )
        }
        next = PlantReading(
            sourceTime: SourceTime(nanoseconds: scanned),
            dueAt: ReceiveTime(nanoseconds: left),
            sequence: sequence,
            values: values,
        )
        grid += source.period.count
    }
}
