import Foundation
import LocalBrokers
import TestSupport

/// The built `assay` as a child process, ended with the object.
final class Child: Sendable {
    private let process: SendableProcess
    private let folder: TemporaryFolder
    private let started = ContinuousClock().now

    // Safety: `Process` locks its own state; every member used here may be called from any thread.
    private struct SendableProcess: @unchecked Sendable {
        let process: Process
    }

    /// - Parameters:
    ///   - launcher: a program and its arguments that runs the command behind it in its own place;
    ///     empty: none.
    ///   - environment: besides that of the tests.
    init(
        _ arguments: [String],
        launcher: [String] = [],
        environment: [String: String] = [:],
    ) throws {
        folder = try TemporaryFolder()
        let process = Process()
        let command = launcher + [try Self.executable().path] + arguments
        let program = InstalledProgram.path(of: command[0]) ?? command[0]
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = Array(command.dropFirst())
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle(forWritingAtPath: try folder.write("", to: "out"))
        process.standardError = FileHandle(forWritingAtPath: try folder.write("", to: "err"))
        try process.run()
        self.process = SendableProcess(process: process)
    }

    deinit {
        guard process.process.isRunning else { return }
        kill(process.process.processIdentifier, SIGKILL)
        process.process.waitUntilExit()
    }

    func signal(_ number: Int32) {
        kill(process.process.processIdentifier, number)
    }

    var processID: Int32 { process.process.processIdentifier }

    var output: String { read("out") }
    var errors: String { read("err") }

    /// The exit code; nil while it runs on after the limit, or where a signal ended it.
    func exitCode(within limit: Duration = .seconds(20)) async -> Int32? {
        guard await eventually(within: limit, { !process.process.isRunning }),
            process.process.terminationReason == .exit
        else { return nil }
        return process.process.terminationStatus
    }

    private func read(_ name: String) -> String {
        (try? String(contentsOfFile: folder.file(name), encoding: .utf8)) ?? ""
    }

    /// Beside the test bundle: both are products of the same build.
    private static func executable() throws -> URL {
        let bundle = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        let candidates = [
            bundle, Bundle.main.bundleURL, PackageFolder.url.appending(path: ".build/debug"),
        ]
        for folder in candidates {
            let url = folder.appending(path: "assay")
            if FileManager.default.isExecutableFile(atPath: url.path) { return url }
        }
        throw TestFailure(description: "`assay` is not built: run `swift build` first")
    }
}
