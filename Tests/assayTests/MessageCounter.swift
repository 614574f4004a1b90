import Foundation
import LocalBrokers
import Synchronization
import TestSupport

/// Counts the plant's messages at a broker, by the broker's own client. Ended with the object.
final class MessageCounter: Sendable {
    private let folder: TemporaryFolder
    private let process: SendableProcess

    // Safety: `Process` locks its own state; every member used here may be called from any thread.
    private struct SendableProcess: @unchecked Sendable {
        let process: Process
    }

    /// Returns once it is subscribed: a word of its own comes back.
    init(port: UInt16) async throws {
        guard let program = InstalledProgram.path(of: "mosquitto_sub") else {
            throw Command.Failure(description: "mosquitto_sub is not installed")
        }
        folder = try TemporaryFolder()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = [
            "-p", "\(port)", "-t", "plant/#", "-t", "hello", "-q", "1", "-F", "%t",
        ]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle(forWritingAtPath: try folder.write("", to: "out"))
        process.standardError = FileHandle(forWritingAtPath: try folder.write("", to: "err"))
        try process.run()
        self.process = SendableProcess(process: process)
        let isSubscribed = await eventually {
            _ = try? Command.run("mosquitto_pub", ["-p", "\(port)", "-t", "hello", "-m", "1"])
            return !lines.isEmpty
        }
        guard isSubscribed else { throw Command.Failure(description: "no subscription") }
    }

    deinit {
        if process.process.isRunning { kill(process.process.processIdentifier, SIGKILL) }
        process.process.waitUntilExit()
    }

    var count: Int { lines.count { $0.hasPrefix("plant/") } }

    private var lines: [Substring] {
        let text = try? String(contentsOfFile: folder.file("out"), encoding: .utf8)
        return text?.split(separator: "\n") ?? []
    }
}
