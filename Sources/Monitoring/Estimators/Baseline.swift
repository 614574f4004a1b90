/// What a feed usually is: level, spread, correlation of neighbours and noise, learned from its
/// first 128 values, robustly, and refined by every later one that nothing speaks against.
///
/// It keeps none of them: twice, half way and at the end, it is fitted to the last 61, which the
/// feed's neighbourhood holds anyway, and the two halves are pooled.
///
/// All quantities are offsets from the feed's origin in its unit. An innovation is what a value
/// brings beyond what its predecessor announced: (x − mean) − φ·(x′ − mean), φ = `correlation`.
///
/// Shape: 144 bytes, no references. `refine` about 15 ns.
struct Baseline: Sendable {
    /// Values that are learned from.
    static let learning = 128
    /// The one of them after which the first half is fitted.
    private static let half = UInt8(learning - Neighbourhood.width)
    /// Newer values weigh at least 1 ÷ 20,000: the mean's error shortens the false-alarm interval
    /// until it is below a hundredth of a standard deviation.
    private static let memory: Int32 = 20_000
    private static let innovationBlock: UInt8 = 32

    /// Smallest step between two different values; 0 before any.
    private(set) var resolution = 0.0
    /// Extremes of what was not flagged.
    private(set) var low = 0.0
    private(set) var high = 0.0
    private(set) var mean = 0.0
    private(set) var variance = 0.0
    private var covariance = 0.0
    private(set) var innovationVariance = 0.0
    private var meanStep = 0.0
    /// Sum of the standardised innovations of a block, and the mean square of such sums: 1 where
    /// innovations are independent, more where the feed wanders.
    private var blockSum = 0.0
    private var wandering = 1.0
    /// How many values its quantities rest on; 0 while learning.
    private(set) var count: Int32 = 0
    /// Values seen while learning.
    private var seen: UInt8 = 0
    private var isHalfFitted = false
    private var blocks: UInt16 = 0
    private var blockFill: UInt8 = 0

    var isLearned: Bool { count > 0 }

    /// Values learned from so far, of `learning`.
    var progress: Int { isLearned ? Self.learning : Int(seen) }

    /// Correlation of neighbours, 0 to 0.995: more is no estimate but a ramp.
    private(set) var correlation = 0.0
    /// Roots of the variances.
    private(set) var deviation = 0.0
    private(set) var innovationDeviation = 0.0
    /// How much more the feed wanders than its correlation explains: 1 where that is not
    /// significant. Innovations are divided by its root, `wideningRoot`.
    private(set) var widening = 1.0
    private(set) var wideningRoot = 1.0
    /// Standard error of the mean, in standard deviations of an innovation.
    private(set) var meanError = 1.0

    /// Mean absolute difference of neighbours; 0 while learning.
    var usualStep: Double { isLearned ? meanStep : 0 }

    /// Whether it wanders so much more that it has no level to chart. Where few blocks say so it takes
    /// more: else the first block of a drift would blind the chart that is about to tell of it.
    private(set) var isWandering = false

    /// How far from 1 the mean square must be to mean something: two of its standard errors.
    private var certainty: Double { 1 + 2 * (2 / (Double(blocks) + 2)).squareRoot() }

    /// Standard deviation of the noise: what neighbours differ by, or what the resolution hides.
    var noise: Double { max(0.8862 * usualStep, 0.29 * resolution) }

    /// What the medians of five values and of the five before differ by by chance, once in a year of
    /// samples a second: five standard deviations of the difference of the two means, times what a
    /// median of independent values is less exact by.
    var chanceOfLevels: Double {
        var own = 5.0
        var shared = 0.0
        var power = 1.0
        for lag in 1...9 {
            power *= correlation
            if lag < 5 { own += 2 * Double(5 - lag) * power }
            shared += Double(5 - abs(lag - 5)) * power
        }
        let inexactness = 1.44 - 0.44 * correlation
        let ofMeans = 2 * variance * (own - shared) / 25
        return 5 * (ofMeans * inexactness).squareRoot()
    }

    /// Takes the size of a step between neighbours.
    mutating func see(step: Double) {
        if step > 0, resolution == 0 || step < resolution { resolution = step }
    }

