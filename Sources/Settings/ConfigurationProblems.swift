/// Why a configuration was refused: every problem that was found, in the order of their places.
public struct ConfigurationProblems: Error, Sendable, Equatable, CustomStringConvertible {
    /// At least one error; warnings are listed with them.
    public var problems: [Problem]

    public init(_ problems: [Problem]) {
        self.problems = problems.sorted()
    }

    /// One line per problem.
    public var description: String {
        problems.map(\.description).joined(separator: "\n")
    }
}
