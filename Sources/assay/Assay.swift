import ArgumentParser
import Settings

/// The command line. Each subcommand is one file.
@main
struct Assay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "assay",
        abstract: "Quality assurance for industrial sensor feeds.",
        discussion: """
            Subscribes to MQTT topics from plant equipment, checks the data of every feed while it \
            streams, raises alarms, and keeps rolling metrics in SQLite.
            """,
        version: Version.text,
        subcommands: [Run.self, Check.self, Replay.self, History.self, Demo.self, Measure.self],
    )

    /// As the library does it, but a first word that is no command gets the likely one.
    static func main() async {
        if let word = CommandLine.arguments.dropFirst().first, let hint = hint(for: word) {
            Terminal.complain("assay: there is no command `\(word)`; \(hint)")
            exit(withError: ExitCode(64))
        }
        await main(nil)
    }

    /// nil for a command or an option.
    private static func hint(for word: String) -> String? {
        var names: [String] = []
        var shown: [String] = []
        for command in configuration.subcommands {
            names.append(command._commandName)
            if command.configuration.shouldDisplay { shown.append(command._commandName) }
        }
        names.append("help")
        guard !word.hasPrefix("-"), !names.contains(word) else { return nil }
        guard let nearest = Suggestion.nearest(to: word, in: names) else {
            return "the commands are \(shown.joined(separator: ", "))"
        }
        return "did you mean `assay \(nearest)`?"
    }
}
