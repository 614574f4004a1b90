import Monitoring

/// What each unit text is beside an agreed unit: looked up once a text, then an array access.
struct AgreedUnitTable: Sendable {
    private enum Kind: UInt8 {
        case unseen
        case agreed
        case other
        /// Neither known as the one nor as another.
        case strange
    }

    private let agreed: AgreedUnit
    /// By the text's number.
    private var kinds: [Kind] = []

    init(_ agreed: AgreedUnit) {
        self.agreed = agreed
    }

    /// What a sample's `unit` says: 0 where it is as agreed, marked where it is known not to be.
    mutating func judged(_ number: UInt16, in units: borrowing UnitTable) -> UInt16 {
        let index = Int(number)
        while kinds.count <= index { kinds.append(.unseen) }
        if kinds[index] == .unseen { kinds[index] = kind(of: units.text(number)) }
        switch kinds[index] {
        case .agreed: return 0
        case .other: return number | Sample.otherUnit
        case .strange, .unseen: return number
        }
    }

    private func kind(of text: String?) -> Kind {
        guard let text else { return .strange }
        if agreed.spellings.contains(text) { return .agreed }
        return agreed.others.contains(text) ? .other : .strange
    }
}
