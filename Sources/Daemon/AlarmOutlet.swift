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
            /// How the connection stands now; nil: as before.
            var isOnline: Bool?
            /// Why the last of the refused was.
            var refusal: ConnectionProblem?
            var refusedCount = 0
        }

        private let contents = Mutex(Contents())

        func connected() {
            contents.withLock { contents in
                contents.isConnectedAnew = true
                contents.isOnline = true
            }
        }

        func disconnected() { contents.withLock { $0.isOnline = false } }

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
    /// Between two tries to read an outbox that cannot be read.
    private static let retryInterval = Nanoseconds.seconds(1)

    private var delivery: AlarmDelivery
    private let connection: PublishingConnection
    private let mailbox: Mailbox
    private var status: StatusMessage
    private let logger: Logger
    /// The newest transition in the database: what is newer must not be called durable.
    private var storedSequence: Int64
    private(set) var isOnline = false
    /// The connection was made, and nothing was said since of how the daemon is.
    private(set) var isMetAnew = false
    /// The outbox could not be read: when it is tried again.
    private var readAt: MonotonicTime?
    /// `status` has changed since the connection last took it.
    private var isStatusDue = false
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

    /// Makes the rows that a transition puts into the outbox, in its transaction.
    var outbox: @Sendable (AlarmTransition) -> [OutboxMessage] {
        // A delivery that holds nothing but its settings.
        let composer = AlarmDelivery(
            topics: delivery.topics,
            gateway: delivery.gateway,
            epoch: delivery.epoch,
            settings: delivery.settings,
        )
        return { transition in
            composer.entries(for: transition).map { entry in
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

    /// After the commit: what was stored may be sent, with the next `tend`.
    mutating func committed(_ transitions: [AlarmTransition]) {
        guard let first = transitions.first, let last = transitions.last else { return }
        delivery.noteStored(from: first.sequence)
        status.lastSequence = max(status.lastSequence, last.sequence)
        storedSequence = max(storedSequence, last.sequence)
    }

    /// What could not be stored is announced all the same, as not durable. When it is stored it is
    /// published again, under the same id and as durable.
    mutating func announceUnstored(_ transitions: ArraySlice<AlarmTransition>) {
        for transition in transitions {
            delivery.addUnstored(delivery.entries(for: transition, isDurable: false))
        }
        send()
    }

    /// Outbox rows whose messages are confirmed or superseded.
    mutating func takeFinished() -> [Int64] { delivery.takeFinished() }

    /// Whether more could be sent, or be confirmed, over a connection that is up.
    var isSending: Bool { isOnline && !delivery.isIdle }

    /// Looks after the connection, once a cycle: confirmations, a new connection, and what of the
    /// outbox did not fit into memory. Where the outbox cannot be read, all the rest goes out, and
    /// reading is tried again once a second.
    mutating func tend(
        alarms: AlarmBook,
        store: HistoryStore,
        now: ReceiveTime,
        moment: MonotonicTime,
    ) {
        let news = mailbox.take()
        for token in news.confirmed { delivery.confirmed(Int64(token)) }
        noteRefusals(news)
        isOnline = news.isOnline ?? isOnline
        if !isOnline { delivery.disconnected() }
        if isOnline, news.isConnectedAnew {
            let since = ReceiveTime(nanoseconds: now.nanoseconds - Self.pictureAge)
            let standing = alarms.standing(changedSince: since)
            delivery.connected(picture: standing.filter { $0.sequence <= storedSequence })
            for transition in standing where transition.sequence > storedSequence {
                let state = delivery.entries(for: transition, isDurable: false).prefix(1)
                delivery.addUnstored(Array(state))
            }
            isStatusDue = true
            isMetAnew = true
        }
        refill(from: store, moment: moment)
        send()
    }

    private mutating func refill(from store: HistoryStore, moment: MonotonicTime) {
        guard let first = delivery.refillFrom, moment >= readAt ?? moment else { return }
        do throws(HistoryError) {
            let room = delivery.room
            let rows = try store.pendingOutbox(after: first - 1, limit: room)
            delivery.refill(rows.map(OutboxEntry.init), isComplete: rows.count < room)
            if readAt != nil { logger.info("alarms are read from the store again") }
            readAt = nil
        } catch {
            if readAt == nil {
                logger.error(
                    "alarms that wait in the store cannot be read; they are sent when they can be",
                    metadata: ["error": "\(error)"],
                )
            }
            readAt = moment.after(Self.retryInterval)
        }
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

    /// How the connection stands.
    var figures: SelfMessage.Publishing {
        var figures = SelfMessage.Publishing()
        figures.status = connection.status
        figures.unconfirmed = connection.unconfirmed
        figures.refused = refusedCount
        return figures
    }

    /// Publishes how the daemon is, or, where the connection takes no more, nothing: the next message
    /// says more.
    mutating func publish(figures: SelfMessage) {
        isMetAnew = false
        _ = try? connection.publish(Publication(figures.message(on: delivery.topics)))
    }

    /// What happened to the connection since the last call.
    func takeEvents() -> [ConnectionEvent] { connection.takeEvents() }

    /// A broker that feeds are read from came or went: `status` says so.
    mutating func note(ingest broker: Int, isUp: Bool) {
        guard status.ingest[broker].isUp != isUp else { return }
        status.ingest[broker].isUp = isUp
        isStatusDue = true
    }

    /// Hands over what the connection takes; the rest goes with the next cycle. While it is offline
    /// everything waits here, where a later state replaces an earlier one.
    private mutating func send() {
        guard isOnline else { return }
        if isStatusDue {
            let message = Publication(status.online(on: delivery.topics))
            guard (try? connection.publish(message)) != nil else { return }
            isStatusDue = false
        }
        while let publication = delivery.next() {
            guard let token = try? connection.publish(Publication(publication.message)) else {
                return delivery.refused(publication)
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
