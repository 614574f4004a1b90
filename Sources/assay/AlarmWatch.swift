import Foundation
import Logging
import Monitoring
import Mosquitto
import Simulation
import Synchronization

/// Sees the demo's alarms as an operator would: a client of the broker that subscribes to the alarm
/// topics, prints what comes, and keeps it for the score. It listens to the plant's topics as well,
/// to know where somebody else publishes.
final class AlarmWatch: Sendable {
    /// The fields of an alarm event that the demo shows and scores (alarms.md 2.1).
    private struct Event: Decodable {
        struct Alarm: Decodable {
            struct Condition: Decodable {
                var check: String
                var also: [String]?
            }

            var key: String
            var ts: String
            var reason: String
            var state: String
            var priority: String
            var title: String
            var message: String?
            var condition: Condition
        }

        var data: Alarm
    }

    private let loop: PollLoop
    private let seen = Mutex<[AlarmObservation]>([])
    private let others = Mutex<[String: ReceiveTime]>([:])
    private let published: PublishedMessages
    private let isInColour: Bool

    /// More topics than anybody publishes to by hand; what comes beyond is the demo's to explain.
    private static let mostForeignTopics = 1_000

    /// - Parameter published: what the demo's own plant sends.
    init(port: UInt16, published: PublishedMessages, isInColour: Bool) throws {
        self.published = published
        self.isInColour = isInColour
        let broker = BrokerSettings(
            name: "demo",
            host: "127.0.0.1",
            port: port,
            clientID: "assay-demo-watch",
        )
        let alarms = try TopicFilter("assay/demo/alarms/event/#")
        let plant = try TopicFilter("plant/#")
        var logger = Logger(label: "demo")
        logger.logLevel = .error
        loop = try PollLoop(
            sources: [
                IngestSource(
                    broker: broker,
                    subscriptions: [
                        Subscription(filter: alarms, qualityOfService: 1),
                        Subscription(filter: plant, qualityOfService: 1),
                    ],
                )
            ],
            clock: DemoClock.gateway,
            random: { UInt64.random(in: .min ... .max) },
            logger: logger,
        )
    }

    /// In the order of time.
    var observations: [AlarmObservation] { seen.withLock { $0 } }

    /// The plant's topics to which somebody else published, and when first.
    var interference: [String: ReceiveTime] { others.withLock { $0 } }

    /// Watches until `stop`.
    func run() async throws {
        let watching = Task(executorPreference: loop.executor) { [self] in
            for await batch in loop.messages {
                for record in batch.records where record.kind == .message {
                    let topic = Array(batch.bytes[record.topicRange])
                    let payload = Array(batch.bytes[record.payloadRange])
                    if topic.starts(with: Self.ownRoot) {
                        take(payload, at: record.receivedAt)
                    } else if !published.contains(topic: topic, payload: payload) {
                        noteForeign(topic, at: record.receivedAt)
                    }
                }
                loop.messages.recycle(batch)
                loop.markCommitted()
            }
        }
        try loop.start()
        await loop.finished()
        await watching.value
    }

    func stop() { loop.stop(within: .seconds(1)) }

    private static let ownRoot = Array("assay/".utf8)

    private func noteForeign(_ topic: [UInt8], at time: ReceiveTime) {
        let topic = String(decoding: topic, as: UTF8.self)
        others.withLock { others in
            guard others[topic] == nil, others.count < Self.mostForeignTopics else { return }
            others[topic] = time
        }
    }

    private func take(_ payload: [UInt8], at time: ReceiveTime) {
        guard let event = try? JSONDecoder().decode(Event.self, from: Data(payload)) else {
            Terminal.complain("demo: an alarm event could not be read")
            return
        }
        let alarm = event.data
        guard let subject = Self.subject(alarm.key), let change = Self.change(alarm.reason) else {
            return
        }
        seen.withLock {
            $0.append(
                AlarmObservation(
                    subject: subject,
                    check: alarm.condition.check,
                    also: alarm.condition.also ?? [],
                    at: time,
                    change: change,
                )
            )
        }
        if change != .updated { show(alarm, change) }
    }

    /// Columns before a message, and before a title: time, word and priority.
    private static let margin = 11
    private static let titleColumn = 30

    private func show(_ alarm: Event.Alarm, _ change: AlarmObservation.Change) {
        let clock = alarm.ts.dropFirst(11).prefix(8)
        let word = change == .raised ? "ALARM  " : "cleared"
        let priority = alarm.priority.padding(toLength: 8, withPad: " ", startingAt: 0)
        let colour = !isInColour ? "" : change == .raised ? "\u{1B}[31m" : "\u{1B}[32m"
        let plain = isInColour ? "\u{1B}[0m" : ""
        let margin = String(repeating: " ", count: Self.margin)
        let title = Terminal.wrapped(
            alarm.title,
            indentation: Self.titleColumn,
            width: Terminal.width,
        )
        var line = "\(clock)Z  \(colour)\(word)\(plain)  \(priority)  \(title)"
        if change == .raised, let message = alarm.message {
            line += "\n\(margin)"
            line += Terminal.wrapped(message, indentation: Self.margin, width: Terminal.width)
        }
        Terminal.say(line)
    }

    /// `system/<name>` or `<feed key>/<concern>`.
    private static func subject(_ key: String) -> AlarmObservation.Subject? {
        if key.hasPrefix("system/") { return .system(String(key.dropFirst(7))) }
        guard let slash = key.lastIndex(of: "/") else { return nil }
        let name = key[key.index(after: slash)...]
        guard let concern = Concern.allCases.first(where: { $0.name == name }) else { return nil }
        return .feed(String(key[..<slash]), concern)
    }

    private static func change(_ reason: String) -> AlarmObservation.Change? {
        switch reason {
        case "raise", "unmasked": .raised
        case "escalate", "deescalate", "refresh": .updated
        case "clear", "rtn_unacked": .cleared
        default: nil
        }
    }
}

extension DemoClock {
    /// The same clock as the transport takes it.
    static let gateway: GatewayClock = {
        let clock = DemoClock()
        return GatewayClock(
            wall: { clock.now },
            monotonic: { MonotonicTime(nanoseconds: clock.now.nanoseconds) },
        )
    }()
}
