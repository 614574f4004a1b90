/// A decimal number with a unit behind it, such as `1.5h` or `256MiB`, scaled without rounding.
struct ScaledNumber {
    /// Digits before and after the point.
    let whole: Substring
    let fraction: Substring
    let isNegative: Bool
    /// What follows the number, maybe empty.
    let unit: Substring

    /// nil where the text does not begin with a decimal number.
    init?(_ text: String) {
        var rest = Substring(text)
        isNegative = rest.first == "-"
        if let sign = rest.first, sign == "-" || sign == "+" { rest.removeFirst() }
        whole = rest.prefix(while: Self.isDigit)
        rest = rest.dropFirst(whole.count)
        guard !whole.isEmpty else { return nil }
        if rest.first == "." {
            fraction = rest.dropFirst().prefix(while: Self.isDigit)
            guard !fraction.isEmpty else { return nil }
            rest = rest.dropFirst(1 + fraction.count)
        } else {
            fraction = ""
        }
        unit = rest
    }

    /// The number times `factor` as a whole number; nil beyond Int64, or where a fraction of one
    /// would be left.
    func scaled(by factor: Int64) -> Int64? {
        guard let digits = Int64(whole + fraction), fraction.count <= 18 else { return nil }
        var divisor: Int128 = 1
        for _ in fraction { divisor *= 10 }
        // 63 bits times 63 bits: a product of Int128 cannot overflow.
        let (total, rest) = (Int128(digits) * Int128(factor)).quotientAndRemainder(
            dividingBy: divisor
        )
        guard rest == 0 else { return nil }
        return Int64(exactly: isNegative ? -total : total)
    }

    private static func isDigit(_ character: Character) -> Bool {
        ("0"..."9").contains(character)
    }
}
