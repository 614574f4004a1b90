/// `gap`: samples are missing between two that came.
///
/// Catches lost messages, a stalled publisher and a network that drops out for moments. Cannot see
/// what is missing while nothing comes at all (`silence`), a steady loss that made the learned
/// period longer, nor gaps in a feed without a period. Time with unreadable messages belongs to
/// `malformed`, a silence that was found to `silence`, time without broker connection to nobody: after
/// each of them it is unknown. Were a told silence a gap as well, one message lost afterwards would be
/// the second, and name the alarm anew that is about to clear.
///
/// Definition, per judged sample in order, also one without a value, `dt` = event time − event time
/// of the sample before: `fail` where `maxGap` is given and dt > `maxGap`, exactly as in QARTOD; else
/// `suspect` where dt > `factor` × period + slack; else good. The slack is 0 where the sample stands
/// at its source time, and max(0.25 × period, 250 ms) where it stands at its arrival: networks and
/// brokers hold messages back for that long without losing any. Where samples were out of order
/// lately, a missing one may still come: for 20 samples only gaps longer than `allowedLateness` are
/// suspect. Without `factor`, `maxGap` and a declared period the factor is 1.5, or 1.25 times the
/// longest step that the feed usually takes (`UsualGap`), and at most 3.4, where `silence` speaks.
/// With a factor, good becomes unknown while fewer than ten samples without gap have followed one.
/// The observed quantity is dt in seconds. 21 bytes of state, about 6 ns.
///
/// The second gap among ten samples confirms, so that one lost message is recorded and raises
/// nothing.
///
/// Example: `gap: { maxGap: 10s }`: an agreed limit, whatever the period.
///
/// Source: QARTOD test 1 (timing/gap); ioos_qc `time_gap_test`.
public struct GapCheck: Check {
    public static let definition = CheckDefinition(
        name: "gap",
        concern: .data,
        rank: 1,
        quantity: .seconds,
        parameters: [
            CheckParameter(
                name: "factor",
                kind: .number(minimum: 1, maximum: 1_000_000),
                defaultText: nil,
                meaning: """
                    Periods between two samples beyond which one is missing. Without it 1.5, halfway \
                    between none and one missing, or more where the feed skips samples by itself \
                    and no period is declared; not used where only `maxGap` is given.
                    """,
                absence: "learned",
                unlearned: "1.5, or none beside maxGap",
            ),
            CheckParameter(
                name: "maxGap",
                kind: .duration(minimum: .milliseconds(1), maximum: .days(365)),
                defaultText: nil,
                meaning: """
                    The longest time between two samples that was agreed. No default, because it \
                    is the user's agreement with the data's source.
                    """,
                exceedsPeriod: true,
            ),
        ],
        learnsUnless: ["factor", "maxGap"],
        trustsDeclaredPeriod: true,
        confirm: 2,
        guidance: Guidance(
            cause: "Lost messages or a stalled publisher: {feed} skipped {value}, limit {limit}",
            consequence: "Short events are missed, and averages rest on fewer samples",
            action: "Check network quality and load of the device, compare with its neighbours",
            timeToRespond: .seconds(3_600),
        ),
        summary: "samples missing between two that came",
    )

    public static let scope: CheckScope = .samples

    static let contextRead: CheckContext.Part = [.period, .timing]

    /// Samples in order after one out of order for which a missing one may still come.
    private static let patience: UInt8 = 20

    /// In nanoseconds: how long networks hold messages back without losing any.
    private static let slack = 250_000_000.0

    /// The largest there is where none was agreed.
    private let maxGap: Nanoseconds
    /// NaN where it is learned, or not asked.
    private let factor: Double
    private let allowedLateness: Nanoseconds
    // In this order the small ones fill the words.
    private var usual = UsualGap()
    private let isLearned: Bool
    private var patienceLeft: UInt8 = 0
    private var recent = RecentFlags()

    public init?(parameters: CheckParameters, feed: CheckContext) {
        let agreed = parameters.duration("maxGap")
        maxGap = agreed ?? Nanoseconds(.max)
        isLearned = Self.definition.learns(with: parameters, hasPeriod: feed.period != nil)
        factor = parameters.number("factor") ?? (isLearned || agreed != nil ? .nan : 1.5)
        allowedLateness = feed.timing.allowedLateness
    }

    public mutating func observe(_ observation: borrowing ObservationView) -> Assessment {
        guard observation.arrival == .inOrder else {
            patienceLeft = Self.patience
            return .unknown
        }
        let isPatient = patienceLeft > 0
        if isPatient { patienceLeft -= 1 }
        guard let newest = observation.newest, !observation.followsOutage,
            !observation.followsUndecodable, !observation.followsSilence
        else { return .unknown }
        let step = Nanoseconds(from: newest.nanoseconds, to: observation.at.nanoseconds)
        if step > maxGap {
            _ = recent.flag()
            return Assessment(.fail, observed: step.seconds, limit: maxGap.seconds)
        }
        // An agreed gap alone is judged sample by sample, as in QARTOD.
        guard isLearned || !factor.isNaN else { return .good }
        guard observation.period.count > 0 else {
            return maxGap.count == .max ? .unknown : .good
        }
        let period = Double(observation.period.count)
        var limit = (factor.isNaN ? usual.factor : factor) * period
        let isTrusted = observation.isClockTrusted
        if observation.sourceTime == nil || !isTrusted { limit += max(0.25 * period, Self.slack) }
        if isPatient { limit = max(limit, Double(allowedLateness.count)) }
        let isGap = Double(step.count) > limit
        if isLearned { usual.take(Double(step.count) / period, isGap: isGap) }
        guard isGap else { return recent.pass() }
        _ = recent.flag()
        return Assessment(.suspect, observed: step.seconds, limit: limit / 1e9)
    }
}
