/// What a number that is a time counts, learned per topic by magnitude.
///
/// A number of the wrong magnitude is rather a fault of the device than a new unit: after 20
/// numbers in a row of one unit the topic keeps it, and a wrong number then becomes a wrong time
/// that the checks find, not a right time by luck.
struct EpochUnit: Sendable {
    private static let samplesUntilFixed: UInt8 = 20

    private var unit: PayloadSettings.TimeUnit = .auto
    private var count: UInt8 = 0

    /// The unit of a number: the fixed one, else by its magnitude; nil: it cannot be placed.
    mutating func unit(of number: DecimalNumber) -> PayloadSettings.TimeUnit? {
        if count >= Self.samplesUntilFixed { return unit }
        guard let found = Self.guess(number) else { return nil }
        count = found == unit ? count + 1 : 1
        unit = found
        return found
    }

    /// Seconds from 1e9 to 1e11 (2001 to 5138), and the same span in the other units; the gaps
    /// between them belong to none.
    private static func guess(_ number: DecimalNumber) -> PayloadSettings.TimeUnit? {
        guard let whole = number.scaled(by: 0)?.value else { return nil }
        switch whole {
        case 1_000_000_000..<100_000_000_000: return .s
        case 1_000_000_000_000..<100_000_000_000_000: return .ms
        case 1_000_000_000_000_000..<100_000_000_000_000_000: return .us
        case 1_000_000_000_000_000_000...: return .ns
        default: return nil
        }
    }
}
