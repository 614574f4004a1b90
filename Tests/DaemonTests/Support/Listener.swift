import Daemon
import Foundation
import Logging
import Monitoring
import Mosquitto
import Synchronization
import TestSupport

/// Somebody else who listens: a client that keeps what the broker sends it.
final class Listener: Sendable {
    struct Message: Sendable, Equatable {
        var topic: String
        var payload: String
        var isRetained: Bool
    }

    fileprivate final class Heard: Sendable {
        struct Contents {
            var messages: [Message] = []
            var isUp = false
        }
        let contents = Mutex(Contents())
    }

    private let loop: PollLoop
    private let heard: Heard

    /// Returns when it is connected and its filter granted.
    init(_ port: UInt16, _ filter: String, client: String = "listener") async throws {
        let heard = Heard()
        let settings = BrokerSettings(
            name: "main",
            host: "127.0.0.1",
            port: port,
            clientID: client,
            sessionExpiry: 0,
        )
        let subscription = Subscription(filter: try TopicFilter(filter), qualityOfService: 1)
        let loop = try PollLoop(
            sources: [IngestSource(broker: settings, subscriptions: [subscription])],
            clock: .system,
            random: { 0 },
            logger: Logger(label: "listener") { _ in SwiftLogNoOpLogHandler() },
        )
        Task(executorPreference: loop.executor) {
            for await batch in loop.messages {
                heard.take(batch)
                loop.markCommitted()
                loop.messages.recycle(batch)
            }
        }
        try loop.start()
        self.loop = loop
        self.heard = heard
        guard await eventually(within: .seconds(10), { heard.contents.withLock { $0.isUp } }) else {
            throw TestFailure(description: "the listener cannot connect")
        }
    }

    deinit {
        loop.stop(within: .milliseconds(100))
    }

    var messages: [Message] { heard.contents.withLock { $0.messages } }

    func payloads(_ topic: String) -> [String] {
        messages.filter { $0.topic == topic }.map(\.payload)
    }

    /// The latest message on a topic as a JSON object; nil where there is none, or it is no JSON.
    func object(_ topic: String) -> [String: Any]? {
        payloads(topic).last.flatMap(Self.object(of:))
    }

    static func object(of payload: String) -> [String: Any]? {
        try? JSONSerialization.jsonObject(with: Data(payload.utf8)) as? [String: Any]
    }

    /// Waits for the next `status` with this state.
    func hears(status: String, within limit: Duration = .seconds(10)) async -> Bool {
        await eventually(within: limit) {
            object("assay/\(Site.gateway)/status")?["state"] as? String == status
        }
    }

    /// Waits until `status` says that of the broker that feeds are read from.
    func hearsIngest(_ state: String, within limit: Duration = .seconds(10)) async -> Bool {
        await eventually(within: limit) {
            let status = object("assay/\(Site.gateway)/status")
            return status?["ingest"] as? [String: String] == ["main": state]
        }
    }
}

extension Listener.Heard {
    fileprivate func take(_ batch: MessageBatch) {
        contents.withLock { contents in
            for record in batch.records {
                switch record.kind {
                case .connectionUp: contents.isUp = true
                case .message:
                    contents.messages.append(
                        Listener.Message(
                            topic: String(decoding: batch.bytes[record.topicRange], as: UTF8.self),
                            payload: String(
                                decoding: batch.bytes[record.payloadRange],
                                as: UTF8.self,
                            ),
                            isRetained: record.isRetained,
                        )
                    )
                case .connectionDown, .connectionClosed, .resumed, .heldBack, .redelivered,
                    .clockStepped:
                    break
                }
            }
        }
    }
}
