import Glibc

/// What is known of a feed's values, and what a new one looks like beside it: the one place where
/// quantities are computed that several checks ask for.
///
/// A value passes three times: `look` says what is known without it, for the checks that decide
/// whether it is one of the feed's at all (`Check.isGate`); `enter` takes it among the newest ones
/// and says what it does there; `learn` lets it into the baseline once every check has answered, and
/// only where nothing speaks against it.
///
/// Shape: 580 bytes, no references.
struct FeedProfile: Sendable {
    /// Of |median of five − median of the five before|: 3 and not 4, because what a feed does now
    /// and then is learned beside it as a habit.
    private static let stepShape = Tail.Shape(distance: 3)
    private static let leastProof: Int32 = 128
    private static let mostProof: Int32 = 16_384
    private static let habitStep: Float = 0.2
    private static let mostHabit: Float = 1
    /// A habit fades by this share a sample.
    private static let habitFade: Float = 1 / 4_096
    /// No quantity of a plant: a fill value.
    static let largest = 1e30

    private(set) var baseline = Baseline()
    private var neighbours = Neighbourhood()
    private var levels = LevelPair()
    private var stepTail = Tail()
    /// Logarithm of what steps must be larger than usual by, because they come and go here.
    private var habit: Float = 0
    private var origin = Double.nan
    private var old = 0.0
    private var older = 0.0
    /// Mean step of the last 16 values or so.
    private var recentStep = 0.0
    private var recentCount: UInt8 = 0
    /// Values in a row without a break, at most 3.
    private var row: UInt8 = 0
    private var round: UInt8 = 0
    /// Samples without a crossing that make the level proven, and how many there were.
    private var proofAsked = Self.leastProof
    private var proofGiven: Int32 = 0

    /// Values learned from so far, of `Baseline.learning`.
    var progress: Int { baseline.progress }
    var isLearned: Bool { baseline.isLearned }

    // MARK: Before the gates

    /// What is known without the sample. A sample in order without a usable number breaks the row.
    mutating func look(at observation: inout Observation) {
        guard observation.arrival == .inOrder else { return }
        let isNumber = observation.kind == .number && observation.isUsable
        guard isNumber, observation.value.magnitude < Self.largest else {
            interrupt()
            return
        }
        if isBroken(observation) {
            interrupt()
            levels.removeAll()
        }
        chooseOrigin(observation.value)
        observation.profile.isEntered = true
        observation.profile.origin = origin
        observation.profile.value = observation.value - origin
        observation.profile.old = old
        observation.profile.older = older
        observation.profile.row = row
        observation.profile.round = round
        observation.profile.isBegun = baseline.progress >= 4
        observation.profile.isLearned = baseline.isLearned
        observation.profile.isCrowded = neighbours.isFull
        observation.profile.noise = baseline.noise
        observation.profile.resolution = baseline.resolution
        observation.profile.usualStep = baseline.usualStep
        observation.profile.stepLimit = Double(stepTail.limit)
        observation.profile.mean = baseline.mean
        observation.profile.deviation = baseline.deviation
        observation.profile.correlation = baseline.correlation
        describeNeighbours(of: &observation.profile)
    }

    /// The first value, and from the third on the median of the first three: were the origin a fault
    /// far from the others, single precision would leave nothing of them.
    private mutating func chooseOrigin(_ value: Double) {
        if origin.isNaN { origin = value }
        guard row == 2, baseline.progress == 2 else { return }
        let third = value - origin
        let shift = max(min(older, old), min(max(older, old), third))
        guard shift != 0 else { return }
        var fresh = FeedProfile()
        fresh.origin = origin + shift
        fresh.older = older - shift
        fresh.old = old - shift
        fresh.row = row
        self = fresh
    }

    @inline(__always)
    private mutating func describeNeighbours(of reading: inout ProfileReading) {
        reading.low = baseline.low
        reading.high = baseline.high
        reading.location = reading.value
        guard let summary = neighbours.summary() else { return }
        reading.location = Double(summary.median)
        reading.spread = 1.4826 * Double(summary.deviation)
        reading.low = min(reading.low, Double(summary.smallest))
        reading.high = max(reading.high, Double(summary.largest))
    }

    /// What comes next has no neighbour.
    mutating func interrupt() { row = 0 }

    /// Whether the sample before is too long ago to be a neighbour: 3.5 periods.
    private func isBroken(_ observation: Observation) -> Bool {
        guard !observation.followsOutage, let newest = observation.newest else { return true }
        guard observation.period.count > 0 else { return false }
        let step = Nanoseconds(from: newest.nanoseconds, to: observation.at.nanoseconds)
        return Double(step.count) > 3.5 * Double(observation.period.count)
    }

    // MARK: Between the gates and the other checks

    /// Takes the value among the newest ones.
    mutating func enter(_ observation: inout Observation) {
        let x = observation.profile.value
        let isOtherUnit = observation.marks.isFlagged(.unit)
        if row > 0 {
            let step = (x - old).magnitude
            baseline.see(step: step)
            // Steps of another unit say nothing of the noise.
            if baseline.isLearned, !isOtherUnit { followStep(step) }
        }
        observation.profile.resolution = baseline.resolution
        observation.profile.noise = baseline.noise
        observation.profile.recentStep = recentStep
        if !isOtherUnit { levels.add(Float(x)) }
        describeLevel(of: &observation.profile, isOtherUnit: isOtherUnit)
        describeInnovation(of: &observation.profile)
    }

