/// Samples in, findings and rollups out: all feeds, their clock, and the message ledger.
///
/// The clock is the receive time of what is read: before a message of time t every tick at or
/// before t runs, on a grid of 100 ms that begins with the epoch. So the same messages give the
/// same findings, live or replayed, in batches of any size.
public struct FeedMonitor: Sendable {
    var settings: MonitorSettings
    var registry: FeedRegistry
    var wheel = DeadlineWheel()
    var output: Feed.Output
    var connections: [ConnectionState]
    var counts: [MessageCounts]
    /// Those of the minutes before, all brokers together.
    var closedCounts = MessageCounts(broker: 0, minute: 0)
    var censusTaker = CensusTaker()
    /// The next tick, by its number on the grid.
    var step: Int64
    /// Engine time: that of the last tick or message.
    public internal(set) var now: ReceiveTime
    var cursor = Cursor()
    /// When `system/clock` ends; nil while the clock was not set of late.
    var clockAlarmEnd: ReceiveTime?
    var limits = ReachedLimits()
    /// When a local time without a zone came last; nil: not for an hour.
    var zoneMissingAt: ReceiveTime?
    private var refusedSamples: Int64 = 0

    /// - Parameters:
    ///   - remembered: feeds of an earlier run; those whose rule is gone are left out.
    ///   - nextFinding: the number of the first finding, above all stored ones.
    ///   - lastFeed: the highest feed number that is stored, also of feeds that are forgotten.
    ///   - freeFeeds: the numbers below it that are not stored, in order.
    ///   - isConnected: false where the brokers are yet to be reached: nobody is silent before. A
    ///     recording may say nothing of connections, so it begins connected.
    ///   - stoppedAt: when the earlier run ended, by its clock: how long a remembered feed had been
    ///     silent by then is part of its silence, the time in between is not.
    ///   - start: the gateway's clock; time before it never was.
    public init(
        settings: MonitorSettings,
        remembered: [FeedDescription] = [],
        nextFinding: Int64 = 1,
        lastFeed: Int32 = 0,
        freeFeeds: [Int32] = [],
        isConnected: Bool = true,
        stoppedAt: ReceiveTime? = nil,
        start: ReceiveTime,
    ) {
        self.settings = settings
        registry = FeedRegistry(
            settings: settings,
            numbers: FeedNumbers(after: lastFeed, free: freeFeeds),
        )
        output = Feed.Output(log: FindingLog(nextIdentifier: nextFinding))
        connections = settings.brokerNames.map { _ in
            ConnectionState(isUp: isConnected, upSince: start, downSince: start)
        }
        counts = []
        step = DeadlineWheel.step(for: start)
        now = start
        let minute = MinuteWindows.minute(of: EventTime(start))
        counts = settings.brokerNames.indices.map {
            MessageCounts(broker: UInt8($0), minute: minute)
        }
        for place in registry.restore(remembered, at: start, stoppedAt: stoppedAt) {
            schedule(place)
        }
        for place in registry.declare(at: start) { schedule(place) }
        guard isConnected else { return }
        for place in registry.feeds.indices { registry.feeds[place].expect(from: start) }
    }

    /// Feeds that exist now.
    public var feedCount: Int { registry.isInUse.count { $0 } }

    /// Samples of fields and topics that the cardinality guard refused a feed.
    public var refusedSampleCount: Int64 { refusedSamples }

    /// Nothing stored bears these numbers of forgotten feeds any more: they may be given again.
    public mutating func release(_ feeds: [FeedID]) { registry.release(feeds) }

    /// What is known of a feed; nil once it is forgotten.
    public func description(of feed: FeedID) -> FeedDescription? {
        registry.description(of: feed)
    }

    /// Feeds that exist from the start, for the report before the first batch.
    public mutating func describeFeeds() -> [FeedDescription] {
        registry.isInUse.indices.filter { registry.isInUse[$0] }
            .map { registry.refreshedDescription($0) }
    }

    /// A topic that `TopicTable.route` met for the first time; before the batch that holds it.
    public mutating func register(_ topic: TopicTable.NewTopic) {
        registry.add(topic)
    }

