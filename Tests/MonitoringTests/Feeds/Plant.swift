@testable import Monitoring

/// A plant in a test: messages go in by topic and time, reports come out.
///
/// Routing and the monitor are real; the decoder's part is played by hand, so that a test says
/// exactly which samples a message holds.
struct Plant {
    static let start: Int64 = 1_700_000_040  // a full minute, in seconds

    var topics: TopicTable
    var monitor: FeedMonitor
    var report = MonitorReport()
    /// Most rows that one call of `ingest` brought.
    private(set) var largestPart = 0
    private var fields: [String: FieldID] = [:]
    private var known: [String: TopicID] = [:]
    private var batch = DecodedBatch()

    init(
        rules: [FeedRule],
        brokers: [String] = ["main"],
        remembered: [FeedDescription] = [],
        isConnected: Bool = true,
        stoppedAt: Double? = nil,
        start: Double = Double(Plant.start),
        limit: Int = Limits.discoveredFeeds,
        forgetAfter: Nanoseconds = .seconds(30 * 86_400),
        topicsKept: Int = Limits.topics,
        lastFeed: Int32 = 0,
    ) {
        let settings = MonitorSettings(
            ownTopicRoot: "assay/test",
            brokerNames: brokers,
            rules: rules,
            discoveredFeedLimit: limit,
            forgetAfter: forgetAfter,
        )
        topics = TopicTable(settings: settings, capacity: topicsKept)
        monitor = FeedMonitor(
            settings: settings,
            remembered: remembered,
            lastFeed: lastFeed,
            isConnected: isConnected,
            stoppedAt: stoppedAt.map { ReceiveTime(nanoseconds: Self.nanoseconds($0)) },
            start: ReceiveTime(nanoseconds: Self.nanoseconds(start)),
        )
    }

    static func nanoseconds(_ seconds: Double) -> Int64 {
        Int64((seconds * 1e3).rounded()) * 1_000_000
    }

    /// The number of a topic, as routing gives it.
    mutating func route(_ topic: String, broker: UInt8 = 0) -> TopicID {
        var burst = MessageBatch()
        burst.append(
            topic: Array(topic.utf8).span,
            payload: [UInt8]().span,
            receivedAt: ReceiveTime(nanoseconds: 0),
            qualityOfService: 0,
            isRetained: false,
            broker: broker,
        )
        topics.route(&burst)
        for topic in topics.takeNewTopics() {
            monitor.register(topic)
            // The decoder begins anew with a number that is given again.
            fields = fields.filter { !$0.key.hasPrefix("\(topic.topic.index):") }
        }
        return burst.records[0].topic
    }

    /// Queues a message with one sample per given field.
    mutating func send(
        _ topic: String,
        _ values: KeyValuePairs<String, Double>,
        at: Double,
        source: Double? = nil,
        kind: Sample.Kind = .number,
        hash: UInt64? = nil,
        isRetained: Bool = false,
        broker: UInt8 = 0,
        exactly nanoseconds: Int64? = nil,
        beyondLimit: Int32 = 0,
        timeProblem: Sample.TimeProblem = .absent,
        sequence: Int64? = nil,
        unit: UInt16 = 0,
    ) {
        let id = route(topic, broker: broker)
        let stamp = nanoseconds ?? source.map(Self.nanoseconds)
        let first = batch.samples.count
        for (name, value) in values where id.isClaimed {
            batch.samples.append(
                Sample(
                    field: field(name, of: id),
                    kind: kind,
                    value: value,
                    unit: unit,
                    sourceTime: stamp.map { SourceTime(nanoseconds: $0) },
                    timeProblem: timeProblem,
                    sequence: sequence,
                )
            )
        }
        let payload = values.reduce(UInt64(17)) { ByteHash.fold($0 ^ $1.value.bitPattern, 0x9E37) }
        append(
            id.isClaimed ? .decoded : .ignored,
            id,
            at: at,
            hash: hash ?? payload ^ UInt64(bitPattern: stamp ?? sequence ?? 0),
            samples: first..<batch.samples.count,
            isRetained: isRetained,
            broker: broker,
        )
        batch.messages[batch.messages.count - 1].samplesBeyondLimit = beyondLimit
    }

    /// Queues a message that cannot be read.
    mutating func garble(
        _ topic: String,
        at: Double,
        _ problem: DecodeProblem = .syntax,
        path: Int16 = -1,
    ) {
        let id = route(topic)
        append(.undecodable(problem, offset: 3), id, at: at, hash: 0, samples: 0..<0)
        batch.messages[batch.messages.count - 1].brokenPath = path
    }

    mutating func connection(isUp: Bool, at: Double, broker: UInt8 = 0) {
        append(
            isUp ? .connectionUp : .connectionDown,
            .none,
            at: at,
            hash: 0,
            samples: 0..<0,
            broker: broker,
        )
    }

    /// The daemon closed the connection, has recognised a message that came again, or a broker may
    /// have held messages back.
    mutating func event(_ outcome: DecodedMessage.Outcome, at: Double, broker: UInt8 = 0) {
        append(outcome, .none, at: at, hash: 0, samples: 0..<0, broker: broker)
    }

