internal import Foundation
internal import LocalBrokers

/// Runs programs that tests need: `openssl`, `mosquitto_passwd`.
public enum Command {
    public struct Failure: Error, CustomStringConvertible {
        public var description: String

        public init(description: String) {
            self.description = description
        }
    }

    /// Runs a program to its end and returns what it wrote; throws where it fails.
    @discardableResult
    public static func run(_ program: String, _ arguments: [String]) throws -> String {
        guard let path = InstalledProgram.path(of: program) else {
            throw Failure(description: "\(program) is not installed")
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let text = String(decoding: data, as: UTF8.self)
        guard process.terminationStatus == 0 else {
            throw Failure(description: "\(program) \(arguments.joined(separator: " ")): \(text)")
        }
        return text
    }
}
