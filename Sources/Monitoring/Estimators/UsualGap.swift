/// The longest step that a feed usually takes between two samples, in periods: many devices skip a
/// sample now and then by themselves, and are not to stand in alarm for it.
///
/// Shape: 6 bytes. About 1 ns.
struct UsualGap: Sendable {
    /// From here on `silence` speaks.
    private static let longest: Float = 3.4
    /// Samples within which also what is flagged is learned.
    private static let learning: UInt16 = 400
    private static let fade: Float = 0.0005

    private var longestUsual: Float = 1
    private var count: UInt16 = 0

    /// Periods beyond which a sample is missing.
    var factor: Double { Double(min(max(1.5, 1.25 * longestUsual), Self.longest)) }

    mutating func take(_ periods: Double, isGap: Bool) {
        if count < Self.learning { count += 1 }
        let step = Float(periods)
        guard step <= Self.longest else { return }
        if step > longestUsual {
            if !isGap || count < Self.learning { longestUsual = step }
        } else {
            longestUsual += Self.fade * (1 - longestUsual)
        }
    }
}
