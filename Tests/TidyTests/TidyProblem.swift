/// What a rule found, with what to write instead.
struct TidyProblem: CustomStringConvertible, Equatable {
    var path: String
    /// Counted from 1.
    var line: Int
    /// `what is wrong; what to use instead`.
    var text: String

    var description: String { "\(path):\(line): \(text)" }
}
