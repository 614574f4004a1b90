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
/// Flag, number and content alone would not do: what was sent and never received has the flag as
/// well, a number is free again once its acknowledgement has arrived, and bare values repeat
/// themselves. A new message that is taken for a copy is lost without a trace; a copy that is taken
/// for a new message counts twice. So a message is a copy only where nothing else can be meant:
///
/// 1. What comes again comes first, in its old order, and what was received comes before what was
///    not. So copies end with the first message of QoS 1 that is none, flagged or not, and each is
///    younger than the copy before it.
/// 2. Acknowledgements arrive in the order in which they were written. Where that of the newest
///    message was never given to a socket, that message comes again, behind all that are received;
///    so whatever comes before it was received.
/// 3. Where all acknowledgements were written they may have arrived, and the numbers may have been
///    given to messages that were lost. A number is given anew only by a broker that takes a freed
///    one. If the number before it was lower and the numbers have only risen since, such a broker
///    would have taken that lower one, which was freed earlier: then the number was not given anew.
///    Otherwise nobody can tell, and the message counts as new.
///
/// The third argument holds for brokers that take numbers in turn (mosquitto, EMQX) and for those
/// that take the lowest free one, or any from a small round. A broker that takes the number freed
/// *last* is not known, and its numbers would not rise but at the beginning of a session.
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
    /// The place of the newest message. Places are as far apart as numbers where these rise, so
    /// that numbers which never reached us count as well.
    private var newest: UInt32 = 0
    /// Its number; nil: none has come in this session.
    private var newestNumber: UInt16?
    /// How far the numbers have risen without a step back, up to the newest message: as a distance
    /// of places, at most all numbers.
    private var rise: UInt32 = 0
    /// The place of the last message on the present connection, copy or not; nil: none has come.
    private var last: UInt32?
    /// Up to here acknowledgements were given to a socket.
    private var written: UInt32 = 0

    // As it was when the present connection began.

    private var newestBefore: UInt32 = 0
    private var riseBefore: UInt32 = 0
    /// The newest message comes again for certain.
    private var isNewestOwed = false
    /// A copy on the present connection is younger than this, counted back from `newestBefore`;
    /// 0: no more copies come.
    private var age: UInt32 = 0

    /// A connection's session is known: the former one goes on, or a new one begins.
    func begin(isResumed: Bool) {
        if !isResumed {
            entries.removeAll()
            newestNumber = nil
            rise = 0
            written = newest
        }
        newestBefore = newest
        riseBefore = rise
        isNewestOwed = written != newest
        last = nil
        age = entries.isEmpty ? 0 : UInt32(Limits.messageNumbers / 2)
    }

    /// Whether the DUP flag still matters.
    var expectsCopies: Bool { age > 0 }

    /// The acknowledgements of all that the present connection has brought are given to the socket:
    /// from now on they may have arrived.
    func noteAcknowledgementsWritten() {
        guard let last, newest &- last < newest &- written else { return }
        written = last
    }

    /// Notes a message and says whether it is a copy of one that was received before.
    func note(number: UInt16, topic: Span<UInt8>, payload: Span<UInt8>, isFlagged: Bool) -> Bool {
        let hash = ByteHash.hash(payload, seed: ByteHash.hash(topic))
        let short = max(1, UInt32(truncatingIfNeeded: hash))
        if entries.isEmpty { entries = Array(repeating: Entry(), count: Limits.messageNumbers) }
        if isFlagged, expectsCopies, isCopy(entries[Int(number)], short) { return true }
        age = 0
        advance(to: number)
        entries[Int(number)] = Entry(hash: short, place: newest)
        last = newest
        return false
    }

    private func isCopy(_ entry: Entry, _ hash: UInt32) -> Bool {
        let wanted = newestBefore &- entry.place
        guard entry.hash == hash, wanted < age, isNewestOwed || wanted < riseBefore else {
            return false
        }
        age = wanted
        last = entry.place
        return true
    }

    private func advance(to number: UInt16) {
        let step = newestNumber.map { UInt32(number &- $0) } ?? 0
        newestNumber = number
        let isRising = 1..<UInt32(Limits.messageNumbers / 2) ~= step
        newest &+= isRising ? step : 1
        rise = isRising ? min(rise + step, UInt32(Limits.messageNumbers)) : 0
    }
}
