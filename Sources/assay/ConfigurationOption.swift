import ArgumentParser
import Foundation
import Settings

/// `--config`, the same for every command that reads one.
struct ConfigurationOption: ParsableArguments {
    @Option(
        name: .customLong("config"),
        help: "The configuration file.",
        completion: .file(extensions: ["yaml", "yml"]),
    )
    var path = "/etc/assay/assay.yaml"

    /// The valid configuration; else prints every problem to standard error and ends with 1.
    func load() throws -> Configuration {
        do {
            return try Configuration.load(
                path: path,
                environment: ProcessInfo.processInfo.environment,
            )
        } catch {
            Terminal.complain(CheckReport.text(error, path: path))
            throw ExitCode(1)
        }
    }
}
