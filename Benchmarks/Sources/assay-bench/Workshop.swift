import Foundation

/// What all runs share: a temporary folder and the compiled C programs.
///
/// The folder lies beside this package, so that the database is written to the disk that the
/// sources are on, not to a memory file system.
final class Workshop {
    let folder: URL
    let assay: String
    private let package: URL

    init(options: Options) throws {
        package = URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        assay = URL(filePath: options.assay).path
        guard FileManager.default.isExecutableFile(atPath: assay) else {
            throw BenchmarkError(
                "there is no `\(options.assay)` to measure: build it with "
                    + "`swift build -c release --product assay`, or name it with --assay"
            )
        }
        folder = package.appending(
            path: ".build/bench-\(ProcessInfo.processInfo.processIdentifier)"
        )
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try compile("bare/load_generator.c", libraries: [])
        try compile("bare/bare_subscriber.c", libraries: ["-lmosquitto"])
        try compile("probe/latency_probe.c", libraries: ["-lmosquitto", "-lpthread"])
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    /// A file of this package.
    func file(_ path: String) -> URL { package.appending(path: path) }

    /// The path of a compiled program.
    func program(_ name: String) -> String { folder.appending(path: name).path }

    /// An empty folder for one run.
    func runFolder(_ name: String) throws -> URL {
        let place = folder.appending(path: name)
        try? FileManager.default.removeItem(at: place)
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        return place
    }

    /// Runs a tool to its end and gives its output.
    func run(_ tool: String, _ arguments: [String]) throws -> String {
        let child = try ChildProcess("/usr/bin/env", [tool] + arguments, name: tool, folder: folder)
        let usage = try child.wait(seconds: 120)
        guard usage.exitCode == 0 else {
            throw BenchmarkError("`\(tool)` ended with code \(usage.exitCode):\n\(child.errors)")
        }
        return child.output
    }

    private func compile(_ source: String, libraries: [String]) throws {
        let file = file(source)
        let name = file.deletingPathExtension().lastPathComponent
        _ = try run("cc", ["-O2", "-o", program(name), file.path] + libraries)
    }
}
