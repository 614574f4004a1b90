import Alarms
import Delivery
import History
import Logging
import Monitoring
import Mosquitto
import TestSupport
import Testing

@testable import Daemon

extension DaemonSuite {
    /// Goal: an alarm message that the broker had not confirmed when the connection broke is sent
    /// again once. Method: a scripted broker that confirms nothing on the first connection.
    @Suite struct AlarmOutletTests {
        private static let start = ReceiveTime(nanoseconds: 1_795_214_467_000_000_000)

        @Test("after a reconnect every unconfirmed alarm message goes out once")
        func resendsOnce() async throws {
            var script = ScriptedBroker.Script()
            script.acknowledges = false
            let broker = try ScriptedBroker(script)
            let folder = try TemporaryFolder()
            let store = try HistoryStore(
                settings: StoreSettings(path: folder.file("assay.db")),
                now: Self.start,
            ) { "E" }
            var alarms = AlarmBook(epoch: "E")
            let mailbox = AlarmOutlet.Mailbox()
            let connection = try connection(to: broker.port, mailbox)
            try connection.start()
            var outlet = outlet(connection, mailbox)
            for name in ["store", "cardinality", "quarantine"] {
                alarms.apply(
                    MonitorReport.SystemCondition(
                        name: name,
                        isAbnormal: true,
                        at: Self.start,
                        detail: "for the test",
                    )
                )
            }
            var batch = CommitBatch()
            batch.at = Self.start
            batch.transitions = alarms.takeTransitions()
            #expect(!batch.transitions.isEmpty)
            batch.outbox = outlet.outbox
            _ = try store.commit(batch, synchronous: .normal)
            outlet.committed(batch.transitions)
            let expected = batch.transitions.flatMap(outlet.outbox).map(\.topic).sorted()

            #expect(
                await eventually {
                    tend(&outlet, alarms, store)
                    return published(broker, after: 1) == expected
                }
            )
            broker.drop()
            #expect(
                await eventually(within: .seconds(20)) {
                    tend(&outlet, alarms, store)
                    return published(broker, after: 2).count >= expected.count
                }
            )
            // What is sent twice comes with the cycles that follow.
            for _ in 1...20 {
                tend(&outlet, alarms, store)
                await pause(.milliseconds(10))
            }
            #expect(published(broker, after: 2) == expected)
            connection.stop(farewell: nil, within: .milliseconds(100))
            await connection.finished()
            try store.close()
        }

        @Test("while the store cannot be read, status and standing alarms go out; it is read later")
        func storeUnreadable() async throws {
            let broker = try ScriptedBroker(ScriptedBroker.Script())
            let folder = try TemporaryFolder()
            let settings = StoreSettings(path: folder.file("assay.db"))
            let unreadable = try HistoryStore(settings: settings, now: Self.start) { "E" }
            try unreadable.close()
            let store = try HistoryStore(settings: settings, now: Self.start) { "E" }
            var alarms = AlarmBook(epoch: "E")
            alarms.apply(
                MonitorReport.SystemCondition(
                    name: "store",
                    isAbnormal: true,
                    at: Self.start,
                    detail: "for the test",
                )
            )
            let mailbox = AlarmOutlet.Mailbox()
            let connection = try connection(to: broker.port, mailbox)
            try connection.start()
            let log = LogLines()
            var outlet = outlet(connection, mailbox, logger: log.logger)
            var batch = CommitBatch()
            batch.at = Self.start
            batch.transitions = alarms.takeTransitions()
            batch.outbox = outlet.outbox
            _ = try store.commit(batch, synchronous: .normal)
            outlet.committed(batch.transitions)

            let state = "assay/gw/alarms/state/system/store"
            #expect(
                await eventually {
                    tend(&outlet, alarms, unreadable)
                    return topics(broker).contains("assay/gw/status")
                        && topics(broker).contains(state)
                }
            )
            for _ in 1...20 {
                tend(&outlet, alarms, store, at: 0.999)
                await pause(.milliseconds(10))
            }
            #expect(!topics(broker).contains { $0.contains("/event/") }, "not read within a second")
            #expect(log.lines.count { $0.contains("cannot be read") } == 1)
            #expect(
                await eventually {
                    tend(&outlet, alarms, store, at: 1)
                    return topics(broker).contains { $0.contains("/event/") }
                }
            )
            connection.stop(farewell: nil, within: .milliseconds(100))
            await connection.finished()
            try store.close()
        }

        private func topics(_ broker: ScriptedBroker) -> [String] {
            broker.packets.compactMap { packet in
                if case .publish(let topic, _, _) = packet { topic } else { nil }
            }
        }

        private func tend(
            _ outlet: inout AlarmOutlet,
            _ alarms: AlarmBook,
            _ store: HistoryStore,
            at seconds: Double = 0,
        ) {
            outlet.tend(
                alarms: alarms,
                store: store,
                now: Self.start,
                moment: MonotonicTime(nanoseconds: Int64(seconds * 1e9)),
            )
        }

        /// The alarm topics published on the connection of that number, sorted.
        private func published(_ broker: ScriptedBroker, after connect: Int) -> [String] {
            var connects = 0
            var topics: [String] = []
            for packet in broker.packets {
                if packet.isConnect { connects += 1 }
                guard connects == connect, case .publish(let topic, _, _) = packet else {
                    continue
                }
                if topic.contains("/alarms/") { topics.append(topic) }
            }
            return topics.sorted()
        }

        private func connection(
            to port: UInt16,
            _ mailbox: AlarmOutlet.Mailbox,
        ) throws -> PublishingConnection {
            try PublishingConnection(
                broker: BrokerSettings(
                    name: "main",
                    host: "127.0.0.1",
                    port: port,
                    clientID: "outlet",
                ),
                will: nil,
                clock: .system,
                random: { 0 },
                logger: Logger(label: "outlet") { _ in SwiftLogNoOpLogHandler() },
                onConnected: { mailbox.connected() },
                onDisconnected: { mailbox.disconnected() },
                onConfirmed: { mailbox.confirmed($0) },
            )
        }

        private func outlet(
            _ connection: PublishingConnection,
            _ mailbox: AlarmOutlet.Mailbox,
            logger: Logger = Logger(label: "outlet") { _ in SwiftLogNoOpLogHandler() },
        ) -> AlarmOutlet {
            AlarmOutlet(
                delivery: AlarmDelivery(
                    topics: AlarmTopics(root: "assay/gw"),
                    gateway: "gw",
                    epoch: "E",
                    settings: DeliverySettings(kind: .mqtt),
                ),
                connection: connection,
                mailbox: mailbox,
                status: StatusMessage(
                    epoch: "E",
                    since: Self.start,
                    lastSequence: 0,
                    isClockSynchronised: true,
                    ingest: [],
                ),
                storedSequence: .max,
                logger: logger,
            )
        }
    }
}
