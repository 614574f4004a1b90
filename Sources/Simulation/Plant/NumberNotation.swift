import Glibc

/// How a device prints a value: with the resolution that its converter has, as JSON allows it.
enum NumberNotation: Sendable, Equatable {
    /// So many digits after the point, at most 6.
    case decimals(Int)
    /// Three significant digits with an exponent, as vacuum gauges print: `5.02e-3`.
    case scientific
    /// The value is an index into these words.
    case words([String])

    func text(_ value: Double) -> String {
        precondition(value.isFinite, "the plant produced \(value), which no device prints")
        switch self {
        case .decimals(let count): return Self.fixed(value, decimals: count)
        case .scientific: return Self.scientific(value)
        case .words(let words): return words[Int(value)]
        }
    }

    /// Rounded to the nearest last digit, halves away from zero.
    private static func fixed(_ value: Double, decimals: Int) -> String {
        var scale: Int64 = 1
        for _ in 0..<decimals { scale *= 10 }
        let scaled = Int64((value * Double(scale)).rounded())
        let sign = scaled < 0 ? "-" : ""
        let whole = scaled.magnitude / scale.magnitude
        guard decimals > 0 else { return "\(sign)\(whole)" }
        let rest = String(scaled.magnitude % scale.magnitude)
        let zeros = String(repeating: "0", count: decimals - rest.count)
        return "\(sign)\(whole).\(zeros)\(rest)"
    }

    private static func scientific(_ value: Double) -> String {
        guard value != 0 else { return "0" }
        var exponent = Int(floor(log10(abs(value))))
        var digits = Int((abs(value) * pow(10, Double(2 - exponent))).rounded())
        if digits == 1_000 {
            digits = 100
            exponent += 1
        }
        let hundredths = digits % 100
        let zero = hundredths < 10 ? "0" : ""
        return "\(value < 0 ? "-" : "")\(digits / 100).\(zero)\(hundredths)e\(exponent)"
    }
}
