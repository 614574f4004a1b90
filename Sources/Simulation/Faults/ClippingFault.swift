import Monitoring

/// `clipping`: the value stops at one number that it never passes, as with an amplifier at its rail
/// or an input whose range was set too narrow (faults.md 12). Beyond the rail nothing of the
/// process is left, on this side of it everything.
struct ClippingFault: FaultEffect {
    static let definition = FaultDefinition(
        kind: "clipping",
        summary: "the value stops at a rail that it never passes",
        concern: .value,
        checks: ["saturation"],
        // What is cut off on one side moves the mean, and steps are smaller.
        consequences: [.behaviour],
        allowedDelay: .seconds(8),
        lasts: .seconds(10)...(.seconds(12)),
        warmUp: 224,
        suits: { $0.isSteady },
        makeEffect: { ClippingFault($0) },
    )

    /// How far the rail cuts into the feed's usual half, in standard deviations of its noise:
    /// between six and eight of ten samples stand at the rail.
    static func depth(_ severity: FaultSeverity) -> ClosedRange<Double> {
        switch severity {
        case .plain: 0.7...0.9
        case .gentle: 0.4...0.6
        }
    }

    private let field: Int
    private let rail: Double
    private let isUpper: Bool

    init(_ context: FaultContext) {
        var random = context.random
        field = context.field
        isUpper = random.chance(0.5)
        let depth = context.noise * random.uniform(in: Self.depth(context.severity))
        rail = context.source.level + (isUpper ? -depth : depth)
    }

    mutating func distort(_ reading: inout PlantReading) {
        let value = reading.values[field]
        reading.values[field] = isUpper ? min(value, rail) : max(value, rail)
    }
}