    private mutating func followStep(_ step: Double) {
        if recentCount < 16 { recentCount += 1 }
        let usual = baseline.usualStep
        let counted = usual > 0 ? min(step, 4 * usual) : step
        recentStep += (counted - recentStep) / Double(recentCount)
    }

    private mutating func describeLevel(of reading: inout ProfileReading, isOtherUnit: Bool) {
        let isKnown = levels.isKnown && !isOtherUnit
        reading.level = isKnown ? levels.level : reading.value
        reading.levelBefore = isKnown ? levels.levelBefore : reading.value
        guard isKnown else { return }
        habit -= habit * Self.habitFade
        guard baseline.isLearned, stepTail.isKnown else { return }
        let jump = reading.level - reading.levelBefore
        let usual = habit > 0 ? reading.stepLimit * exp(Double(habit)) : reading.stepLimit
        let noise = 4 * max(reading.noise, 0.8862 * recentStep)
        let least = max(usual, noise, 2 * reading.resolution)
        // By chance only where it is asked for: few samples pass the first limit.
        guard jump.magnitude > least, jump.magnitude > baseline.chanceOfLevels else { return }
        reading.step = jump
    }

    private mutating func describeInnovation(of reading: inout ProfileReading) {
        guard baseline.isLearned else { return }
        reading.meanError = baseline.meanError
        reading.isWandering = baseline.isWandering
        let phi = reading.correlation
        let given = Double(proofGiven)
        let isLong = proofGiven > proofAsked && given * (1 - phi) > 20 * (1 + phi)
        reading.isProven = isLong && !reading.isWandering
        guard row > 0, baseline.innovationDeviation > 0, !reading.isWandering else { return }
        let announced = phi * (old - baseline.mean)
        let scale = baseline.innovationDeviation * baseline.wideningRoot
        var innovation = ((reading.value - baseline.mean) - announced) / scale
        // More noise is the business of `noise`, and would soon look like a shift.
        let excess = 1.75 * baseline.usualStep
        if excess > 0, recentStep > excess { innovation *= excess / recentStep }
        reading.innovation = innovation
    }

    // MARK: After the checks

    /// The value is none: nothing is learned of it.
    mutating func refuse(_ observation: borrowing ObservationView, _ requests: BaselineRequest) {
        interrupt()
        guard requests.contains(.acceptValue) else { return }
        baseline.widen(to: observation.value - origin)
    }

    /// Lets the value into the baseline, as far as the findings that are open now allow, and does
    /// what the checks asked for.
    mutating func learn(_ observation: borrowing ObservationView, _ requests: BaselineRequest) {
        guard observation.profile.isEntered else { return }
        let marks = observation.marks
        let isFrozen = marks.isOpen(.freezing)
        let wasShifted = marks.isOpen(.shifts)
        let isStep = observation.profile.step != 0
        if levels.isKnown, !marks.isFlagged(.unit), !isFrozen || isStep {
            let size = (levels.level - levels.levelBefore).magnitude
            let least = max(observation.profile.resolution, 0.5 * observation.profile.noise)
            stepTail.add(size, least: least, Self.stepShape)
        }
        if !baseline.isLearned {
            baseline.learn(Float(observation.profile.value), neighbours: neighbours)
        } else if !isFrozen, !isStep, !requests.contains(.crossed), row > 0 {
            baseline.refine(observation.profile.value, after: old)
        }
        if baseline.isLearned, !marks.isOpen(.narrowing) {
            baseline.widen(to: observation.profile.value)
        }
        if !marks.isOpen(.displacing) { neighbours.add(Float(observation.profile.value)) }
        weighProof(observation, requests, isShifted: wasShifted)
        older = old
        old = observation.profile.value
        row = min(row + 1, 3)
        fulfil(requests, level: observation.profile.level)
    }

    /// How long the level has kept. A crossing before it is proven is no news: the feed is not yet
    /// known, and learns on.
    private mutating func weighProof(
        _ observation: borrowing ObservationView,
        _ requests: BaselineRequest,
        isShifted: Bool,
    ) {
        if requests.contains(.crossed) {
            proofAsked = min(2 * proofAsked, Self.mostProof)
            proofGiven = 0
            guard !observation.profile.isProven else { return }
            baseline.doubt()
            round &+= 1
            return
        }
        let isJudged = observation.profile.innovation.isFinite
        guard isJudged, !isShifted, !observation.marks.isOpen(.restingNoise) else { return }
        if proofGiven < .max { proofGiven += 1 }
        if proofAsked > Self.leastProof, proofGiven > 4 * proofAsked {
            proofAsked /= 2
            proofGiven = proofAsked + 1
        }
    }

    private mutating func fulfil(_ requests: BaselineRequest, level: Double) {
        guard !requests.isEmpty else { return }
        if requests.contains(.acceptLevel) { baseline.accept(level: level) }
        if requests.contains(.forgetNeighbours) { neighbours.removeAll() }
        if requests.contains(.acceptNoise) { baseline.accept(usualStep: recentStep) }
        if requests.contains(.raiseHabit) { habit = min(habit + Self.habitStep, Self.mostHabit) }
        if requests.contains(.endShift) {
            levels.removeAll()
            round &+= 1
        }
    }
}
