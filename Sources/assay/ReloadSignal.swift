import Dispatch
import Glibc
import Synchronization

/// Calls a closure on SIGHUP instead of ending the process, one call at a time; signals that come during
/// a call are one call after it. A signal that comes before there is a closure is kept for it.
final class ReloadSignal: Sendable {
    private struct Handling {
        var action: (@Sendable () -> Void)?
        var isMissed = false
    }

    private let handling = Mutex(Handling())
    // Safety: set once before it is resumed, and cancelled; both may be done from any thread.
    private nonisolated(unsafe) let source: any DispatchSourceSignal

    init() {
        _ = signal(SIGHUP, SIG_IGN)
        let queue = DispatchQueue(label: "assay.reload")
        let source = DispatchSource.makeSignalSource(signal: SIGHUP, queue: queue)
        // Safety: nobody else has this object yet.
        unsafe self.source = source
        source.setEventHandler { [weak self] in self?.take() }
        source.resume()
    }

    /// A signal came.
    func take() {
        let action = handling.withLock { handling in
            if handling.action == nil { handling.isMissed = true }
            return handling.action
        }
        action?()
    }

    func handle(_ action: @escaping @Sendable () -> Void) {
        let isMissed = handling.withLock { handling in
            handling.action = action
            defer { handling.isMissed = false }
            return handling.isMissed
        }
        if isMissed { action() }
    }

    func cancel() {
        // Safety: the source is set, and may be cancelled from any thread.
        unsafe source.cancel()
    }
}
