import ArgumentParser
import Monitoring
import Settings

extension Assay {
    /// `assay check`: is this configuration right, and what will happen with it?
    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check a configuration without starting anything.",
            discussion: "Exits 0 where the configuration is valid, 1 where it is not.",
        )

        @OptionGroup var source: ConfigurationOption

        @Flag(help: "Print the effective settings of every feed and where each comes from.")
        var explain = false

        func run() throws {
            let configuration = try source.load()
            Terminal.say(CheckReport.text(configuration, path: source.path))
            if explain { Terminal.say(Explanation.text(configuration)) }
        }
    }
}
