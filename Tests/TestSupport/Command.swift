internal import Foundation

/// Runs programs that tests need: `openssl`, `mosquitto_passwd`.
public enum Command {
    public struct Failure: Error, CustomStringConvertible {
        public var description: String
    }

    /// The program's path: in PATH, else where Debian keeps servers, which is not in every PATH.
    public static func find(_ program: String) -> String? {
        let search = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let folders =
            search.split(separator: ":").map(String.init) + ["/usr/sbin", "/usr/local/sbin"]
        return folders.map { "\($0)/\(program)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// Runs a program to its end and returns what it wrote; throws where it fails.
    @discardableResult
    public static func run(_ program: String, _ arguments: [String]) throws -> String {
        guard let path = find(program) else {
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