    /// Takes one of the first values.
    ///
    /// - Parameter neighbours: the last values, this one not included.
    mutating func learn(_ x: Float, neighbours: borrowing Neighbourhood) {
        low = seen == 0 ? Double(x) : min(low, Double(x))
        high = seen == 0 ? Double(x) : max(high, Double(x))
        seen += 1
        let isEnd = seen == UInt8(Self.learning)
        guard isEnd || seen == Self.half else { return }
        guard neighbours.count > 3 else { return seen = 0 }
        let fit = BaselineFit(neighbours.inOrder(), resolution: resolution)
        if isHalfFitted { pool(with: fit) } else { take(fit) }
        isHalfFitted = true
        guard isEnd else { return }
        count = Int32(Self.learning)
        derive()
        // Not the extremes themselves: one of them may be a fault.
        low = Double(neighbours[1])
        high = Double(neighbours[Int(neighbours.count) - 2])
    }

    private mutating func take(_ fit: BaselineFit) {
        mean = fit.mean
        variance = fit.variance
        covariance = fit.covariance
        innovationVariance = fit.innovationVariance
        meanStep = fit.usualStep
    }

    /// What both halves together are, as if fitted at once: what their means differ by is part of
    /// the spread and, since it is slow, of what neighbours share.
    private mutating func pool(with fit: BaselineFit) {
        let between = (fit.mean - mean) / 2
        mean += between
        variance = (variance + fit.variance) / 2 + between * between
        covariance = (covariance + fit.covariance) / 2 + between * between
        innovationVariance = (innovationVariance + fit.innovationVariance) / 2
        meanStep = (meanStep + fit.usualStep) / 2
    }

    /// Takes a later value that nothing speaks against, and its neighbour.
    mutating func refine(_ x: Double, after old: Double) {
        if count < Self.memory { count += 1 }
        let weight = meanError * meanError
        let reach = 4 * deviation
        let r = (x - mean).clipped(to: reach)
        mean += weight * r
        variance += weight * (r * r - variance)
        variance = max(variance, resolution * resolution / 12)
        let q = (old - mean).clipped(to: reach)
        covariance += weight * (r * q - covariance)
        let before = innovationDeviation
        let e = ((x - mean) - correlation * (old - mean)).clipped(to: 4 * before)
        innovationVariance += weight * (e * e - innovationVariance)
        let step = min((x - old).magnitude, 6 * max(meanStep, .leastNormalMagnitude))
        meanStep += weight * (step - meanStep)
        followWandering(before > 0 ? e / before : 0)
        // They move by less than a hundredth of themselves meanwhile, and roots and quotients cost
        // more than all the rest.
        if blockFill % 8 == 0 { derive() }
    }

    /// What is asked of every sample and follows from the variances and the count.
    private mutating func derive() {
        meanError = 1 / Double(count).squareRoot()
        correlation = variance > 0 ? (covariance / variance).clipped(from: 0, to: 0.995) : 0
        deviation = variance.squareRoot()
        innovationDeviation = innovationVariance.squareRoot()
    }

    private mutating func followWandering(_ innovation: Double) {
        blockFill += 1
        blockSum += innovation
        guard blockFill == Self.innovationBlock else { return }
        let square = blockSum * blockSum / Double(Self.innovationBlock)
        blocks = min(blocks + 1, 600)
        // As if two blocks of 1 had come before.
        wandering += (min(square, 12 * wandering + 12) - wandering) / (Double(blocks) + 2)
        blockFill = 0
        blockSum = 0
        let certainty = certainty
        widening = wandering > certainty ? wandering : 1
        wideningRoot = widening.squareRoot()
        isWandering = widening > 3 && widening > 3 * certainty
    }

    /// A value that was not flagged belongs to what the feed does.
    mutating func widen(to x: Double) {
        low = min(low, x)
        high = max(high, x)
    }

    /// What was learned counts no more than a newly learned baseline: the next values weigh more.
    mutating func doubt() {
        count = min(count, Int32(Self.learning))
        derive()
    }

    /// A lasting change: the feed is here now.
    mutating func accept(level: Double) {
        mean = level
        doubt()
    }

    /// A lasting change of the noise.
    mutating func accept(usualStep: Double) { meanStep = max(meanStep, usualStep) }
}

extension Double {
    /// The same, but no further from 0 than `reach`, which is not negative.
    func clipped(to reach: Double) -> Double { clipped(from: -reach, to: reach) }

    func clipped(from low: Double, to high: Double) -> Double { min(max(self, low), high) }
}
