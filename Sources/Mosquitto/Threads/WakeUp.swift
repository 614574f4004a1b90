internal import CMosquitto
internal import Glibc
internal import Synchronization

/// An eventfd that a poll loop watches beside its sockets, so that other threads can wake it.
///
/// A signal sent by the loop's own thread writes nothing: the loop looks at everything anyway
/// before it waits again. That spares two system calls per batch.
final class WakeUp: Sendable {
    /// What poll watches.
    let descriptor: Int32
    private let owner = Atomic<UInt>(0)
    private let isRaised = Atomic<Bool>(false)

    /// Fails only where the process has no descriptors left.
    init() throws(ConnectionProblem) {
        descriptor = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
        if descriptor < 0 { throw ConnectionProblem(.library(.systemError, errno: errno)) }
    }

    deinit {
        close(descriptor)
    }

    /// Declares the calling thread to be the loop.
    func adopt() {
        owner.store(pthread_self(), ordering: .releasing)
    }

    /// Declares that there is no loop any more.
    func abandon() {
        owner.store(0, ordering: .releasing)
    }

    /// Asks the loop to look around: wakes it, unless it is the one that calls or is woken already.
    func signal() {
        guard !isRaised.exchange(true, ordering: .acquiringAndReleasing) else { return }
        guard owner.load(ordering: .relaxed) != pthread_self() else { return }
        // It fails only when the counter is full, and then the loop is woken already.
        eventfd_write(descriptor, 1)
    }

    /// Whether somebody asked since the last call. `isReadable`: poll says that something was
    /// written. Costs a load where nobody did.
    func takeSignal(isReadable: Bool) -> Bool {
        if isReadable {
            var count: eventfd_t = 0
            // Safety: the pointer lives for the call. It fails only where nothing was written.
            unsafe eventfd_read(descriptor, &count)
        }
        guard isReadable || isSignalled else { return false }
        // What the caller did before it signalled is seen after this exchange.
        return isRaised.exchange(false, ordering: .acquiringAndReleasing) || isReadable
    }

    /// Whether somebody asked and was not attended to: the loop must not wait.
    var isSignalled: Bool { isRaised.load(ordering: .acquiring) }
}
