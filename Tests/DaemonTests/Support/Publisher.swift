import Daemon
import Logging
import Monitoring
import Mosquitto
import Synchronization
import TestSupport

/// Somebody else's device: a second client that publishes to the same broker.
final class Publisher: Sendable {
    private let connection: PublishingConnection
    private let acknowledged: Acknowledged

    private final class Acknowledged: Sendable {
        let count = Mutex(0)
    }

    init(_ port: UInt16, client: String = "device") throws {
        let acknowledged = Acknowledged()
        self.acknowledged = acknowledged
        connection = try PublishingConnection(
            broker: BrokerSettings(name: "main", host: "127.0.0.1", port: port, clientID: client),
            will: nil,
            clock: .system,
            random: { 0 },
            logger: Logger(label: "device") { _ in SwiftLogNoOpLogHandler() },
            onConnected: {},
            onConfirmed: { confirmation in
                if confirmation.problem == nil { acknowledged.count.withLock { $0 += 1 } }
            },
        )
        try connection.start()
    }

    deinit {
        connection.stop(farewell: nil, within: .milliseconds(100))
    }

    /// Messages that the broker has confirmed.
    var confirmedCount: Int { acknowledged.count.withLock { $0 } }

    /// Publishes; waits while as many are unconfirmed as the connection takes.
    func send(
        _ topic: String,
        _ payload: some Sequence<UInt8>,
        quality: UInt8 = 1,
        retained: Bool = false,
    ) async throws {
        let publication = Publication(
            topic: topic,
            payload: Array(payload),
            qualityOfService: quality,
            isRetained: retained,
        )
        while true {
            do throws(PublishRefusal) {
                _ = try connection.publish(publication)
                return
            } catch {
                guard error == .full else { throw error }
                await pause(.milliseconds(1))
            }
        }
    }

    func send(_ topic: String, _ text: String, quality: UInt8 = 1, retained: Bool = false)
        async throws
    {
        try await send(topic, Array(text.utf8), quality: quality, retained: retained)
    }

    /// Publishes one message per interval, as a sensor does, until the task is cancelled; `payload`
    /// is told its number.
    func stream(
        _ topics: [String],
        count: Int,
        every interval: Duration,
        payload: @Sendable (Int) -> String = Publisher.reading,
    ) async throws {
        let clock = ContinuousClock()
        var next = clock.now
        for number in 0..<count {
            for topic in topics { try await send(topic, payload(number)) }
            next += interval
            await pause(until: next)
            try Task.checkCancellation()
        }
    }

    /// Publishes as fast as the broker takes it, until told to end.
    /// - Returns: how many it sent.
    func flood(_ topic: String, until end: Flag, atMost limit: Int = 60_000) async throws -> Int {
        var count = 0
        while !end.isSet, count < limit {
            try await send(topic, Publisher.reading(count))
            count += 1
        }
        return count
    }

    /// A plausible reading: it moves, within [20, 21.2].
    static func reading(_ number: Int) -> String {
        "20.\(10 + (number &* 7) % 11 * 10)"
    }

    /// Returns when everything sent is confirmed.
    func drained(within limit: Duration = .seconds(20)) async -> Bool {
        await eventually(within: limit) { connection.unconfirmed == 0 }
    }
}
