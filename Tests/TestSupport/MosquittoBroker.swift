internal import Foundation
internal import LocalBrokers
internal import Synchronization

/// Debian's real `mosquitto` on a free loopback port, with a folder and a configuration of its own.
/// Stopped with the object.
public final class MosquittoBroker: Sendable {
    public struct Options: Sendable {
        /// Name and password; empty: anonymous clients are allowed.
        public var users: [String: String] = [:]
        /// Serve TLS only, with `certificates`.
        public var usesTLS = false
        /// Ask clients for a certificate.
        public var requiresClientCertificate = false
        /// Keep sessions and retained messages over `kill` and `start`.
        public var isPersistent = false
        /// Further lines of mosquitto.conf.
        public var configuration: [String] = []

        public init() {}
    }

    public let port: UInt16
    public let folder: TemporaryFolder
    /// Of a broker with TLS.
    public let certificates: TestCertificates?
    private let configurationPath: String
    private let process = Mutex<Process?>(nil)

    /// Prepares the broker; `start` runs it.
    public init(_ options: Options = Options()) throws {
        folder = try TemporaryFolder()
        guard let port = LoopbackPort.findFree() else {
            throw Command.Failure(description: "no free port")
        }
        self.port = port
        certificates = options.usesTLS ? try TestCertificates(in: folder) : nil
        var lines = [
            "listener \(port) 127.0.0.1",
            "user \(InstalledProgram.brokerUser)",
            "allow_anonymous \(options.users.isEmpty)",
            "max_queued_messages 100000",
        ]
        if let certificates {
            lines += [
                "cafile \(certificates.authority)", "certfile \(certificates.server.certificate)",
                "keyfile \(certificates.server.key)",
                "require_certificate \(options.requiresClientCertificate)",
            ]
        }
        if options.isPersistent {
            lines += [
                "persistence true", "persistence_location \(folder.path)/",
                "autosave_on_changes true", "autosave_interval 1",
            ]
        }
        if !options.users.isEmpty {
            let passwords = try folder.write("", to: "passwords")
            for (name, password) in options.users {
                try Command.run("mosquitto_passwd", ["-b", passwords, name, password])
            }
            lines.append("password_file \(passwords)")
        }
        lines += options.configuration
        configurationPath = try folder.write(
            lines.joined(separator: "\n") + "\n",
            to: "mosquitto.conf",
        )
    }

    deinit {
        kill()
    }

    /// Starts it and returns when it listens.
    public func start() throws {
        guard let program = InstalledProgram.path(of: "mosquitto") else {
            throw Command.Failure(description: "mosquitto is not installed")
        }
        let started = Process()
        started.executableURL = URL(fileURLWithPath: program)
        started.arguments = ["-c", configurationPath]
        let log = folder.file("mosquitto.log")
        if !FileManager.default.fileExists(atPath: log) {
            try folder.write("", to: "mosquitto.log")
        }
        let output = FileHandle(forWritingAtPath: log)
        output?.seekToEndOfFile()
        started.standardOutput = output
        started.standardError = output
        started.standardInput = FileHandle.nullDevice
        try started.run()
        process.withLock { $0 = started }
        for _ in 0..<1_000 {
            if LoopbackPort.isListening(port) { return }
            guard started.isRunning else { break }
            usleep(5_000)
        }
        throw Command.Failure(description: "mosquitto did not start: \(self.log)")
    }

    /// What it has written so far.
    public var log: String {
        (try? String(contentsOfFile: folder.file("mosquitto.log"), encoding: .utf8)) ?? ""
    }

    /// As a power cut would: no word to the clients.
    public func kill() {
        end { Foundation.kill($0, SIGKILL) }
    }

    /// As systemd does: clients of MQTT 5 are told. A broker that does not end within five seconds,
    /// because it inherited a blocked SIGTERM or is frozen, is killed.
    public func stop() {
        end { Foundation.kill($0, SIGTERM) }
    }

    /// It keeps its sockets and answers nothing, as on a machine that hangs.
    public func freeze() {
        process.withLock {
            if let running = $0 { Foundation.kill(running.processIdentifier, SIGSTOP) }
        }
    }

    public func thaw() {
        process.withLock {
            if let running = $0 { Foundation.kill(running.processIdentifier, SIGCONT) }
        }
    }

    public func restart() throws {
        stop()
        try start()
    }

    private func end(_ signal: (pid_t) -> Int32) {
        guard let running = process.withLock({ $0.take() }) else { return }
        _ = signal(running.processIdentifier)
        for _ in 0..<1_000 where running.isRunning { usleep(5_000) }
        if running.isRunning { Foundation.kill(running.processIdentifier, SIGKILL) }
        running.waitUntilExit()
    }
}
