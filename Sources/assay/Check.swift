import ArgumentParser
import Settings

extension Assay {
    /// `assay check`: is this configuration right, and what will happen with it?
    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check a configuration without starting anything.",
            discussion: """
                Prints every problem with file, line and column, and what to write instead. Exits 0 \
                where the configuration is valid, 1 where it is not.
                """,
        )

        @Argument(
            help: "The configuration file; the same as --config.",
            completion: .file(extensions: ["yaml", "yml"]),
        )
        var file: String?

        @OptionGroup var source: ConfigurationOption

        @Flag(help: "Print the effective settings of every feed and where each comes from.")
        var explain = false

        @Flag(help: "It is for another machine: do not look at the files and folders of this one.")
        var elsewhere = false

        func run() throws {
            let path = file ?? source.path
            let configuration =
                elsewhere
                ? try ConfigurationOption.load(path, inspect: Self.anyFile, writesStore: false)
                : try ConfigurationOption.load(path, writesStore: true)
            Terminal.say(CheckReport.text(configuration, path: path))
            if explain { Terminal.say("\n" + Explanation.text(configuration)) }
        }

        /// Every file that another machine may have, readable by its owner alone.
        @Sendable private static func anyFile(_ path: String) -> FileFacts? {
            FileFacts(permissions: 0o600)
        }
    }
}
