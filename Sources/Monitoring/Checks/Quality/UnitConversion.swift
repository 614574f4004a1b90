/// A change of unit or scaling that devices and gateways make by mistake: y = scale·x + shift.
struct UnitConversion: Sendable {
    /// °C and °F; decimal prefixes; inch and mm; psi and kPa; and each the other way.
    static let all: [UnitConversion] =
        [
            UnitConversion(scale: 1.8, shift: 32),
            UnitConversion(scale: 1 / 1.8, shift: -32 / 1.8),
        ] + factors.flatMap { [UnitConversion(scale: $0), UnitConversion(scale: 1 / $0)] }

    private static let factors: [Double] = [10, 100, 1_000, 10_000, 1_000_000, 25.4, 6.895]
    /// What a payload rounds, as a share of what the level becomes; of a shifted one, which may
    /// become 0, as a share of the way there.
    private static let rounding = 0.002
    /// Of the same: a feed whose spread asks for more is too noisy to tell.
    private static let most = 0.1

    var scale: Double
    var shift = 0.0

    var isShifted: Bool { shift != 0 }

    /// Whether a value is what the level becomes, up to what the feed does around its level.
    ///
    /// - Parameter reach: how far from the level, in the feed's own unit.
    func explains(_ y: Double, from level: Double, within reach: Double) -> Bool {
        let converted = scale * level + shift
        let size = (isShifted ? converted - level : converted).magnitude
        let tolerance = min(scale * reach, Self.most * size) + Self.rounding * size
        return (y - converted).magnitude <= tolerance
    }
}
