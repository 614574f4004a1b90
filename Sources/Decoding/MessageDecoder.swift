public import Monitoring

/// Turns batches of messages into batches of samples, by the `payload:` settings of each rule.
///
/// A pure value: equal batches in equal order give equal output, whatever their borders. After the
/// first message of each shape it allocates nothing. An unreadable payload is an outcome with a
/// reason and a byte offset, never a crash and never a zero.
///
/// Memory: `Limits.namesKept` names for all topics together, and 32 bytes and 4 a field per topic.
public struct MessageDecoder: Sendable {
    private let formats: [any PayloadFormat]
    private let payloads: [PayloadSettings]
    private let hashSeed: UInt64
    private var workspace: DecodingWorkspace

    /// - Parameters:
    ///   - payloads: By rule, in the order of `MonitorSettings.rules`. Settings for which
    ///     `DecoderCatalog.problem(in:)` finds a problem stop the program.
    ///   - hashSeed: Guards tables against chosen collisions; has no effect on results.
    public init(payloads: [PayloadSettings], hashSeed: UInt64 = 0) {
        var workspace = DecodingWorkspace(hashSeed: hashSeed)
        formats = payloads.map { DecoderCatalog.format(for: $0, in: &workspace) }
        workspace.names.keepAll()
        self.workspace = workspace
        self.payloads = payloads
        self.hashSeed = hashSeed
    }

    /// A decoder by other settings, in which these topics are registered, by their rules of now. A topic
    /// that is read as before goes on with the unit of its times; its fields are numbered, and
    /// announced, anew.
    public func goingOn(
        as payloads: [PayloadSettings],
        registering topics: [TopicTable.NewTopic],
    ) -> MessageDecoder {
        var decoder = MessageDecoder(payloads: payloads, hashSeed: hashSeed)
        for topic in topics {
            let rule = Int(topic.rule)
            decoder.register(topic.topic, rule: rule)
            let former = workspace.topics[Int(topic.topic.index)]
            guard self.payloads[Int(former.rule)] == payloads[rule] else { continue }
            decoder.workspace.topics[Int(topic.topic.index)].epochUnit = former.epochUnit
        }
        return decoder
    }

    /// Says by which rule a topic is read: once, after routing gave the topic its number and before
    /// its first message is decoded. Under a number that is given again a new topic begins.
    public mutating func register(_ topic: TopicID, rule: Int) {
        precondition(topic.isClaimed, "a topic that no rule claims was registered")
        precondition(formats.indices.contains(rule), "rule \(rule) has no payload settings")
        let index = Int(topic.index)
        while workspace.topics.count <= index { workspace.topics.append(TopicState()) }
        workspace.topics[index] = TopicState()
        workspace.topics[index].rule = Int32(rule)
    }

    /// Whether a topic is registered.
    public func isRegistered(_ topic: TopicID) -> Bool {
        let index = Int(topic.index)
        return workspace.topics.indices.contains(index) && workspace.topics[index].rule >= 0
    }

    /// The text of `Sample.unit`; nil for 0 and for a text beyond `Limits.unitTexts`.
    public func unitText(_ index: UInt16) -> String? { workspace.units.text(index) }

    /// Appends one message per record, with its samples, and sets `closedAt`. Every claimed topic
    /// must be registered. Cost: about 50 ns and 30 ns a member of an object, without allocation.
    public mutating func decode(
        _ batch: borrowing MessageBatch,
        into output: inout DecodedBatch,
    ) {
        workspace.exchangeColumns(with: &output)
        var next = 0
        while next < batch.records.count { next = decodeRun(of: batch, from: next, &output) }
        workspace.exchangeColumns(with: &output)
        output.closedAt = batch.closedAt
        if !batch.clockSteps.isEmpty { output.clockSteps.append(contentsOf: batch.clockSteps) }
    }

