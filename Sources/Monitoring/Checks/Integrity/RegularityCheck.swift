/// `regularity`: samples come as often as they should, but out of step.
///
/// Catches an overloaded device or network, a scan that other work pushes aside, and a publisher
/// whose timer wanders. Cannot see a lost sample (`gap`), a feed without a period, one that was
/// uneven when it was learned, nor a rate that changed as a whole (`rate`, `gap`).
///
/// Definition, per sample in order, dt = event time − event time of the sample before: r is the
/// share of dt within `tolerance` of one period, or of another whole number of them, because a lost
/// sample is no shaken one, of the last 32 or so (exponential weight). `suspect` where r is under
/// `min`, or, without it, more than six standard deviations of such a share, and than 0.12, under
/// this feed's own; else good. Unknown for the first 128, without a period, across what another
/// finding or our own absence explains, and for what comes within half a period: it was held back,
/// or `rate` has changed. The observed quantity is r. 24 bytes of state, about 2 ns.
///
/// Eight in a row confirm.
///
/// Example: `regularity: { min: 0.8 }` where a controller needs an even scan.
///
/// Source: ISO/IEC 25024 regularity as in scores.md; RFC 3550, 6.4.1 measures jitter of the
/// network.
public struct RegularityCheck: Check {
    public static let definition = CheckDefinition(
        name: "regularity",
        concern: .data,
        rank: 5,
        quantity: .fraction,
        parameters: [
            CheckParameter(
                name: "min",
                kind: .number(minimum: 0.01, maximum: 1),
                defaultText: nil,
                meaning: """
                    The least share of intervals that are whole periods long. No default: learned \
                    from what the feed does.
                    """,
                absence: "learned",
            ),
            CheckParameter(
                name: "tolerance",
                kind: .number(minimum: 0.001, maximum: 0.5),
                defaultText: "0.1",
                meaning: """
                    How far from the period an interval may be, as a share of it. A tenth: more \
                    than a network of the plant shakes, less than a missed scan.
                    """,
            ),
        ],
        learnsUnless: ["min"],
        confirm: 8,
        guidance: Guidance(
            cause: "Overloaded device or network: {value} of {feed} comes in step, limit {limit}",
            consequence: "Rates of change and controllers that rely on an even scan go wrong",
            action: "Check the load of the device and gateway, and the quality of the network",
            timeToRespond: .seconds(14_400),
        ),
        summary: "samples that come out of step",
    )

    public static let scope: CheckScope = .samples

    private static let span: Float = 32
    private static let learning: UInt16 = 128
    private static let memory: Float = 2_000
    private static let reach: Float = 6
    /// In periods: what comes sooner was held back and comes at once, or more often by intention.
    private static let leastStep: Float = 0.5
    /// Of a share of which none of 32 is missing: five out of step are then flagged.
    private static let leastDeviation: Float = 0.02

    private let least: Float
    private let tolerance: Float
    private var share: Float = 1
    private var usual: Float = 1
    /// Below which `share` is flagged; follows from `usual`.
    private var limit: Float = .nan
    private var count: UInt16 = 0

    public init?(parameters: CheckParameters, feed: CheckContext) {
        least = parameters.number("min").map { Float($0) } ?? .nan
        tolerance = Float(parameters.number("tolerance") ?? 0.1)
    }

    public mutating func observe(_ observation: borrowing ObservationView) -> Assessment {
        guard observation.arrival == .inOrder, observation.period.count > 0,
            let newest = observation.newest
        else { return .unknown }
        let length = Nanoseconds(from: newest.nanoseconds, to: observation.at.nanoseconds).count
        let step = Float(Double(length) / Double(observation.period.count))
        guard step >= Self.leastStep, !observation.followsOutage,
            !observation.followsUndecodable, !observation.followsSilence,
            !observation.marks.isOpen(.integrity)
        else { return .unknown }
        let isInStep = (step - max(step.rounded(), 1)).magnitude <= tolerance
        if count < Self.learning {
            learn(isInStep)
            return .unknown
        }
        share += ((isInStep ? 1 : 0) - share) / Self.span
        guard share >= limit else {
            return Assessment(.suspect, observed: Double(share), limit: Double(limit))
        }
        usual += ((isInStep ? 1 : 0) - usual) / Self.memory
        // What is in step cannot be flagged, and need not know the limit.
        if !isInStep { follow() }
        return .good
    }

    private mutating func learn(_ isInStep: Bool) {
        count += 1
        share += ((isInStep ? 1 : 0) - share) / min(Float(count), Self.span)
        usual += ((isInStep ? 1 : 0) - usual) / Float(count)
        if count == Self.learning { follow() }
    }

    private mutating func follow() {
        guard least.isNaN else {
            limit = least
            return
        }
        let spread = max(usual * (1 - usual), 0) / (2 * Self.span - 1)
        limit = max(usual - Self.reach * max(spread.squareRoot(), Self.leastDeviation), 0)
    }
}
