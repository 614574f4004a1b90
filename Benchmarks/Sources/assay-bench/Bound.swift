/// A figure that is promised, and what was measured.
struct Bound {
    enum Limit {
        case atMost(Double)
        case atLeast(Double)
    }

    var name: String
    var limit: Limit
    /// nil: could not be measured, which keeps no promise.
    var measured: Double?
    var digits: Int
    var unit: String

    var isKept: Bool {
        guard let measured else { return false }
        return switch limit {
        case .atMost(let most): measured <= most
        case .atLeast(let least): measured >= least
        }
    }

    var row: [String] {
        let promise =
            switch limit {
            case .atMost(let most): "at most \(text(most, digits: digits))"
            case .atLeast(let least): "at least \(text(least, digits: digits))"
            }
        let verdict = isKept ? "PASS" : "FAIL"
        return [
            name, "\(promise) \(unit)",
            measured == nil ? "not measured" : "\(text(measured, digits: digits)) \(unit)", verdict,
        ]
    }

    static func table(_ bounds: [Bound]) -> Table {
        Table(
            title: "Bounds",
            header: ["bound", "asked", "measured", ""],
            rows: bounds.map(\.row),
        )
    }
}
