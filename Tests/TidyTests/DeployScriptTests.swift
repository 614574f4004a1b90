import Foundation
import TestSupport
import Testing

// The scripts are a new user's first contact. Only their refusals can be tried here without
// installing anything: they come before the first thing that a script does.
@Suite("A deploy script")
struct DeployScriptTests {
    /// Runs a script with a `swift` of our own making first on the path.
    private func run(_ script: String, swift: String?) throws -> (code: Int32, errors: String) {
        let folder = FileManager.default.temporaryDirectory
            .appending(
                path: "assay-deploy-\(ProcessInfo.processInfo.processIdentifier)-\(script)-"
                    + "\(swift?.utf8.count ?? 0)"
            )
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for tool in ["dirname", "cat"] {
            try FileManager.default.createSymbolicLink(
                atPath: folder.appending(path: tool).path,
                withDestinationPath: "/usr/bin/\(tool)",
            )
        }
        if let swift {
            let place = folder.appending(path: "swift")
            try "#!/bin/sh\n\(swift)\n".write(to: place, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o755],
                ofItemAtPath: place.path
            )
        }
        let process = Process()
        process.executableURL = URL(filePath: "/bin/bash")
        process.arguments = [PackageFolder.url.appending(path: "deploy/\(script)").path]
        process.environment = ["PATH": folder.path]
        let errors = Pipe()
        process.standardError = errors
        process.standardOutput = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let data = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }

    static let scripts = ["test", "demo", "bench"]

    @Test("says in one sentence that Swift is missing", arguments: scripts)
    func missing(script: String) throws {
        let result = try run(script, swift: nil)
        #expect(result.code == 1)
        #expect(result.errors.contains("no `swift` on the PATH: install Swift 6.3 or later"))
        #expect(result.errors.split(separator: "\n").count == 1)
    }

    @Test(
        "says in one sentence that Swift is too old",
        arguments: scripts,
        ["5.10", "6.2.4"]
    )
    func old(script: String, version: String) throws {
        let result = try run(script, swift: "echo 'Swift version \(version) (swift-RELEASE)'")
        #expect(result.code == 1)
        #expect(result.errors.contains("is too old: install Swift 6.3 or later"))
        #expect(result.errors.split(separator: "\n").count == 1)
    }

    @Test("says in one sentence that Swift is broken", arguments: scripts)
    func broken(script: String) throws {
        let result = try run(script, swift: "echo 'libfoo.so not found' >&2; exit 127")
        #expect(result.code == 1)
        #expect(result.errors.contains("does not tell its version"))
        #expect(result.errors.split(separator: "\n").count == 1)
    }
}
