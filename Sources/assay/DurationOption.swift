import ArgumentParser
import Monitoring
import Settings

/// A length of time on the command line, written as in a configuration: `60s`, `15min`, `7d`; minutes
/// also as `5m`, as other programs take them.
struct DurationOption: CustomStringConvertible {
    let length: Nanoseconds
    /// As it was given: whoever writes `60s` is not told of `1min`.
    let description: String

    init(_ length: Nanoseconds) {
        self.length = length
        description = DurationText.text(length)
    }

    private init(_ length: Nanoseconds, writtenAs text: String) {
        self.length = length
        description = text
    }

    /// Whether it is a number of minutes in short.
    private static func isShort(_ argument: String) -> Bool {
        argument.hasSuffix("m") && argument.dropLast().last?.isNumber == true
    }

    /// Reads it as the configuration would, and says what to write instead.
    @Sendable static func parse(_ argument: String) throws -> DurationOption {
        do {
            let length = try DurationText.parse(isShort(argument) ? argument + "in" : argument)
            guard length > Nanoseconds(0) else {
                throw ValueProblem("is not above 0", hint: "write a duration such as `60s`")
            }
            return DurationOption(length, writtenAs: argument)
        } catch let problem as ValueProblem {
            throw ValidationError("it \(problem.message); \(problem.hint)")
        }
    }
}
