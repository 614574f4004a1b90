// Checks that are asked about together: which findings keep a feed's profile, and its checks with
// learned limits, from taking a fault for a habit.

extension CheckMask {
    static let unit = CheckMask(named: "unit")
    static let noise = CheckMask(named: "noise")
    static let saturation = CheckMask(named: "saturation")
    static let meanShift = CheckMask(named: "meanShift")
    static let ewma = CheckMask(named: "ewma")
    static let outlier = CheckMask(named: "outlier")
    static let spike = CheckMask(named: "spike")
    static let attenuated = CheckMask(named: "attenuated")
    /// Findings by which it is not known which values came when, or whether they are values.
    static let integrity = CheckMask(
        named: "sentinel",
        "clockSkew",
        "latency",
        "outOfOrder",
        "malformed",
        "nonFinite",
    )
    /// While one of these is open nothing of the value is learned.
    static let freezing = CheckMask(
        named: "unit",
        "meanShift",
        "outlier",
        "noise",
        "flatLine",
        "saturation",
        "ewma",
    ).union(integrity)
    /// While one of these is open a value does not become one of the neighbours: the return to
    /// normal would then be the outlier.
    static let displacing = CheckMask(named: "unit", "noise", "meanShift", "ewma")
    /// A value outside the extremes does not widen them while one of these is open.
    static let narrowing = CheckMask(
        named: "unit",
        "meanShift",
        "outlier",
        "noise",
        "spike",
        "ewma"
    )
    /// Findings that say already why samples are missing.
    static let losses = CheckMask(
        named: "silence",
        "gap",
        "sequence",
        "malformed",
        "clockSkew",
        "latency",
        "outOfOrder",
    )
    static let shifts = CheckMask(named: "meanShift", "ewma")
    /// What the return from a shift would flag again.
    static let levels = CheckMask(named: "meanShift", "ewma", "outlier")
    /// The noise is not judged while the unit is in doubt or the value stands still.
    static let restingNoise = CheckMask(named: "unit", "flatLine").union(integrity)
    static let unitOrIntegrity = CheckMask(named: "unit").union(integrity)
    static let voting = CheckMask(named: "unit", "flatLine", "saturation").union(integrity)
    static let noiseOrUnit = CheckMask(named: "noise", "unit")
}
