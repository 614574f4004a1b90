import Foundation
import Glibc
import LocalBrokers

/// A mosquitto of our own for the demo: on a free loopback port, in a temporary folder, gone with
/// the demo.
///
/// It runs as the caller with a configuration of its own and touches neither the machine's broker
/// nor its settings. It is stopped by its process id, never by its name.
final class LocalBroker {
    let port: UInt16
    /// Holds its configuration and log; the demo's database may lie here too.
    let folder: URL
    private let process: Process

    /// How long a broker may take until it accepts connections. It takes about 50 ms.
    static let startDeadline = Duration.seconds(10)
    /// How long it may take to stop when asked, before it is killed. It takes about 100 ms.
    static let stopDeadline = Duration.seconds(3)
    /// A port that was free may be taken by somebody else before the broker binds it.
    private static let attempts = 3

    private init(port: UInt16, folder: URL, process: Process) {
        self.port = port
        self.folder = folder
        self.process = process
    }

    /// Starts a broker and waits until it accepts connections.
    static func start() async throws(LocalBrokerProblem) -> LocalBroker {
        guard let executable = InstalledProgram.path(of: "mosquitto") else { throw .notInstalled }
        let folder = try makeFolder()
        var problem = LocalBrokerProblem.noFreePort
        for _ in 0..<attempts {
            do throws(LocalBrokerProblem) {
                guard let port = LoopbackPort.findFree() else { throw .noFreePort }
                return try await start(executable, folder: folder, port: port)
            } catch {
                problem = error
            }
        }
        try? FileManager.default.removeItem(at: folder)
        throw problem
    }

    /// Whether the broker's process still runs.
    var isRunning: Bool { process.isRunning }

    /// Its process id.
    var processIdentifier: Int32 { process.processIdentifier }

    /// Stops the broker and removes its folder, the database in it included.
    func stop() async {
        await Self.end(process)
        // A folder that cannot be removed lies in the temporary folder and harms nobody.
        try? FileManager.default.removeItem(at: folder)
    }

    private static func start(
        _ executable: String,
        folder: URL,
        port: UInt16,
    ) async throws(LocalBrokerProblem) -> LocalBroker {
        let log = folder.appendingPathComponent("mosquitto.log")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = ["-c", try writeConfiguration(port: port, in: folder).path]
        process.standardInput = FileHandle.nullDevice
        do {
            try Data().write(to: log)
            let handle = try FileHandle(forWritingTo: log)
            process.standardOutput = handle
            process.standardError = handle
            try process.run()
            try handle.close()
        } catch {
            throw .cannotStart(executable, "\(error.localizedDescription)")
        }
        let deadline = ContinuousClock.now + startDeadline
        while ContinuousClock.now < deadline, process.isRunning, !Task.isCancelled {
            if LoopbackPort.isListening(port), process.isRunning {
                return LocalBroker(port: port, folder: folder, process: process)
            }
            try? await Task.sleep(for: .milliseconds(20))
        }
        await end(process)
        let words = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
        throw .cannotStart(executable, lastLine(of: words))
    }

    private static func lastLine(of log: String) -> String {
        log.split(separator: "\n").last.map(String.init)
            ?? "it wrote no log and accepted no connection within \(startDeadline.components.seconds) s"
    }

    /// SIGTERM, and SIGKILL where that does not help in time.
    private static func end(_ process: Process) async {
        guard process.isRunning else { return }
        process.terminate()
        let deadline = ContinuousClock.now + stopDeadline
        while process.isRunning, ContinuousClock.now < deadline {
            // Unstructured on purpose: a cancelled demo must still see its broker end.
            await Task { try? await Task.sleep(for: .milliseconds(20)) }.value
        }
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
    }
}

/// Why there is no broker, and what to do.
enum LocalBrokerProblem: Error, CustomStringConvertible {
    case notInstalled
    case noFreePort
    case noFolder(String)
    case cannotStart(String, String)

    var description: String {
        switch self {
        case .notInstalled:
            """
            the demo needs the broker mosquitto, which is neither in PATH nor in /usr/sbin; \
            install it with: sudo apt install mosquitto
            """
        case .noFreePort:
            "no free port on 127.0.0.1 for the demo's broker; close something and try again"
        case .noFolder(let reason):
            "cannot make a temporary folder for the demo: \(reason); set TMPDIR to a writable one"
        case .cannotStart(let path, let reason):
            "the demo's broker \(path) does not start: \(reason)"
        }
    }
}
