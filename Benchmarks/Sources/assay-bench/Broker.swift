import Foundation
import Glibc
import LocalBrokers

/// A mosquitto of its own on a free loopback port, with nothing kept between runs.
///
final class Broker {
    /// How much it keeps for a subscriber that is behind.
    enum Limits: String {
        /// All: what is compared is the subscriber's cost, and a broker that drops for one and not for
        /// the other would decide the result.
        case lifted = """
            max_queued_messages 0
            max_queued_bytes 0
            max_inflight_messages 0
            """
        /// What it does by default.
        case ofBroker = ""
    }

    let port: Int
    private let process: ChildProcess

    init(folder: URL, limits: Limits = .lifted) throws {
        guard let port = LoopbackPort.findFree(),
            let program = InstalledProgram.path(of: "mosquitto")
        else { throw BenchmarkError("mosquitto is not installed, or no port is free") }
        self.port = Int(port)
        let configuration = """
            listener \(port) 127.0.0.1
            allow_anonymous true
            user \(InstalledProgram.brokerUser)
            persistence false
            set_tcp_nodelay true
            \(limits.rawValue)
            sys_interval 0
            log_type error
            log_type warning
            """
        let file = folder.appending(path: "mosquitto.conf")
        try configuration.write(to: file, atomically: true, encoding: .utf8)
        process = try ChildProcess(
            program,
            ["-c", file.path],
            name: "mosquitto",
            folder: folder
        )
        try waitUntilListening()
    }

    func stop() throws {
        try process.terminate()
    }

    private func waitUntilListening() throws {
        let deadline = Stopwatch()
        while !LoopbackPort.isListening(UInt16(port)) {
            guard process.isRunning(), deadline.seconds < 5 else {
                throw BenchmarkError("mosquitto does not listen:\n\(process.errors)")
            }
            pause(milliseconds: 20)
        }
    }
}
