import Daemon
import Foundation
import Monitoring
import Mosquitto
import Simulation
import Synchronization

/// Publishes the simulated plant to the demo's broker in real time, as its devices would: plain
/// MQTT 3.1.1, QoS 1, a connection and a thread of its own.
///
/// It shares nothing with the daemon's own transport, so the demo does not test a program against
/// itself. Pace: the thread sleeps in libmosquitto until the next message is due, so a message
/// leaves within a millisecond or two of its time (10 ms at worst on a busy machine); at 450
/// messages/s that costs a few percent of a core.
final class DemoPublisher: Sendable {
    private let port: UInt16
    private let published: PublishedMessages
    private let isStopping = Mutex(false)

    /// A wait at most this long, so that a stop is noticed.
    private static let longestWait = Nanoseconds.milliseconds(50)
    /// From a lost connection to the next attempt.
    private static let reconnectPause = Nanoseconds.milliseconds(500)
    private static let keepAlive: Int32 = 10
    /// Unacknowledged messages that libmosquitto may have on the way: three seconds of the plant.
    /// Beyond it the library queues.
    private static let inflight: UInt32 = 1_000

    /// - Parameters:
    ///   - port: of a broker on 127.0.0.1.
    ///   - published: is told of every message before it is sent.
    init(port: UInt16, published: PublishedMessages) {
        self.port = port
        self.published = published
    }

    /// Publishes until the task is cancelled.
    ///
    /// - Parameter simulator: one whose start is now.
    /// - Returns: what was published, and how well the pace was kept.
    /// - Throws: where the broker cannot be reached at the start; later losses of the connection
    ///   are counted and repaired.
    func run(_ simulator: PlantSimulator) async throws -> DemoPublication {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let thread = Thread {
                    continuation.resume(with: Result { try self.publish(simulator) })
                }
                thread.name = "plant"
                thread.start()
            }
        } onCancel: {
            isStopping.withLock { $0 = true }
        }
    }

    private func publish(_ simulator: PlantSimulator) throws -> DemoPublication {
        var simulator = simulator
        var publication = DemoPublication()
        var messages: [PlantMessage] = []
        let clock = DemoClock()
        let client = try DemoClient(inflight: Self.inflight)
        try client.connect(port: port, keepAlive: Self.keepAlive)
        var isConnected = true
        var retryAt = clock.now
        while !isStopping.withLock({ $0 }) {
            let now = clock.now
            if !isConnected, now >= retryAt {
                isConnected = client.reconnect()
                retryAt.nanoseconds = now.nanoseconds + Self.reconnectPause.count
            }
            simulator.advance(to: now, into: &messages)
            for message in messages {
                published.note(message)
                let isSent = isConnected && client.publish(message)
                publication.count(
                    isSent: isSent,
                    lag: clock.now.nanoseconds - message.dueAt.nanoseconds
                )
            }
            messages.removeAll(keepingCapacity: true)
            let pause = simulator.nextDueAt.nanoseconds - clock.now.nanoseconds
            let wait = Nanoseconds(min(max(pause, 0), Self.longestWait.count))
            if isConnected {
                isConnected = client.serve(for: wait)
            } else {
                Thread.sleep(forTimeInterval: max(wait.seconds, 0.001))
            }
        }
        client.disconnect()
        return publication
    }
}

/// What the publisher did.
struct DemoPublication: Sendable {
    /// Given to libmosquitto while connected.
    private(set) var sent = 0
    /// Due while the broker could not be reached: never sent.
    private(set) var lost = 0
    /// The furthest that a message lagged behind its due time.
    private(set) var worstLag = Nanoseconds(0)
    /// Messages that lagged by more than 20 ms.
    private(set) var lagging = 0

    static let allowedLag = Nanoseconds.milliseconds(20)

    mutating func count(isSent: Bool, lag: Int64) {
        if isSent { sent += 1 } else { lost += 1 }
        worstLag = max(worstLag, Nanoseconds(lag))
        if lag > Self.allowedLag.count { lagging += 1 }
    }
}

/// The wall clock as it was at the start, carried on by the monotonic one: a clock that is set
/// during the demo must not make the plant stop or burst.
struct DemoClock: Sendable {
    private let offset: Int64

    init() {
        let system = GatewayClock.system
        offset = system.wall().nanoseconds - system.monotonic().nanoseconds
    }

    var now: ReceiveTime {
        ReceiveTime(nanoseconds: GatewayClock.system.monotonic().nanoseconds + offset)
    }
}
