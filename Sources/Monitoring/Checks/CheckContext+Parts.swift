extension CheckContext {
    /// What of a feed's context a check is made from.
    struct Part: OptionSet, Sendable {
        var rawValue: UInt8

        static let period = Part(rawValue: 1)
        static let window = Part(rawValue: 2)
        static let timing = Part(rawValue: 4)
        static let isDeclared = Part(rawValue: 8)
        static let falseAlarmInterval = Part(rawValue: 16)
    }
}
