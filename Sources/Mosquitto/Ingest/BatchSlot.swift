internal import Monitoring

/// The batch that the poll thread is filling. Used by that thread alone.
final class BatchSlot {
    var batch = MessageBatch()
    /// When the present cycle began to read: the receive time of its messages.
    var receivedAt = ReceiveTime(nanoseconds: 0)
    /// Whether the batch holds a message that must be acknowledged.
    var awaitsCommit = false
}
