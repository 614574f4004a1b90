/// What a feed usually is: level, spread, correlation of neighbours and noise, learned from its
/// first 128 values, robustly, and refined by every later one that nothing speaks against.
///
/// All quantities are offsets from the feed's origin in its unit. An innovation is what a value
/// brings beyond what its predecessor announced: (x − mean) − φ·(x′ − mean), φ = `correlation`.
///
/// Shape: 144 bytes and, while it learns, a heap object of 544 bytes. `refine` about 15 ns.
struct Baseline: Sendable {
    /// Values that are learned from.
    static let learning = 128
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
    /// Mean absolute difference of neighbours.
    private(set) var usualStep = 0.0
    /// Sum of the standardised innovations of a block, and the mean square of such sums: 1 where
    /// innovations are independent, more where the feed wanders.
    private var blockSum = 0.0
    private var wandering = 1.0
    private var buffer: [Float] = []
    /// How many values its quantities rest on; 0 while learning.
    private(set) var count: Int32 = 0
    private var blocks: UInt16 = 0
    private var blockFill: UInt8 = 0

    var isLearned: Bool { count > 0 }

    /// Values learned from so far, of `learning`.
    var progress: Int { isLearned ? Self.learning : buffer.count }

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

    /// Whether it wanders so much more that it has no level to chart. Where few blocks say so it takes
    /// more: else the first block of a drift would blind the chart that is about to tell of it.
    var isWandering: Bool { widening > 3 && widening > 3 * certainty }

    /// How far from 1 the mean square must be to mean something: two of its standard errors.
    private var certainty: Double { 1 + 2 * (2 / (Double(blocks) + 2)).squareRoot() }

    /// Standard deviation of the noise: what neighbours differ by, or what the resolution hides.
    var noise: Double { max(0.8862 * usualStep, 0.29 * resolution) }

    /// Takes the size of a step between neighbours.
    mutating func see(step: Double) {
        if step > 0, resolution == 0 || step < resolution { resolution = step }
    }

    /// Takes one of the first values.
    ///
    /// - Parameter neighbours: the last values, this one not included.
    mutating func learn(_ x: Float, neighbours: borrowing Neighbourhood) {
        if buffer.isEmpty { buffer.reserveCapacity(Self.learning) }
        buffer.append(x)
        low = buffer.count == 1 ? Double(x) : min(low, Double(x))
        high = buffer.count == 1 ? Double(x) : max(high, Double(x))
        guard buffer.count >= Self.learning else { return }
        let fit = BaselineFit(buffer, resolution: resolution)
        buffer = []
        mean = fit.mean
        variance = fit.variance
        covariance = fit.covariance
        innovationVariance = fit.innovationVariance
        usualStep = fit.usualStep
        setCount(Int32(Self.learning))
        derive()
        // Not the extremes themselves: one of them may be a fault.
        if neighbours.count > 3 {
            low = Double(neighbours[1])
            high = Double(neighbours[Int(neighbours.count) - 2])
        }
    }

    /// Takes a later value that nothing speaks against, and its neighbour.
    mutating func refine(_ x: Double, after old: Double) {
        if count < Self.memory { setCount(count + 1) }
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
        let step = min((x - old).magnitude, 6 * max(usualStep, .leastNormalMagnitude))
        usualStep += weight * (step - usualStep)
        followWandering(before > 0 ? e / before : 0)
        derive()
    }

    /// What is asked of every sample and follows from the variances.
    private mutating func derive() {
        correlation = variance > 0 ? (covariance / variance).clipped(from: 0, to: 0.995) : 0
        deviation = variance.squareRoot()
        innovationDeviation = innovationVariance.squareRoot()
    }

    private mutating func setCount(_ count: Int32) {
        self.count = count
        meanError = 1 / Double(count).squareRoot()
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
        widening = wandering > certainty ? wandering : 1
        wideningRoot = widening.squareRoot()
    }

    /// A value that was not flagged belongs to what the feed does.
    mutating func widen(to x: Double) {
        low = min(low, x)
        high = max(high, x)
    }

    /// What was learned counts no more than a newly learned baseline: the next values weigh more.
    mutating func doubt() { setCount(min(count, Int32(Self.learning))) }

    /// A lasting change: the feed is here now.
    mutating func accept(level: Double) {
        mean = level
        doubt()
    }

    /// A lasting change of the noise.
    mutating func accept(usualStep: Double) { self.usualStep = max(self.usualStep, usualStep) }
}

extension Double {
    /// The same, but no further from 0 than `reach`, which is not negative.
    func clipped(to reach: Double) -> Double { clipped(from: -reach, to: reach) }

    func clipped(from low: Double, to high: Double) -> Double { min(max(self, low), high) }
}
