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
                    try? outlet.tend(alarms: alarms, store: store, now: Self.start)
                    return published(broker, after: 1) == expected
                }
            )
            broker.drop()
            #expect(
                await eventually(within: .seconds(20)) {
                    try? outlet.tend(alarms: alarms, store: store, now: Self.start)
                    return published(broker, after: 2).count >= expected.count
                }
            )
            // What is sent twice comes with the cycles that follow.
            for _ in 1...20 {
                try outlet.tend(alarms: alarms, store: store, now: Self.start)
                await pause(.milliseconds(10))
            }
            #expect(published(broker, after: 2) == expected)
            connection.stop(farewell: nil, within: .milliseconds(100))
            await connection.finished()
            try store.close()
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
                logger: Logger(label: "outlet") { _ in SwiftLogNoOpLogHandler() },
            )
        }
    }
}