    /// The daemon stood still until now.
    mutating func resumed(at: Double) {
        append(.resumed, .none, at: at, hash: 0, samples: 0..<0)
    }

    /// The gateway's clock was set; what is queued from here on bears its new time.
    mutating func setClock(from: Double, to: Double) {
        let step = ClockStep(
            from: ReceiveTime(nanoseconds: Self.nanoseconds(from)),
            to: ReceiveTime(nanoseconds: Self.nanoseconds(to)),
        )
        batch.clockSteps.append(step)
        append(.clockStepped, .none, at: to, hash: 0, samples: 0..<0)
    }

    /// Ingests what is queued, up to a time.
    mutating func run(to time: Double? = nil) {
        let last = batch.messages.last?.receivedAt.nanoseconds ?? 0
        batch.closedAt = ReceiveTime(nanoseconds: time.map(Self.nanoseconds) ?? last)
        var rows = report.rollups.count
        while monitor.ingest(batch, into: &report) != .finished {
            largestPart = max(largestPart, report.rollups.count - rows)
            rows = report.rollups.count
        }
        largestPart = max(largestPart, report.rollups.count - rows)
        batch.removeAll()
    }

    mutating func finish() { monitor.finish(into: &report) }

    /// Goes on by other rules; every field stands where it stood, unless told otherwise.
    mutating func reload(
        _ rules: [FeedRule],
        limit: Int = Limits.discoveredFeeds,
        readsAlike: (Int, Int, String) -> Bool = { _, _, _ in true },
    ) -> RuleAdoption {
        var settings = monitor.settings
        settings.rules = rules
        settings.discoveredFeedLimit = limit
        let kept = topics.adopt(settings)
        fields = [:]
        return monitor.adopt(
            settings,
            rebinding: kept,
            readsAlike: readsAlike,
            into: &report,
        )
    }

    private mutating func field(_ name: String, of topic: TopicID) -> FieldID {
        let text = "\(topic.index)"
        if let field = fields["\(text):\(name)"] { return field }
        let count = fields.keys.count { $0.hasPrefix("\(text):") }
        let field = FieldID(index: Int32(count))
        fields["\(text):\(name)"] = field
        batch.newFields.append(
            NewField(topic: topic, field: field, name: name, isDeclared: false, unit: nil)
        )
        return field
    }

    private mutating func append(
        _ outcome: DecodedMessage.Outcome,
        _ topic: TopicID,
        at: Double,
        hash: UInt64,
        samples: Range<Int>,
        isRetained: Bool = false,
        broker: UInt8 = 0,
    ) {
        batch.messages.append(
            DecodedMessage(
                outcome: outcome,
                topic: topic,
                broker: broker,
                isRetained: isRetained,
                qualityOfService: 0,
                receivedAt: ReceiveTime(nanoseconds: Self.nanoseconds(at)),
                payloadHash: hash,
                record: Int32(batch.messages.count),
                firstSample: Int32(samples.lowerBound),
                sampleCount: Int32(samples.count),
            )
        )
    }
}

extension Plant {
    /// What is stored for a feed and minute once all its rows are added up.
    func row(_ feed: FeedID, minute: Int64) -> Row {
        var row = Row()
        for part in report.rollups where part.feed == feed && part.minute == minute {
            row.add(part)
        }
        return row
    }

    func feed(_ key: String) -> FeedDescription? {
        (report.newFeeds + report.changedFeeds).last { $0.key == key }
    }

    /// `check:change` of every finding event, in order.
    var story: [String] {
        report.findings.map { "\($0.finding.check.name):\($0.change)" }
    }

    /// Minutes since 1970 of a second.
    static func minute(_ second: Double) -> Int64 { nanoseconds(second) / 60_000_000_000 }

    struct Row: Equatable {
        var rows = 0
        var counts = SampleCounts()
        var late: Int32 = 0
        var expected: Int32 = -1
        var filled: Int32 = 0
        var minimum = Double.infinity
        var maximum = -Double.infinity
        var statisticsCount: Int32 = 0
        var sum = 0.0
        var squares = 0.0

        mutating func add(_ part: Rollup) {
            rows += 1
            counts.good += part.counts.good
            counts.suspect += part.counts.suspect
            counts.fail += part.counts.fail
            counts.unknown += part.counts.unknown
            counts.missing += part.counts.missing
            counts.duplicate += part.counts.duplicate
            counts.tooLate += part.counts.tooLate
            counts.future += part.counts.future
            late += part.late
            if part.expected >= 0 { expected = max(expected, 0) + part.expected }
            filled += part.filled
            if part.statisticsCount > 0 {
                minimum = min(minimum, part.minimum)
                maximum = max(maximum, part.maximum)
            }
            statisticsCount += part.statisticsCount
            let count = Double(part.statisticsCount)
            sum += part.sum.value + count * part.origin
            squares +=
                part.squares.value + 2 * part.origin * part.sum.value
                + count * part.origin * part.origin
        }
    }
}
