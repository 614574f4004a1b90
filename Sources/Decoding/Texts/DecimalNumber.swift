import Glibc
import Monitoring

/// A decimal number as it is written: ±mantissa × 10^exponent, before it becomes a Double or a
/// time. Integers of up to 19 digits are exact, so an epoch in nanoseconds loses nothing.
struct DecimalNumber: Equatable, Sendable {
    var mantissa: UInt64 = 0
    var exponent: Int32 = 0
    var isNegative = false
    /// Whether `mantissa` holds all digits, not only the first 19.
    var isExact = true

    // MARK: Scanning

    /// Reads a number by the grammar of RFC 8259 from `position`, which moves behind it.
    @inline(__always)
    static func json(
        _ bytes: Span<UInt8>,
        at position: inout Int,
    ) throws(DecodeFailure) -> DecimalNumber {
        var index = position
        var mantissa: UInt64 = 0
        var exponent: Int32 = 0
        let isNegative = index < bytes.count && bytes[index] == UInt8(ascii: "-")
        if isNegative { index &+= 1 }
        let start = index
        index = digits(bytes, from: start, &mantissa)
        guard index > start else { throw Self.interrupted(bytes, index) }
        if bytes[start] == UInt8(ascii: "0"), index &- start > 1 {
            throw DecodeFailure(.syntax, at: start)
        }
        if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
            let fraction = index &+ 1
            index = digits(bytes, from: fraction, &mantissa)
            guard index > fraction else { throw Self.interrupted(bytes, index) }
            exponent = Int32(truncatingIfNeeded: fraction &- index)
        }
        let end = index
        if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
            guard power(bytes, at: &index, &exponent) else {
                throw Self.interrupted(bytes, index)
            }
        }
        position = index
        // Twenty characters hold at most 19 digits and a point, or 20 digits.
        if end &- start > 19 {
            return shortened(bytes.extracting(start..<end), isNegative, exponent)
        }
        return DecimalNumber(mantissa: mantissa, exponent: exponent, isNegative: isNegative)
    }

    /// A whole text as a number: a sign, digits with or without a fraction, an exponent. Unlike
    /// JSON it allows `+5`, `.5`, `5.` and leading zeros, which instruments print. nil: no number.
    static func text(_ bytes: Span<UInt8>) -> DecimalNumber? {
        var mantissa: UInt64 = 0
        var exponent: Int32 = 0
        var index = 0
        var isNegative = false
        if index < bytes.count, let sign = Self.sign(bytes[index]) {
            isNegative = sign < 0
            index += 1
        }
        let start = index
        index = digits(bytes, from: index, &mantissa)
        var digitCount = index - start
        if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
            let fraction = index + 1
            index = digits(bytes, from: fraction, &mantissa)
            exponent = Int32(clamping: fraction - index)
            digitCount += index - fraction
        }
        guard digitCount > 0 else { return nil }
        let end = index
        if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
            guard power(bytes, at: &index, &exponent) else { return nil }
        }
        guard index == bytes.count else { return nil }
        if digitCount > 19 {
            return shortened(bytes.extracting(start..<end), isNegative, exponent)
        }
        return DecimalNumber(mantissa: mantissa, exponent: exponent, isNegative: isNegative)
    }

    /// Adds the digits from `start` to the mantissa; returns where they end. Beyond 19 digits the
    /// mantissa overflows, and `shortened` reads them again.
    @inline(__always)
    private static func digits(
        _ bytes: Span<UInt8>,
        from start: Int,
        _ mantissa: inout UInt64,
    ) -> Int {
        var index = start
        while index &+ 8 <= bytes.count {
            let digits = bytes.word(at: index) ^ 0x3030_3030_3030_3030
            // A high nibble, or a low one above 9, is no digit. A carry out of one reaches only
            // what stands behind it, so the first is exact.
            let others = ((digits &+ 0x0606_0606_0606_0606) | digits) & 0xF0F0_F0F0_F0F0_F0F0
            if others == 0 {
                mantissa = mantissa &* 100_000_000 &+ valueOfEightDigits(digits)
                index &+= 8
                continue
            }
            let count = others.trailingZeroBitCount >> 3
            guard count > 0 else { return index }
            // What is no digit is shifted out at the end, and zeros in at the front.
            let shifted = digits << UInt64(truncatingIfNeeded: (8 &- count) &* 8)
            mantissa = mantissa &* wholePowers[count] &+ valueOfEightDigits(shifted)
            return index &+ count
        }
        while index < bytes.count {
            let digit = bytes[index] &- UInt8(ascii: "0")
            guard digit < 10 else { break }
            mantissa = mantissa &* 10 &+ UInt64(digit)
            index &+= 1
        }
        return index
    }

    /// The first 19 digits that count of a long run of digits with or without a point. `exponent`
    /// is that of the last digit as written.
    private static func shortened(
        _ digits: Span<UInt8>,
        _ isNegative: Bool,
        _ exponent: Int32,
    ) -> DecimalNumber {
        var number = DecimalNumber(exponent: exponent, isNegative: isNegative)
        var count = 0
        for index in 0..<digits.count {
            let digit = digits[index] &- UInt8(ascii: "0")
            guard digit < 10 else { continue }
            if count < 19 {
                number.mantissa = number.mantissa * 10 + UInt64(digit)
                if number.mantissa > 0 { count += 1 }
            } else {
                number.exponent += 1
                if digit > 0 { number.isExact = false }
            }
        }
        return number
    }

    /// Eight digits as numbers, a byte each, the first in the lowest: pairs, then fours, then all
    /// eight are combined by three multiplications.
    @inline(__always)
    private static func valueOfEightDigits(_ digits: UInt64) -> UInt64 {
        var value = digits
        value = (value &* 10 &+ (value >> 8)) & 0x00FF_00FF_00FF_00FF
        value = (value &* 100 &+ (value >> 16)) & 0x0000_FFFF_0000_FFFF
        return (value &* 10_000 &+ (value >> 32)) & 0x0000_0000_FFFF_FFFF
    }

    /// Reads `e±digits`; false if digits are missing. An exponent beyond any Double saturates.
    private static func power(
        _ bytes: Span<UInt8>,
        at index: inout Int,
        _ exponent: inout Int32,
    ) -> Bool {
        index += 1
        var sign: Int32 = 1
        if index < bytes.count, let written = Self.sign(bytes[index]) {
            sign = written
            index += 1
        }
        let start = index
        var power: Int32 = 0
        while index < bytes.count {
            let digit = bytes[index] &- UInt8(ascii: "0")
            guard digit < 10 else { break }
            // Larger than the longest payload, so that no run of zeros can bring it back.
            power = min(power * 10 + Int32(digit), 100_000_000)
            index += 1
        }
        exponent = exponent &+ sign * power
        return index > start
    }

    private static func sign(_ byte: UInt8) -> Int32? {
        switch byte {
        case UInt8(ascii: "+"): 1
        case UInt8(ascii: "-"): -1
        default: nil
        }
    }

    private static func interrupted(_ bytes: Span<UInt8>, _ index: Int) -> DecodeFailure {
        DecodeFailure(index < bytes.count ? .syntax : .truncated, at: index)
    }

    // MARK: Values

    /// The nearest Double, ties to even; ±infinity beyond its range, ±0 below it.
    ///
    /// Up to 2^53 and 10^±22 one multiplication or division of exact operands is exact (Clinger,
    /// *How to Read Floating Point Numbers Accurately*, 1990): 4 ns. Up to 19 digits and 27 decimal
    /// places, which covers every Double that a device prints in full, one exact 128-bit division
    /// is rounded here. What remains goes to the C library. `text` is what was scanned.
    @inline(__always)
    func nearestDouble(_ text: Span<UInt8>) -> Double {
        if isExact, mantissa <= 1 << 53, exponent >= -22, exponent <= 22 {
            let value = Double(mantissa)
            let magnitude =
                exponent < 0
                ? value / Self.powersOfTen[Int(-exponent)]
                : value * Self.powersOfTen[Int(exponent)]
            return isNegative ? -magnitude : magnitude
        }
        return slowlyNearestDouble(text)
    }

    private func slowlyNearestDouble(_ text: Span<UInt8>) -> Double {
        var magnitude: Double
        if isExact, mantissa == 0 || exponent < -400 {
            magnitude = 0
        } else if isExact, exponent > 400 {
            magnitude = .infinity
        } else if isExact, exponent < 0, exponent >= -27 {
            magnitude = quotient
        } else {
            return Self.libraryDouble(text)
        }
        if isNegative { magnitude.negate() }
        return magnitude
    }

    /// mantissa / 10^-exponent, for exponents from -27 to -1. 5^27 < 2^63, so mantissa and power
    /// are scaled to have their top bit set, 64 bits of quotient are exact, and the remainder says
    /// whether anything follows them.
    private var quotient: Double {
        let places = Int(-exponent)
        let power = Self.powersOfFive[places]
        let mantissaShift = mantissa.leadingZeroBitCount
        let powerShift = power.leadingZeroBitCount
        let dividend = mantissa << UInt64(mantissaShift)
        let divisor = power << UInt64(powerShift)
        // The upper half must be below the divisor, and at least half of it.
        let isHalved = dividend >= divisor
        let division = divisor.dividingFullWidth(
            isHalved ? (dividend >> 1, (dividend & 1) << 63) : (dividend, 0)
        )
        var significand = division.quotient >> 11
        let tail = division.quotient & 0x7FF
        let isAboveHalf = tail > 0x400 || (tail == 0x400 && division.remainder != 0)
        if isAboveHalf || (tail == 0x400 && significand & 1 == 1) { significand += 1 }
        let scale = (isHalved ? 1 : 0) - 64 + 11 + powerShift - mantissaShift - places
        return Double(significand) * Double(sign: .plus, exponent: scale, significand: 1)
    }

    /// `strtod` in the C locale, which the program never changes.
    private static func libraryDouble(_ text: Span<UInt8>) -> Double {
        // Safety: the buffer holds the text and its closing NUL, and lives for the call.
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: text.count + 1) { buffer in
            for index in 0..<text.count {
                unsafe buffer[index] = CChar(bitPattern: text[index])
            }
            unsafe buffer[text.count] = 0
            return unsafe strtod(buffer.baseAddress!, nil)
        }
    }

    /// The number as an Int64 where it is whole and within range: sequence numbers, quality codes.
    var integer: Int64? {
        guard isExact else { return nil }
        if mantissa == 0 { return 0 }
        guard let magnitude = scaled(by: 0), magnitude.isWhole else { return nil }
        if isNegative {
            return magnitude.value <= 1 << 63
                ? Int64(truncatingIfNeeded: 0 &- magnitude.value) : nil
        }
        return Int64(exactly: magnitude.value)
    }

    /// mantissa × 10^(exponent + power), cut to a whole number; nil beyond 64 bits.
    func scaled(by power: Int32) -> (value: UInt64, isWhole: Bool)? {
        let places = exponent &+ power
        if mantissa == 0 { return (0, true) }
        if places < 0 {
            guard places >= -19 else { return (0, false) }
            let divided = mantissa.quotientAndRemainder(dividingBy: Self.wholePowers[Int(-places)])
            return (divided.quotient, divided.remainder == 0)
        }
        guard places <= 19 else { return nil }
        let product = mantissa.multipliedReportingOverflow(by: Self.wholePowers[Int(places)])
        return product.overflow ? nil : (product.partialValue, true)
    }

    private static let powersOfTen: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
        1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ]

    // Written out, because a table that is computed costs a check that it is at every use.
    private static let powersOfFive: [UInt64] = [
        1, 5, 25, 125, 625, 3_125, 15_625, 78_125, 390_625, 1_953_125, 9_765_625, 48_828_125,
        244_140_625, 1_220_703_125, 6_103_515_625, 30_517_578_125, 152_587_890_625,
        762_939_453_125, 3_814_697_265_625, 19_073_486_328_125, 95_367_431_640_625,
        476_837_158_203_125, 2_384_185_791_015_625, 11_920_928_955_078_125,
        59_604_644_775_390_625, 298_023_223_876_953_125, 1_490_116_119_384_765_625,
        7_450_580_596_923_828_125,
    ]
    private static let wholePowers: [UInt64] = [
        1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000,
        10_000_000_000, 100_000_000_000, 1_000_000_000_000, 10_000_000_000_000,
        100_000_000_000_000, 1_000_000_000_000_000, 10_000_000_000_000_000,
        100_000_000_000_000_000, 1_000_000_000_000_000_000, 10_000_000_000_000_000_000,
    ]
}
