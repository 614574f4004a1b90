import Alarms
import Delivery
import History
import Logging
import Monitoring
import Mosquitto
import Synchronization

/// Takes alarms from the outbox to the broker: `AlarmDelivery` decides, `PublishingConnection` sends.
///
/// Owned by the engine's task. The connection's thread leaves what it learns in a mailbox, which
/// holds at most one entry per publication in flight.
struct AlarmOutlet {
    /// What the connection's thread has learned since the engine last looked.
    final class Mailbox: Sendable {
        struct Contents {
            /// Tokens that the connection is done with, also those that the broker has refused.
            var confirmed: [UInt64] = []
            var isConnectedAnew = false
            /// Why the last of the refused was.
            var refusal: ConnectionProblem?
            var refusedCount = 0
        }

        private let contents = Mutex(Contents())

        func connected() { contents.withLock { $0.isConnectedAnew = true } }

        func confirmed(_ confirmation: PublishConfirmation) {
            contents.withLock { contents in
                contents.confirmed.append(confirmation.token.number)
                guard let problem = confirmation.problem else { return }
                contents.refusal = problem
                contents.refusedCount += 1
            }
        }

        /// Everything since the last call.
        func take() -> Contents {
            contents.withLock { contents in
                defer { contents = Contents() }
                return contents
            }
        }
    }

    /// States older than this are not published again on a connect (alarms.md 1.5).
    private static let pictureAge: Int64 = 7 * 86_400 * 1_000_000_000
    private static let name = "mqtt"

    private var delivery: AlarmDelivery
    private let connection: PublishingConnection
    private let mailbox: Mailbox
    private var status: StatusMessage
    private let logger: Logger
    /// The newest transition in the database: what is newer must not be called durable.
    private var storedSequence: Int64
    private var isOnline = false
    /// The connection took no more; the delivery goes on with the next cycle.
    private var isStalled = false
    /// Messages that the broker or the library would not take.
    private var refusedCount = 0

    init(
        delivery: AlarmDelivery,
        connection: PublishingConnection,
        mailbox: Mailbox,
        status: StatusMessage,
        storedSequence: Int64,
        logger: Logger,
    ) {
        self.storedSequence = storedSequence
        self.delivery = delivery
        self.connection = connection
        self.mailbox = mailbox
        self.status = status
        self.logger = logger
    }

    /// The rows that the transitions of a commit put into the outbox, in its transaction.
    func outbox(for transitions: ArraySlice<AlarmTransition>) -> [OutboxMessage] {
        transitions.flatMap { transition in
            delivery.entries(for: transition).map { entry in
                OutboxMessage(
                    id: entry.id,
                    replaces: entry.replaces,
                    delivery: Self.name,
                    topic: entry.message.topic,
                    payload: entry.message.payload,
                    isRetained: entry.message.isRetained,
                    sequence: transition.sequence,
                    at: transition.at,
                )
            }
        }
    }

    /// After the commit: what was stored may be sent.
    mutating func committed(_ rows: [OutboxMessage], lastSequence: Int64) {
        delivery.add(rows.map(OutboxEntry.init))
        status.lastSequence = max(status.lastSequence, lastSequence)
        storedSequence = max(storedSequence, lastSequence)
        send()
    }

    /// What could not be stored is announced all the same, as not durable. When it is stored it is
    /// published again, under the same id and as durable.
    mutating func announceUnstored(_ transitions: ArraySlice<AlarmTransition>) {
        for transition in transitions {
            delivery.addUnstored(delivery.entries(for: transition, isDurable: false))
        }
        send()
    }

    /// Outbox rows whose messages are confirmed or superseded. What was announced unstored has no
    /// row yet.
    mutating func takeFinished() -> [Int64] {
        let lastRow = 2 * storedSequence + 1
        return delivery.takeFinished().filter { $0 <= lastRow }
    }

    /// Looks after the connection, once a cycle: confirmations, a new connection, and what of the
    /// outbox did not fit into memory.
    mutating func tend(alarms: AlarmBook, store: HistoryStore, now: ReceiveTime)
        throws(HistoryError)
    {
        let news = mailbox.take()
        for token in news.confirmed { delivery.confirmed(Int64(token)) }
        noteRefusals(news)
        if isStalled {
            isStalled = false
            delivery.connected(picture: [])
        }
        if news.isConnectedAnew {
            isOnline = true
            let since = ReceiveTime(nanoseconds: now.nanoseconds - Self.pictureAge)
            let standing = alarms.standing(changedSince: since)
            delivery.connected(picture: standing.filter { $0.sequence <= storedSequence })
            for transition in standing where transition.sequence > storedSequence {
                let state = delivery.entries(for: transition, isDurable: false).prefix(1)
                delivery.addUnstored(Array(state))
            }
            publishStatus()
        }
        if let first = delivery.refillFrom {
            let room = delivery.room
            let rows = try store.pendingOutbox(after: first - 1, limit: room)
            delivery.refill(rows.map(OutboxEntry.init), isComplete: rows.count < room)
        }
        send()
    }

    /// A refused message is not tried again: it would be refused again, as by a broker whose access
    /// list does not know our topics. Said at the first, then when their number has doubled.
    private mutating func noteRefusals(_ news: Mailbox.Contents) {
        guard let problem = news.refusal else { return }
        let before = refusedCount
        refusedCount += news.refusedCount
        guard before == 0 || refusedCount.leadingZeroBitCount < before.leadingZeroBitCount else {
            return
        }
        logger.error(
            "the broker refuses messages of alarms; allow the topics below the gateway's own",
            metadata: ["count": "\(refusedCount)", "problem": "\(problem)"],
        )
    }

    /// What happened to the connection since the last call.
    func takeEvents() -> [ConnectionEvent] { connection.takeEvents() }

    /// A broker that feeds are read from came or went: `status` says so.
    mutating func note(ingest broker: Int, isUp: Bool) {
        guard status.ingest[broker].isUp != isUp else { return }
        status.ingest[broker].isUp = isUp
        if isOnline { publishStatus() }
    }

    private mutating func publishStatus() {
        // A refusal means that thousands of alarms wait before it; the next connect brings it.
        _ = try? connection.publish(Publication(status.online(on: delivery.topics)))
    }

    private mutating func send() {
        while let publication = delivery.next() {
            guard let token = try? connection.publish(Publication(publication.message)) else {
                // Full or stopping: as if the connection were lost, so that it is offered again in the
                // next cycle.
                delivery.disconnected()
                isStalled = true
                return
            }
            delivery.sent(publication, as: Int64(token.number))
        }
    }
}

extension OutboxEntry {
    fileprivate init(_ row: OutboxMessage) {
        self.init(
            id: row.id,
            replaces: row.replaces,
            message: OutgoingMessage(
                topic: row.topic,
                payload: row.payload,
                isRetained: row.isRetained,
            ),
        )
    }
}

extension Publication {
    init(_ message: OutgoingMessage) {
        self.init(
            topic: message.topic,
            payload: message.payload,
            qualityOfService: message.qualityOfService,
            isRetained: message.isRetained,
        )
    }
}
