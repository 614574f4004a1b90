extension Nanoseconds {
    /// The nearest whole number of nanoseconds; what lies beyond 292 years becomes 292 years.
    init(roundingSeconds seconds: Double) {
        let count = (seconds * 1e9).rounded()
        self.init(count < 9.2e18 ? Int64(max(count, -9.2e18)) : Int64(9_200_000_000_000_000_000))
    }
}
