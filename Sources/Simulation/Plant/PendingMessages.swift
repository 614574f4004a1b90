import Monitoring

/// Messages that have left their device and are not due yet, because a fault holds them back.
///
/// Bounded by the faults: the longest hold of ten seconds of one source at 20 Hz is 200 messages.
struct PendingMessages: Sendable {
    private struct Entry {
        var message: PlantMessage
        /// Breaks ties in due time, so that the order does not depend on how time is cut.
        var source: Int
        /// Order in which the source sent.
        var order: Int
    }

    private var entries: [Entry] = []
    private var sent = 0

    var nextDueAt: ReceiveTime? { entries.lazy.map(\.message.dueAt).min() }

    mutating func hold(_ message: PlantMessage, source: Int) {
        entries.append(Entry(message: message, source: source, order: sent))
        sent += 1
    }

    /// Moves what is due into `messages`, in the order of due time, source, sending.
    mutating func release(upTo time: ReceiveTime, into messages: inout [PlantMessage]) {
        var due: [Entry] = []
        var later: [Entry] = []
        for entry in entries {
            if entry.message.dueAt <= time { due.append(entry) } else { later.append(entry) }
        }
        entries = later
        due.sort { left, right in
            (left.message.dueAt.nanoseconds, left.source, left.order)
                < (right.message.dueAt.nanoseconds, right.source, right.order)
        }
        messages.append(contentsOf: due.map(\.message))
    }
}
