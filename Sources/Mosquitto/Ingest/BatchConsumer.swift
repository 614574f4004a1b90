internal import Monitoring

/// A task that waits for a batch.
///
/// Safety of the unchecked continuation: it lies in one place, the state of the inbox, and every
/// transition that takes it out hands it to the caller, who resumes it once. A checked one is
/// opaque to the compiler, which then handles the whole state through run-time type information.
@safe
struct BatchConsumer {
    private let continuation: UnsafeContinuation<MessageBatch?, Never>

    init(_ continuation: UnsafeContinuation<MessageBatch?, Never>) {
        unsafe self.continuation = continuation
    }

    /// nil: the end.
    func resume(returning batch: consuming MessageBatch?) {
        unsafe continuation.resume(returning: batch)
    }
}
