import ArgumentParser

extension Assay {
    /// `assay run`: the daemon.
    struct Run: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Run the daemon in the foreground.",
        )

        @OptionGroup var source: ConfigurationOption

        func run() async throws {
            _ = try source.load()
        }
    }
}
