import Alarms
public import Monitoring

/// The gateway's own state, retained on `<root>/status`. While it says `offline`, consumers grey
/// the alarms out and never clear them.
public struct StatusMessage: Sendable, Equatable {
    /// One broker that feeds are read from.
    public struct Ingest: Sendable, Equatable {
        public var broker: String
        public var isUp: Bool

        public init(broker: String, isUp: Bool) {
            self.broker = broker
            self.isUp = isUp
        }
    }

    public var epoch: String
    /// When the daemon was started.
    public var since: ReceiveTime
    /// Of the latest transition: a consumer that has seen less has missed something.
    public var lastSequence: Int64
    public var isClockSynchronised: Bool
    /// In the order of the configuration.
    public var ingest: [Ingest]

    public init(
        epoch: String,
        since: ReceiveTime,
        lastSequence: Int64,
        isClockSynchronised: Bool,
        ingest: [Ingest],
    ) {
        self.epoch = epoch
        self.since = since
        self.lastSequence = lastSequence
        self.isClockSynchronised = isClockSynchronised
        self.ingest = ingest
    }

    public func online(on topics: AlarmTopics) -> OutgoingMessage {
        var json = JSONText()
        json.object {
            $0.member("state", "online")
            $0.member("epoch", epoch)
            $0.member("since", PlainText.instant(since))
            $0.member("last_seq", lastSequence)
            $0.member("clock_synced", isClockSynchronised)
            $0.object("ingest") { brokers in
                for broker in ingest { brokers.member(broker.broker, broker.isUp ? "up" : "down") }
            }
        }
        return OutgoingMessage(topic: topics.status, payload: json.bytes, isRetained: true)
    }

    /// The last will, and what an orderly stop publishes. It names no time: the broker sends it
    /// whenever the connection is lost.
    public static func offline(epoch: String, on topics: AlarmTopics) -> OutgoingMessage {
        var json = JSONText()
        json.object {
            $0.member("state", "offline")
            $0.member("epoch", epoch)
        }
        return OutgoingMessage(topic: topics.status, payload: json.bytes, isRetained: true)
    }
}
