internal import Monitoring

/// What of one session the broker may send a second time, over all connections of that session.
///
/// A broker that has not seen our acknowledgement when a connection ends sends the message again on
/// the next one, under its old number and with the DUP flag (MQTT 5, section 4.4). It must then be
/// acknowledged but not counted, for its first copy is with the engine or behind it. The receive
/// maximum does not bound what comes again: mosquitto 2.0.11 goes far beyond it when it has a queue
/// to send after a reconnect. But no two messages under way have the same number; so one entry for
/// each number is enough, whatever the broker does.
///
/// Flag, number and content alone would not do. Numbers come round, bare values repeat themselves,
/// and what was sent and never received has the flag as well. The order decides: what comes again
/// comes in its old order, and what was received comes before what was not. So each copy is younger
/// than the copy before it, and the first is not older than half the numbers.
///
/// One per link, used by its poll thread. Memory: 512 KiB, from the first message of QoS 1 on. Cost
/// per message of QoS 1: a hash of its bytes, 20 ns for 100 of them.
final class RedeliveryMemory {
    private struct Entry {
        /// Of topic and payload; 0: nothing came under this number.
        var hash: UInt32 = 0
        /// The message's place in the order of arrival, which comes round as well.
        var place: UInt32 = 0
    }

    /// By message number, what came last under it.
    private var entries: [Entry] = []
    /// The place of the newest message.
    private var newest: UInt32 = 0
    /// The place of the newest message when the present connection began.
    private var newestBefore: UInt32 = 0
    /// A copy on the present connection is younger than this, counted back from `newestBefore`.
    private var age: UInt32 = 0
    /// Messages of QoS 1 that the present connection has brought.
    private var count = 0

    /// A connection's session is known: the former one goes on, or a new one begins.
    func begin(isResumed: Bool) {
        if !isResumed { entries.removeAll() }
        newestBefore = newest
        age = entries.isEmpty ? 0 : UInt32(Limits.messageNumbers / 2)
        count = 0
    }

    /// Whether the DUP flag still matters.
    var expectsCopies: Bool { age > 0 && count < Limits.messageNumbers }

    /// Notes a message and says whether it is a copy of one that was received before.
    func note(number: UInt16, topic: Span<UInt8>, payload: Span<UInt8>, isFlagged: Bool) -> Bool {
        let hash = ByteHash.hash(payload, seed: ByteHash.hash(topic))
        let short = max(1, UInt32(truncatingIfNeeded: hash))
        if entries.isEmpty { entries = Array(repeating: Entry(), count: Limits.messageNumbers) }
        count += 1
        if isFlagged, expectsCopies, isCopy(entries[Int(number)], short) { return true }
        newest &+= 1
        entries[Int(number)] = Entry(hash: short, place: newest)
        return false
    }

    private func isCopy(_ entry: Entry, _ hash: UInt32) -> Bool {
        // What came on this connection is ahead of `newestBefore`: its difference is huge.
        let wanted = newestBefore &- entry.place
        guard entry.hash == hash, wanted < age else { return false }
        age = wanted
        return true
    }
}
