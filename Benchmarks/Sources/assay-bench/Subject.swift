import Foundation

/// A program that takes the messages: what is measured, or what it is measured against.
enum Subject: String {
    case assay
    case bare

    /// Starts it against a broker and returns when it is subscribed.
    func start(broker: Broker, folder: URL, workshop: Workshop) throws -> ChildProcess {
        switch self {
        case .bare:
            let process = try ChildProcess(
                workshop.program("bare_subscriber"),
                ["--port", "\(broker.port)", "--topic", "bench/#", "--idle", "3"],
                name: rawValue,
                folder: folder
            )
            try wait(for: process) { process.errors.contains("ready") }
            return process
        case .assay:
            let configuration = folder.appending(path: "assay.yaml")
            try DaemonConfiguration.text(port: broker.port, folder: folder, workshop: workshop)
                .write(to: configuration, atomically: true, encoding: .utf8)
            let process = try ChildProcess(
                workshop.assay,
                ["run", "--config", configuration.path],
                name: rawValue,
                folder: folder
            )
            try wait(for: process) { Self.isOnline(broker, workshop) }
            return process
        }
    }

    /// Ends it when nothing more is sent to it.
    func stop(_ process: ChildProcess) throws -> ChildProcess.Usage {
        switch self {
        // It ends by itself when nothing has come for its idle time, and then tells its count.
        case .bare: try process.wait(seconds: 30)
        case .assay: try process.terminate()
        }
    }

    /// Messages that it counted, after its end; nil where it does not tell.
    func received(_ process: ChildProcess, folder: URL, workshop: Workshop) -> Int? {
        switch self {
        case .bare: ChildProcess.pairs(process.output)["received"].map { Int($0) }
        case .assay: DaemonConfiguration.samplesStored(folder: folder, workshop: workshop)
        }
    }

    private func wait(for process: ChildProcess, until isReady: () -> Bool) throws {
        let deadline = Stopwatch()
        while !isReady() {
            guard process.isRunning() else {
                throw BenchmarkError("`\(rawValue)` ended at its start:\n\(process.errors)")
            }
            guard deadline.seconds < 20 else {
                throw BenchmarkError("`\(rawValue)` was not ready within 20 s:\n\(process.errors)")
            }
            pause(milliseconds: 20)
        }
        pause(milliseconds: 300)
    }

    /// The daemon's retained status says that it is there and that its connections are up.
    private static func isOnline(_ broker: Broker, _ workshop: Workshop) -> Bool {
        let status = try? workshop.run(
            "mosquitto_sub",
            [
                "-p", "\(broker.port)", "-t", "\(DaemonConfiguration.root)/status",
                "-C", "1", "-W", "1",
            ]
        )
        guard let status else { return false }
        return status.contains("\"online\"") && !status.contains("\"down\"")
    }
}
