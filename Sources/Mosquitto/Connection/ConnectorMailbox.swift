internal import Synchronization

/// Where connector threads leave their results. A connection has one attempt at a time, and an
/// abandoned one is told by its number, so it holds no more than one outcome per connection and
/// restart of the loop.
final class ConnectorMailbox: Sendable {
    private struct Contents {
        var outcomes: [Connector.Outcome] = []
        var isClosed = false
    }

    private let contents = Mutex(Contents())
    private let wake: WakeUp

    init(wake: WakeUp) {
        self.wake = wake
    }

    func post(_ outcome: Connector.Outcome) {
        contents.withLock { contents in
            // After the end nobody takes it; the handle is destroyed with the outcome.
            if !contents.isClosed { contents.outcomes.append(outcome) }
        }
        wake.signal()
    }

    func takeAll() -> [Connector.Outcome] {
        contents.withLock { contents in
            let taken = contents.outcomes
            contents.outcomes = []
            return taken
        }
    }

    func close() {
        contents.withLock { contents in
            contents.isClosed = true
            contents.outcomes = []
        }
    }
}
