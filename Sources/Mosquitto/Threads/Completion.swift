internal import Synchronization

/// A thing that happens once, and tasks that wait for it.
final class Completion: Sendable {
    private enum State {
        case pending([CheckedContinuation<Void, Never>])
        case done
    }

    private let state = Mutex(State.pending([]))

    var isDone: Bool {
        state.withLock { state in
            if case .done = state { true } else { false }
        }
    }

    func complete() {
        let waiting = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            guard case .pending(let waiting) = state else { return [] }
            state = .done
            return waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Returns when it has happened. Cancellation does not shorten it: what is waited for has a
    /// deadline of its own.
    func wait() async {
        await withCheckedContinuation { continuation in
            let isDone = state.withLock { state in
                switch state {
                case .pending(let waiting):
                    state = .pending(waiting + [continuation])
                    return false
                case .done: return true
                }
            }
            if isDone { continuation.resume() }
        }
    }
}