    /// Appends the records from `first` on as long as one rule reads them, and returns where it
    /// ended: so a format is fetched once per run and not per message.
    private mutating func decodeRun(
        of batch: borrowing MessageBatch,
        from first: Int,
        _ output: inout DecodedBatch,
    ) -> Int {
        var first = first
        while first < batch.records.count, !batch.records[first].isPayload {
            output.messages.append(message(batch.records[first], at: first, batch.bytes.span))
            first += 1
        }
        guard first < batch.records.count else { return first }
        let rule = self.rule(of: batch.records[first].topic)
        return decodeRun(of: batch, from: first, rule, by: formats[rule], &output)
    }

    private mutating func decodeRun(
        of batch: borrowing MessageBatch,
        from first: Int,
        _ rule: Int,
        by format: any PayloadFormat,
        _ output: inout DecodedBatch,
    ) -> Int {
        let bytes = batch.bytes.span
        var index = first
        while index < batch.records.count {
            let record = batch.records[index]
            var message = message(record, at: index, bytes)
            if record.isPayload {
                guard self.rule(of: record.topic) == rule else { return index }
                let payload = bytes.extracting(record.payloadRange)
                read(payload, record, by: format, into: &message)
            }
            output.messages.append(message)
            index += 1
        }
        return index
    }

    @inline(__always)
    private func rule(of topic: TopicID) -> Int {
        precondition(isRegistered(topic), "a message's topic was never registered")
        return Int(workspace.topics[Int(topic.index)].rule)
    }

    /// What is known of a message before its payload is read.
    @inline(__always)
    private func message(
        _ record: MessageBatch.Record,
        at index: Int,
        _ bytes: Span<UInt8>,
    ) -> DecodedMessage {
        var message = DecodedMessage(
            outcome: .ignored,
            topic: record.topic,
            broker: record.broker,
            isRetained: record.isRetained,
            qualityOfService: record.qualityOfService,
            receivedAt: record.receivedAt,
            payloadHash: 0,
            record: Int32(truncatingIfNeeded: index),
            firstSample: Int32(truncatingIfNeeded: workspace.samples.count),
            sampleCount: 0,
        )
        switch record.kind {
        case .connectionUp: message.outcome = .connectionUp
        case .connectionDown: message.outcome = .connectionDown
        case .resumed: message.outcome = .resumed
        case .heldBack: message.outcome = .heldBack
        case .answered: message.outcome = .answered
        case .clockStepped: message.outcome = .clockStepped
        case .redelivered: message.outcome = .redelivered
        case .connectionClosed: message.outcome = .connectionClosed
        case .message:
            message.payloadHash = PayloadHash.hash(bytes.extracting(record.payloadRange))
        }
        return message
    }

    @inline(__always)
    private mutating func read(
        _ payload: Span<UInt8>,
        _ record: MessageBatch.Record,
        by format: any PayloadFormat,
        into message: inout DecodedMessage,
    ) {
        workspace.begin(record.topic, at: record.receivedAt)
        do throws(DecodeFailure) {
            // A payload of no bytes clears a retained message; it is no value and no fault.
            if !payload.isEmpty {
                guard payload.count <= Limits.payloadBytes else {
                    throw DecodeFailure(.tooLarge, at: Limits.payloadBytes)
                }
                try format.read(payload, in: &workspace)
            }
            message.samplesBeyondLimit = workspace.numberNewFields()
            if message.samplesBeyondLimit > 0 { message.fieldRefusal = workspace.fieldRefusal }
            if let time = record.envelopeTime { workspace.fillTime(time) }
            message.outcome = .decoded
            let count = workspace.samples.count - workspace.firstSample
            message.sampleCount = Int32(truncatingIfNeeded: count)
        } catch {
            message.outcome = .undecodable(error.problem, offset: error.offset)
            message.brokenPath = error.path
            workspace.discard()
        }
    }
}

extension MessageBatch.Record {
    /// Whether it is a message that some rule reads.
    fileprivate var isPayload: Bool { kind == .message && topic.isClaimed }
}
