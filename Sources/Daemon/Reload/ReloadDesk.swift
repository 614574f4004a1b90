import Settings
import Synchronization

/// Where a configuration that was read again waits for the engine; the newest one alone.
final class ReloadDesk: Sendable {
    private let waiting = Mutex<DaemonService.Reading?>(nil)

    func post(_ reading: DaemonService.Reading) { waiting.withLock { $0 = reading } }

    /// What was read since the last call.
    func take() -> DaemonService.Reading? {
        waiting.withLock { reading in
            defer { reading = nil }
            return reading
        }
    }
}
