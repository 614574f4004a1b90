import Monitoring

/// `rateFlood`: many messages come where one was agreed, as from a device that lost its reporting
/// interval and sends every scan of its converter (faults.md 32). The values are true.
struct RateFloodFault: FaultEffect {
    static let definition = FaultDefinition(
        kind: "rateFlood",
        summary: "messages come many times as often as agreed",
        concern: .data,
        checks: ["rate", "regularity"],
        allowedDelay: .seconds(6),
        lasts: .seconds(6)...(.seconds(8)),
        // What is usual is counted in eight blocks of a second, and at 5 Hz then in eight of four.
        warmUp: 240,
        // A device that numbers its messages would number these as well.
        suits: { !$0.carriesTime && $0.isMeasurement && $0.noise != nil },
        makeEffect: { RateFloodFault($0) },
    )

    /// Messages in place of one.
    static func factor(_ severity: FaultSeverity) -> Int {
        switch severity {
        case .plain: 10
        case .gentle: 5
        }
    }
    /// Of the converter's own noise between two scans, in standard deviations of the feed's.
    private static let scatter = 0.3

    private let source: PlantSource
    private let field: Int
    private let factor: Int
    private let scatter: Double
    private var random: SeededRandom
    private var reading: PlantReading?

    init(_ context: FaultContext) {
        source = context.source
        field = context.field
        factor = Self.factor(context.severity)
        scatter = Self.scatter * context.noise
        random = context.random
    }

    mutating func distort(_ reading: inout PlantReading) {
        self.reading = reading
    }

    /// The further scans follow at even distances until the next reading is due.
    mutating func transmit(_ message: PlantMessage) -> [PlantMessage] {
        guard let reading else { return [message] }
        let further = (1..<factor).map { number in
            var scan = reading
            scan.values[field] += scatter * random.gaussian()
            scan.dueAt.nanoseconds += source.period.count * Int64(number) / Int64(factor)
            return PlantSimulator.message(scan, source)
        }
        return [message] + further
    }
}
