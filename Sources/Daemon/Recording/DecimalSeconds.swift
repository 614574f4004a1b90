/// Decimal seconds since 1970 as recordings write them, exact to the nanosecond.
enum DecimalSeconds {
    /// Nanoseconds, or nil where the bytes are no number of seconds or lie beyond ±292 years.
    static func parse(_ text: [UInt8]) -> Int64? {
        var digits = text[...]
        let isNegative = digits.first == UInt8(ascii: "-")
        if isNegative { digits.removeFirst() }
        var value: Int64 = 0
        var fraction = 0
        var hasPoint = false
        var digitCount = 0
        for byte in digits {
            if byte == UInt8(ascii: "."), !hasPoint {
                hasPoint = true
                continue
            }
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
            digitCount += 1
            if hasPoint, fraction == 9 { continue }
            if hasPoint { fraction += 1 }
            let (tens, isOver) = value.multipliedReportingOverflow(by: 10)
            let (sum, isOverToo) = tens.addingReportingOverflow(Int64(byte - UInt8(ascii: "0")))
            if isOver || isOverToo { return nil }
            value = sum
        }
        guard digitCount > 0 else { return nil }
        for _ in fraction..<9 {
            let (tens, isOver) = value.multipliedReportingOverflow(by: 10)
            if isOver { return nil }
            value = tens
        }
        return isNegative ? -value : value
    }

    /// The text that `parse` reads back to the same nanoseconds.
    static func text(_ nanoseconds: Int64) -> String {
        let (seconds, rest) = nanoseconds.magnitude.quotientAndRemainder(dividingBy: 1_000_000_000)
        let sign = nanoseconds < 0 ? "-" : ""
        guard rest != 0 else { return "\(sign)\(seconds)" }
        var fraction = String(rest)
        fraction = String(repeating: "0", count: 9 - fraction.count) + fraction
        while fraction.last == "0" { fraction.removeLast() }
        return "\(sign)\(seconds).\(fraction)"
    }
}
