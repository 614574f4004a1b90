/// `meanShift`: the level of the feed has changed.
///
/// Catches an offset after a calibration or an exchange, a drift, a fouled or leaking line. Cannot
/// see a change within what the feed does by itself; on one that wanders, or whose neighbours are
/// nearly the same, only a step within ten samples.
///
/// Definition, per usable number in order, two arms:
/// - *step*: |J| beyond what J does on this feed by itself, four times its noise and two of its
///   smallest steps, where J is the median of the last five values less that of the five before; while
///   that rests on fewer than 2,048 samples, also beyond four standard deviations that chance gives J
///   on a feed of this spread and correlation;
/// - *CUSUM* (`Cusum`) on innovations, with the limit that `falseAlarmInterval` asks for, on a level
///   that is proven: at least 128 samples, and 20 times as long as neighbours are correlated,
///   without a crossing. A crossing before that is learned from, and doubles what is asked.
///
/// A level that the feed has gone to three times already, of the last four, is none of its own: it
/// opens nothing, nor does the step back to the mean (`KnownPlaces`).
///
/// Either opens a shift, and so does a crossing of `ewma`. It ends when the level is back (eight
/// samples in a row), by a step the other way, when it turns out to be noise or another unit, and,
/// before it is told, where a step has fallen back below nine tenths of its limit.
/// One that the CUSUM has proved and that lasts for 120 samples and five minutes is accepted: the
/// finding says so, and the baseline goes on from there. One that it cannot prove ends after 20
/// samples, and steps must be larger to count for a while. `suspect` while a shift is open, else
/// good; unknown before the baseline and 192 values. The observed quantity is how far the level is
/// from where it was, at least as far as in its first five samples, held against what would have been
/// usual, in the feed's unit. 120 bytes of state.
///
/// The first confirms, ten samples later: noise and another unit begin alike.
///
/// Source: Page 1954; limits: Siegmund 1985; Montgomery, Statistical Quality Control, 10.2
/// (charts on residuals).
public struct MeanShiftCheck: Check {
    public static let definition = CheckDefinition(
        name: "meanShift",
        concern: .behaviour,
        rank: 3,
        quantity: .value,
        learnsUnless: [],
        guidance: Guidance(
            cause: "Offset, drift or process change: {feed} moved by {value}, usual {limit}",
            consequence: "Setpoints, models and limits rest on a level that is no more",
            action: "Compare with a second instrument, look for a change of product or load",
            timeToRespond: .seconds(14_400),
        ),
        summary: "a level that has changed",
    )

    static let scope: CheckScope = .ordered

    static let contextRead: CheckContext.Part = .falseAlarmInterval

    private let falseAlarmInterval: Double
    private var cusum = Cusum()
    private var shift = LevelShift()
    private var round: UInt8 = 0

    public init?(parameters: CheckParameters, feed: CheckContext) {
        guard feed.kind != .boolean, feed.kind != .word else { return nil }
        falseAlarmInterval = feed.falseAlarmInterval.seconds
    }

    public mutating func observe(_ observation: borrowing ObservationView) -> Assessment {
        guard observation.profile.isEntered, observation.profile.isLearned else { return .unknown }
        let isNewRound = observation.profile.round != round
        let isWandering = observation.profile.isWandering
        if isNewRound || isWandering {
            cusum.reset()
            round = observation.profile.round
        }
        let isCrossed = cross(observation)
        if shift.isOpen { return shift.follow(observation, isCrossed: isCrossed) }
        let isStep = observation.profile.step != 0 && !shift.isHabit(observation, isStep: true)
        let isOther = observation.marks.isNoiseOrUnit
        let hasStepLimit = observation.profile.stepLimit.isFinite
        // An open finding of `ewma` is a crossing of its chart, and opens the shift.
        let isProven = observation.profile.isProven
        if isCrossed, isProven, !isStep, shift.isHabit(observation, isStep: false) {
            cusum.reset()
            return .good
        }
        let isChart = isCrossed && isProven
        let isFromEwma = observation.marks.isOpen(.ewma)
        let request: BaselineRequest = isCrossed ? .crossed : []
        guard isStep || isChart || isFromEwma, !isOther else {
            let isKnown = isProven || hasStepLimit
            return Assessment(isKnown && !isCrossed ? .good : .unknown, request)
        }
        return shift.open(observation, isChart: isChart || isFromEwma, request)
    }

    private mutating func cross(_ observation: borrowing ObservationView) -> Bool {
        guard observation.profile.innovation.isFinite, !observation.marks.isOpen(.restingNoise)
        else { return false }
        return cusum.take(
            observation.profile.innovation,
            correlation: observation.profile.correlation,
            meanError: observation.profile.meanError,
            interval: StatisticalInterval.samples(falseAlarmInterval, observation.period),
        ) != 0
    }
}
