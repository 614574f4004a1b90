/// Decimal numbers as JSON and people write them; no hexadecimal, no infinities, no NaN.
enum DecimalNumber {
    static func parse(_ text: String) -> Double? {
        let isDecimal = text.unicodeScalars.allSatisfy {
            ("0"..."9").contains($0) || "+-.eE".unicodeScalars.contains($0)
        }
        guard isDecimal, let number = Double(text), number.isFinite else { return nil }
        return number
    }
}
