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
    /// - Parameter writesStore: whether the database must be in a place that this user can write.
    func load(writesStore: Bool = false) throws -> Configuration {
        try Self.load(path, writesStore: writesStore)
    }

    /// Loads the file, or says why not and ends with 1: one sentence where there is no such file.
    static func load(
        _ path: String,
        environment: [String: String] = ProcessInfo.processInfo.environment,
        inspect: @escaping @Sendable (String) -> FileFacts? = FileFacts.ofFile,
        writesStore: Bool,
    ) throws -> Configuration {
        guard FileManager.default.fileExists(atPath: path) else {
            Terminal.complain(
                """
                assay: there is no configuration file \(path): name yours, as in `assay check FILE` \
                or `assay run --config FILE`, or begin with a copy of deploy/examples/minimal.yaml
                """
            )
            throw ExitCode(1)
        }
        do {
            return try Configuration.load(
                path: path,
                environment: environment,
                inspect: inspect,
                writesStore: writesStore,
            )
        } catch {
            Terminal.complain(CheckReport.text(error, path: path))
            throw ExitCode(1)
        }
    }
}
