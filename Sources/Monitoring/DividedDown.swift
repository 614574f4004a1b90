extension Int64 {
    /// The quotient, rounded down also below zero: times before 1970, slots before the first.
    package func dividedDown(by divisor: Int64) -> Int64 {
        let (quotient, rest) = quotientAndRemainder(dividingBy: divisor)
        return rest < 0 ? quotient - 1 : quotient
    }
}
