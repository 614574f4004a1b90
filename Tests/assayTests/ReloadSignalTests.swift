import Synchronization
import Testing

@testable import assay

/// The signal itself comes in the tests of the daemon; here, what is done with it.
@Suite("SIGHUP")
struct ReloadSignalTests {
    private final class Count: Sendable {
        private let value = Mutex(0)
        func add() { value.withLock { $0 += 1 } }
        var now: Int { value.withLock { $0 } }
    }

    @Test("signals that come before anybody handles them are kept, as one")
    func early() {
        let signal = ReloadSignal()
        defer { signal.cancel() }
        signal.take()
        signal.take()
        let count = Count()
        signal.handle { count.add() }
        #expect(count.now == 1)
        signal.take()
        #expect(count.now == 2)
    }

    @Test("nothing is called where no signal came")
    func none() {
        let signal = ReloadSignal()
        defer { signal.cancel() }
        let count = Count()
        signal.handle { count.add() }
        #expect(count.now == 0)
    }
}