    /// How far a burst was taken.
    public enum Progress: Sendable, Equatable {
        case finished
        /// A stretch of engine time is over (`Limits.stretch`), and `now` stands at its end: store
        /// the report, then give the same burst again.
        case paused
        /// `now` stands where the gateway's clock was set: deal with the report up to there, move
        /// what is timed elsewhere, then give the same burst again.
        case stepping(ClockStep)
    }

    /// Takes a decoded burst, at most a stretch of engine time of it, so that a report never holds
    /// more than two minute rows a feed besides what the burst itself brings. Results do not depend
    /// on where it pauses. Cost: about 200 ns per sample with the default checks.
    public mutating func ingest(
        _ batch: DecodedBatch,
        into report: inout MonitorReport,
    ) -> Progress {
        if !cursor.isUnderway {
            cursor.isUnderway = true
            for field in batch.newFields { registry.add(field) }
        }
        let progress = proceed(batch, into: &report)
        if progress == .finished { cursor = Cursor() }
        hand(over: &report)
        return progress
    }

    private mutating func proceed(
        _ batch: DecodedBatch,
        into report: inout MonitorReport,
    ) -> Progress {
        cursor.end = now.advanced(by: Limits.stretch)
        for index in cursor.message..<batch.messages.count {
            let message = batch.messages[index]
            cursor.message = index
            if message.outcome.isOfClock {
                let progress = takeClock(message, of: batch, into: &report)
                guard progress == .finished else { return progress }
            }
            guard advance(to: message.receivedAt, into: &report) else {
                return .paused
            }
            take(message, batch.samples, into: &report)
        }
        cursor.message = batch.messages.count
        return advance(to: batch.closedAt, into: &report) ? .finished : .paused
    }

    /// Counts messages that were thrown away unread, because nobody could take them.
    public mutating func noteShed(_ count: Int64, broker: Int) {
        counts[broker].received += count
        counts[broker].shed += count
    }

    /// Writes out what open minutes hold, for a shutdown; the monitor is not used afterwards.
    public mutating func finish(into report: inout MonitorReport) {
        for place in registry.feeds.indices where registry.isInUse[place] {
            registry.feeds[place].flush(into: &output)
            report.changedFeeds.append(registry.refreshedDescription(place))
        }
        report.messageCounts.append(contentsOf: counts)
        hand(over: &report)
    }

    mutating func hand(over report: inout MonitorReport) {
        guard !output.rollups.isEmpty || !output.log.events.isEmpty else { return }
        report.rollups.append(contentsOf: output.rollups)
        report.findings.append(contentsOf: output.log.events)
        output.rollups.removeAll(keepingRoomFor: MonitorReport.keptRoom)
        output.log.events.removeAll(keepingRoomFor: MonitorReport.keptRoom)
    }
}

// MARK: Messages

extension FeedMonitor {
    private mutating func take(
        _ message: DecodedMessage,
        _ samples: [Sample],
        into report: inout MonitorReport,
    ) {
        let broker = Int(message.broker)
        switch message.outcome {
        case .connectionUp: connect(message.broker, into: &report)
        case .connectionDown: disconnect(message.broker, into: &report)
        case .connectionClosed: suspend(message.broker)
        case .resumed, .heldBack, .clockStepped: cursor.isPrepared = false
        case .answered: answered(message.broker)
        case .redelivered:
            hear(message.broker)
            counts[broker].redelivered += 1
        case .ignored:
            hear(message.broker)
            counts[broker].received += 1
            counts[broker].ignored += 1
            if message.topic == .refused { noteRefusedTopic(into: &report) }
        case .undecodable(let problem, let offset):
            hear(message.broker)
            counts[broker].received += 1
            counts[broker].undecodable += 1
            if !message.isRetained {
                takeUndecodable(message, problem, offset: offset, into: &report)
            }
        case .decoded:
            hear(message.broker)
            counts[broker].received += 1
            counts[broker].decoded += 1
            if message.isRetained { counts[broker].retained += 1 }
            if message.samplesBeyondLimit > 0 {
                refuse(Int(message.samplesBeyondLimit), of: message)
                noteRefusedFields(of: message.topic, message.fieldRefusal, into: &report)
            } else if message.sampleCount == 0 {
                counts[broker].withoutSamples += 1
            }
            noteNumbers(of: message, samples, into: &report)
            for index in message.samples { take(samples[index], of: message, into: &report) }
            readable(message, into: &report)
        }
    }

