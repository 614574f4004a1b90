import Alarms
public import Monitoring
public import Mosquitto

/// How the daemon itself is, retained on `<root>/self`: what it has counted since its start, and how it
/// stands now. docs/self-monitoring.md says what each field means.
///
/// Numbers that end in `_total` only grow until the daemon is started again; a consumer takes
/// differences, and knows of a new start by `since`. What is not known is left out.
public struct SelfMessage: Sendable, Equatable {
    public var version: String
    public var gateway: String
    public var epoch: String
    public var at: ReceiveTime
    /// When the daemon was started.
    public var since: ReceiveTime
    /// By the monotonic clock: what `at` and `since` differ by where nobody sets the clock.
    public var uptime: Nanoseconds
    public var process = Process()
    public var feeds = FeedCensus()
    /// Feeds that count towards `discovery.limit`, and that limit.
    public var discovered = 0
    public var discoveredLimit = 0
    public var messages = MessageCounts(broker: 0, minute: 0)
    /// Samples that payloads held, those without a feed among them.
    public var samples: Int64 = 0
    /// Since the message before; nil in the first one.
    public var messagesPerSecond: Double?
    public var samplesPerSecond: Double?
    public var activeAlarms = 0
    public var store = Store()
    public var commits = Commits()
    public var backlog = Backlog()
    /// In the order of the configuration.
    public var brokers: [ConnectionStatus] = []
    public var publishing = Publishing()
    public var reloads = Reloads()

    /// What the operating system says of the process.
    public struct Process: Sendable, Equatable {
        /// Memory that is resident; nil where the system does not tell.
        public var residentBytes: Int64?
        /// Of all threads, in user and kernel mode.
        public var processorTime = Nanoseconds(0)

        public init() {}
    }

    /// The database and its disk.
    public struct Store: Sendable, Equatable {
        /// The last commit failed, and is tried again.
        public var isFailing = false
        public var fileBytes: Int64?
        /// Of the file, what is not free for new rows.
        public var usedBytes: Int64?
        public var logBytes: Int64?
        /// The bound of `usedBytes`, `store.retention.maxBytes`.
        public var maxBytes: Int64 = 0
        /// What the file system has left for this user.
        public var diskFreeBytes: Int64?
        /// Undecodable messages that are kept.
        public var quarantined = 0

        public init() {}
    }

    /// Transactions, and how long they took in the last five to ten minutes.
    public struct Commits: Sendable, Equatable {
        public var total: Int64 = 0
        public var failed: Int64 = 0
        /// nil where there was none in that time. At most a quarter too high, never too low.
        public var median: Nanoseconds?
        public var percentile99: Nanoseconds?
        public var longest: Nanoseconds?

        public init() {}
    }

    /// What waits.
    public struct Backlog: Sendable, Equatable {
        /// How far what was read last lies behind the clock.
        public var lag = Nanoseconds(0)
        public var uncommittedRows = 0
        /// Messages of QoS 1 whose acknowledgement waits for a commit.
        public var unacknowledged = 0
        /// Messages of alarms that wait in the database for the broker.
        public var outboxRows = 0
        /// Of those, how many were dropped because there were too many.
        public var outboxDropped: Int64 = 0

        public init() {}
    }

    /// The connection that this message comes over.
    public struct Publishing: Sendable, Equatable {
        public var status: ConnectionStatus?
        /// Handed over, and not yet confirmed by the broker.
        public var unconfirmed = 0
        /// Messages of alarms that the broker has refused.
        public var refused = 0

        public init() {}
    }

    /// What became of the orders to read the configuration again.
    public struct Reloads: Sendable, Equatable {
        public var taken: Int64 = 0
        public var refused: Int64 = 0
        /// The last one was: what is in force is not what the file says.
        public var isRefused = false

        public init() {}
    }

    public init(
        version: String,
        gateway: String,
        epoch: String,
        at: ReceiveTime,
        since: ReceiveTime,
        uptime: Nanoseconds,
    ) {
        self.version = version
        self.gateway = gateway
        self.epoch = epoch
        self.at = at
        self.since = since
        self.uptime = uptime
    }

