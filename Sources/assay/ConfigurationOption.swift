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
    /// - Parameters:
    ///   - writesStore: whether the database must be in a place that this user can write.
    ///   - complain: takes what is wrong; by default it is printed to standard error.
    func load(
        writesStore: Bool = false,
        complain: (String) -> Void = Terminal.complain,
    ) throws -> Configuration {
        try Self.load(path, writesStore: writesStore, complain: complain)
    }

    /// Loads the file, or says why not and ends with 1: one sentence where there is no such file.
    static func load(
        _ path: String,
        environment: [String: String] = ProcessInfo.processInfo.environment,
        inspect: @escaping @Sendable (String) -> FileFacts? = FileFacts.ofFile,
        writesStore: Bool,
        complain: (String) -> Void = Terminal.complain,
    ) throws -> Configuration {
        guard FileManager.default.fileExists(atPath: path) else {
            complain(
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
            complain(CheckReport.text(error, path: path))
            throw ExitCode(1)
        }
    }
}
