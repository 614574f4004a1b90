/// Why the benchmark cannot go on, in a sentence that says what to do.
struct BenchmarkError: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) {
        self.description = description
    }
}
