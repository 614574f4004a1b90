import Daemon
import Logging
import Mosquitto
import Settings

/// A `DaemonService` in this process. Stopped with the object; a test that wants to see the end
/// calls `stop`.
final class RunningDaemon: Sendable {
    let log: LogLines
    private let service: DaemonService
    private let running: Task<Void, any Error>

    init(
        _ configuration: Configuration,
        recording: String? = nil,
        clock: GatewayClock = .system,
        supervisor: SystemdNotifier? = nil,
        log: LogLines = LogLines(),
    ) throws {
        self.log = log
        let daemon = try DaemonService(
            configuration: configuration,
            options: DaemonService.Options(recording: recording, supervisor: supervisor),
            clock: clock,
            logger: log.logger,
        )
        service = daemon
        running = Task { try await daemon.run() }
    }

    deinit {
        service.stop()
    }

    /// Stops it and waits for its end; throws what its run threw.
    func stop() async throws {
        service.stop()
        try await running.value
    }

    /// Waits for the end of a daemon that nobody stopped.
    func ended() async throws {
        try await running.value
    }
}
