/// What the feed's profile says beside a sample: quantities that several checks ask for, computed
/// once. Values are offsets from the feed's origin, in its unit, so that a large level takes no
/// digits from a small difference.
///
/// Of a sample without a usable number, of one that is not in order and of one that is a sentinel
/// `isEntered` is false, and nothing here says anything about it.
struct ProfileReading: Sendable {
    /// The sample is a number in order, and what is said here is about it.
    var isEntered = false
    /// At least four values are known.
    var isBegun = false
    /// The baseline is learned.
    var isLearned = false
    /// The last 61 values are there.
    var isCrowded = false
    /// Charts cannot say anything: the feed wanders more than its correlation explains.
    var isWandering = false
    /// The level has kept long enough that a chart's crossing is news, not learning.
    var isProven = false
    /// Changes when charts and what follows the level begin anew.
    var round: UInt8 = 0
    /// Values in a row before this one, without break, at most 3.
    var row: UInt8 = 0
    /// What the other offsets are counted from.
    var origin = 0.0
    /// This value, the one before, and the one before that.
    var value = 0.0
    var old = 0.0
    var older = 0.0
    /// Median of the last 61 values without this one, and 1.4826 times their median deviation.
    var location = 0.0
    var spread = 0.0
    /// Extremes of the last 61 values and of all that was not flagged.
    var low = 0.0
    var high = 0.0
    /// Standard deviation of the noise, the smallest step, the mean step, and that of lately.
    var noise = 0.0
    var resolution = 0.0
    var usualStep = 0.0
    var recentStep = 0.0
    /// How far the medians of five move by themselves; NaN while unknown.
    var stepLimit = Double.nan
    /// Median of the last five values less that of the five before where that is a step, else 0.
    var step = 0.0
    /// Median of the last five, or this value while there are fewer than ten.
    var level = 0.0
    var levelBefore = 0.0
    /// Of the baseline.
    var mean = 0.0
    var deviation = 0.0
    var correlation = 0.0
    /// Standard error of the mean, in standard deviations of an innovation: 1/√n of the n values
    /// that the baseline rests on.
    var meanError = 1.0
    /// What this value brings beyond what the one before announced, in standard deviations; NaN
    /// where that is not known.
    var innovation = Double.nan

    /// Steps are larger than usual, less so than `noise` flags: what is found may be its beginning.
    var isRestless: Bool { recentStep > 1.5 * usualStep }
}

/// What a check asks of the feed beside its verdict.
struct BaselineRequest: OptionSet, Sendable {
    var rawValue: UInt16

    /// The finding may begin, but does not count towards its confirmation.
    static let withhold = BaselineRequest(rawValue: 1)
    /// The finding of this check, open or begun with this answer, is confirmed.
    static let confirm = BaselineRequest(rawValue: 2)
    /// A chart crossed its limit.
    static let crossed = BaselineRequest(rawValue: 4)
    /// The level is where the feed is now: the change lasts.
    static let acceptLevel = BaselineRequest(rawValue: 8)
    /// The last 61 values are of another level.
    static let forgetNeighbours = BaselineRequest(rawValue: 16)
    /// Charts begin anew, and findings about the level end.
    static let endShift = BaselineRequest(rawValue: 32)
    /// The feed does such things: its steps must be larger to count.
    static let raiseHabit = BaselineRequest(rawValue: 64)
    /// The noise of lately is the usual one from here on.
    static let acceptNoise = BaselineRequest(rawValue: 128)
    /// This value is one of the feed's.
    static let acceptValue = BaselineRequest(rawValue: 256)
    /// What is flagged breaks what was declared, although the check's other limits are learned.
    static let breaksDeclaration = BaselineRequest(rawValue: 1_024)
    /// The open finding of this check ends here.
    static let end = BaselineRequest(rawValue: 512)
}
