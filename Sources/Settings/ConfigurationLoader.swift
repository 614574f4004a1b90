public import Decoding
import Delivery
import Foundation
import History
public import Monitoring
import Mosquitto

extension Configuration {
    /// Reads a configuration file and the `conf.d/*.yaml` beside it.
    ///
    /// No side effects; besides the files it only looks at the permissions of those that the
    /// configuration names. Cost: linear in the feeds; 0.4 ms per feed with a class in a debug build.
    ///
    /// - Parameters:
    ///   - path: The file; problems name it as given here.
    ///   - environment: For `${VARIABLE}` in paths, hosts and names.
    ///   - hostName: The gateway's name where the configuration gives none; nil: this machine's.
    ///   - catalogue: The checks that `checks:` may name.
    ///   - formats: The payload formats that a decoder exists for.
    ///   - inspect: Facts about files that the configuration names.
    ///   - writesStore: Whether this user is to write the database on this machine: where it lies is
    ///     then looked at too.
    /// - Throws: All problems at once; at least one is an error.
    public static func load(
        path: String,
        environment: [String: String],
        hostName: String? = nil,
        catalogue: [CheckDefinition] = CheckCatalogue.all,
        formats: [String] = DecoderCatalog.formats,
        inspect: @escaping @Sendable (String) -> FileFacts? = FileFacts.ofFile,
        writesStore: Bool = false,
    ) throws(ConfigurationProblems) -> Configuration {
        let files = ConfigurationFiles(path: path)
        let reader = SettingsReader(
            catalogue: catalogue,
            formats: formats,
            environment: environment,
            sources: files.sources,
            inspect: inspect,
            writesStore: writesStore,
        )
        var builder = ConfigurationBuilder(
            reader: reader,
            hostName: hostName ?? ProcessInfo.processInfo.hostName,
        )
        return try builder.build(sources: files.sources, path: path, problems: files.problems)
    }

    /// As `load`, from one text that is no file; relative paths then stay relative.
    public static func parse(
        _ text: String,
        file: String,
        environment: [String: String] = [:],
        hostName: String,
        catalogue: [CheckDefinition] = CheckCatalogue.all,
        formats: [String] = DecoderCatalog.formats,
        inspect: @escaping @Sendable (String) -> FileFacts? = FileFacts.ofFile,
        writesStore: Bool = false,
    ) throws(ConfigurationProblems) -> Configuration {
        let source = SourceText(file: file, text: text)
        let isEmpty = text.allSatisfy(\.isWhitespace)
        let reader = SettingsReader(
            catalogue: catalogue,
            formats: formats,
            environment: environment,
            sources: [source],
            inspect: inspect,
            writesStore: writesStore,
        )
        var builder = ConfigurationBuilder(reader: reader, hostName: hostName)
        return try builder.build(
            sources: isEmpty ? [] : [source],
            path: file,
            problems: isEmpty ? [ConfigurationText.empty(file, isMain: true)] : [],
        )
    }
}
