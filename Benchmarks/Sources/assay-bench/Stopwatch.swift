/// Monotonic time since it was made.
struct Stopwatch {
    private let start = ContinuousClock.now

    var seconds: Double {
        let passed = start.duration(to: .now).components
        return Double(passed.seconds) + 1e-18 * Double(passed.attoseconds)
    }
}