    // Inlined, because a message is large to pass on.
    @inline(__always)
    private mutating func take(
        _ sample: Sample,
        of message: DecodedMessage,
        into report: inout MonitorReport,
    ) {
        var place = registry.place(topic: message.topic, field: sample.field)
        if place < 0 {
            guard registry.mayResolve(place),
                let made = feed(for: sample, of: message, into: &report)
            else { return refuse(1, of: message) }
            place = Int32(made)
        }
        let index = Int(place)
        if sample.timeProblem == .withoutZone { noteMissingZone(of: message.topic, into: &report) }
        if message.isRetained {
            registry.feeds[index].seed(sample)
            return registry.feeds[index].expect(from: now)
        }
        let needsAttention = registry.feeds[index].takeReadable(
            sample,
            payloadHash: message.payloadHash,
            receivedAt: now,
            into: &output,
        )
        if needsAttention { settle(index, into: &report) }
    }

    /// Counts samples that no feed may have.
    private mutating func refuse(_ count: Int, of message: DecodedMessage) {
        refusedSamples += Int64(count)
        counts[Int(message.broker)].refusedSamples += Int64(count)
    }

    /// A readable message ends what was said of the topic as a whole.
    private mutating func readable(_ message: DecodedMessage, into report: inout MonitorReport) {
        let place = registry.spokesman(of: message.topic)
        guard place >= 0, !message.isRetained, message.sampleCount > 0 else { return }
        let hadFindings = registry.feeds[Int(place)].hasFindings
        registry.feeds[Int(place)].take(MessageObservation(receivedAt: now), into: &output)
        registry.feeds[Int(place)].prove(at: now)
        if registry.feeds[Int(place)].needsAttention || hadFindings {
            settle(Int(place), into: &report)
        }
    }

    /// After anything out of the ordinary: the description to store, and the next deadline.
    mutating func settle(_ place: Int, into report: inout MonitorReport) {
        let proven = registry.feeds[place].takeProof()
        if !proven.isEmpty {
            report.provenFeeds.append(
                MonitorReport.Proof(feed: registry.feeds[place].id, checks: proven, at: now)
            )
        }
        if registry.feeds[place].isDescriptionStale {
            registry.feeds[place].isDescriptionStale = false
            report.changedFeeds.append(registry.refreshedDescription(place))
        }
        schedule(place)
    }
}

// MARK: Feeds

extension FeedMonitor {
    /// The feed of a field that has none yet: a declared or remembered one, or a new one; nil where
    /// the cardinality guard refuses it.
    private mutating func feed(
        for sample: Sample,
        of message: DecodedMessage,
        into report: inout MonitorReport,
    ) -> Int? {
        let resolution = registry.resolve(
            topic: message.topic,
            field: sample.field,
            kind: sample.kind.feedKind,
            isOnlyField: message.sampleCount == 1,
            at: now,
        )
        return welcome(resolution, topic: message.topic, into: &report)
    }

    /// The feed that speaks for a topic whose message could not be read.
    mutating func wholeFeed(
        of topic: TopicID,
        into report: inout MonitorReport,
    ) -> Int? {
        let whole = registry.topics[Int(topic.index)].whole
        if whole >= 0 { return Int(whole) }
        guard registry.mayResolve(whole) else { return nil }
        return welcome(registry.resolveWhole(topic: topic, at: now), topic: topic, into: &report)
    }

    private mutating func welcome(
        _ resolution: FeedRegistry.Resolution,
        topic: TopicID,
        into report: inout MonitorReport,
    ) -> Int? {
        switch resolution {
        case .known(let place): return place
        case .new(let place):
            report.newFeeds.append(registry.refreshedDescription(place))
            registry.feeds[place].isDescriptionStale = false
            schedule(place)
            return place
        case .refused:
            noteRefusedFeed(registry.topics[Int(topic.index)].text, into: &report)
            return nil
        }
    }
}