    /// Retained and QoS 0: one that is lost is replaced ten seconds later, and none waits for a broker.
    public func message(on topics: AlarmTopics) -> OutgoingMessage {
        var json = JSONText()
        json.object { json in
            json.member("schema", "self/1")
            json.member("ts", PlainText.instant(at))
            json.member("version", version)
            json.member("gateway", gateway)
            json.member("epoch", epoch)
            json.member("since", PlainText.instant(since))
            json.member("uptime_s", uptime.seconds)
            writeInput(&json)
            writeOutput(&json)
            json.array("brokers", of: brokers) { $0.members(of: $1) }
            writePublishing(&json)
            json.object("configuration") {
                $0.member("reloads_total", reloads.taken)
                $0.member("refused_total", reloads.refused)
                $0.member("is_refused", reloads.isRefused)
            }
            json.object("process") {
                $0.member("resident_bytes", process.residentBytes)
                $0.member("cpu_s", process.processorTime.seconds)
            }
        }
        return OutgoingMessage(
            topic: topics.own,
            payload: json.bytes,
            isRetained: true,
            qualityOfService: 0,
        )
    }

    private func writeInput(_ json: inout JSONText) {
        json.object("feeds") {
            $0.member("known", feeds.known)
            $0.member("judged", feeds.judged)
            $0.member("learning", feeds.learning)
            $0.member("waiting", feeds.waiting)
            $0.member("silent", feeds.silent)
            $0.member("troubled", feeds.troubled)
            $0.member("discovered", discovered)
            $0.member("discovered_limit", discoveredLimit)
        }
        if let seen = feeds.samplesSeen {
            json.object("learning") {
                $0.member("text", "learning, \(seen) of \(FeedCensus.samplesNeeded)")
                $0.member("samples_seen", seen)
                $0.member("samples_needed", FeedCensus.samplesNeeded)
            }
        }
        json.object("messages") {
            $0.member("received_total", messages.received)
            $0.member("received_per_s", messagesPerSecond)
            $0.member("decoded_total", messages.decoded)
            $0.member("without_samples_total", messages.withoutSamples)
            $0.member("retained_total", messages.retained)
            $0.member("undecodable_total", messages.undecodable)
            $0.member("ignored_total", messages.ignored)
            $0.member("shed_total", messages.shed)
            $0.member("redelivered_total", messages.redelivered)
        }
        json.object("samples") {
            $0.member("decoded_total", samples)
            $0.member("decoded_per_s", samplesPerSecond)
            $0.member("refused_total", messages.refusedSamples)
        }
        json.object("alarms") { $0.member("active", activeAlarms) }
    }

    private func writeOutput(_ json: inout JSONText) {
        json.object("store") {
            $0.member("is_failing", store.isFailing)
            $0.member("file_bytes", store.fileBytes)
            $0.member("used_bytes", store.usedBytes)
            $0.member("max_bytes", store.maxBytes)
            $0.member("log_bytes", store.logBytes)
            $0.member("disk_free_bytes", store.diskFreeBytes)
            $0.member("quarantined", store.quarantined)
            $0.member("quarantined_limit", Limits.quarantineRows)
        }
        json.object("commits") {
            $0.member("succeeded_total", commits.total)
            $0.member("failed_total", commits.failed)
            $0.member("p50_s", commits.median?.seconds)
            $0.member("p99_s", commits.percentile99?.seconds)
            $0.member("max_s", commits.longest?.seconds)
        }
        json.object("backlog") {
            $0.member("lag_s", backlog.lag.seconds)
            $0.member("uncommitted_rows", backlog.uncommittedRows)
            $0.member("uncommitted_rows_limit", Limits.uncommittedRows)
            $0.member("unacknowledged", backlog.unacknowledged)
            $0.member("outbox", backlog.outboxRows)
            $0.member("outbox_limit", Limits.outboxRows)
            $0.member("outbox_dropped_total", backlog.outboxDropped)
        }
    }

    private func writePublishing(_ json: inout JSONText) {
        json.object("publishing") {
            $0.member("state", publishing.status?.phase.rawValue)
            $0.member("reconnects_total", publishing.status?.reconnects)
            $0.member("unconfirmed", publishing.unconfirmed)
            $0.member("refused_total", publishing.refused)
        }
    }
}

extension JSONText {
    /// What is told of the connection that feeds are read over.
    fileprivate mutating func members(of broker: ConnectionStatus) {
        member("name", broker.name)
        member("state", broker.phase.rawValue)
        member("protocol", "MQTT \(broker.version.text)")
        member("filters_granted", broker.grantedFilters)
        member("in_flight_limit", broker.inFlightLimit)
        member("unacknowledged", broker.unacknowledged)
        member("reconnects_total", broker.reconnects)
        member("received_total", Int64(clamping: broker.messagesReceived))
        member("received_bytes_total", Int64(clamping: broker.bytesReceived))
        member("redelivered_total", Int64(clamping: broker.messagesRedelivered))
    }
}
