import ArgumentParser
import Monitoring
import Settings

/// A length of time on the command line, written as in a configuration: `60s`, `15min`, `7d`.
struct DurationOption: ExpressibleByArgument {
    var length: Nanoseconds

    init?(argument: String) {
        guard let length = try? DurationText.parse(argument), length > Nanoseconds(0) else {
            return nil
        }
        self.length = length
    }

    init(_ length: Nanoseconds) { self.length = length }

    var defaultValueDescription: String { DurationText.text(length) }
}
