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
    }

    /// Says by which rule a topic is read: once, after routing gave the topic its number and before
    /// its first message is decoded. Registering it again with its rule changes nothing.
    public mutating func register(_ topic: TopicID, rule: Int) {
        precondition(topic.isClaimed, "a topic that no rule claims was registered")
        precondition(formats.indices.contains(rule), "rule \(rule) has no payload settings")
        let index = Int(topic.index)
        while workspace.topics.count <= index { workspace.topics.append(TopicState()) }
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
        let bytes = batch.bytes.span
        // Held for the batch and lent by span, so that no message counts a reference.
        let formats = formats
        for index in 0..<batch.records.count {
            let record = batch.records[index]
            output.messages.append(message(record, at: index, bytes, formats.span))
        }
        workspace.exchangeColumns(with: &output)
        output.closedAt = batch.closedAt
        if !batch.clockSteps.isEmpty { output.clockSteps.append(contentsOf: batch.clockSteps) }
    }

    @inline(__always)
    private mutating func message(
        _ record: MessageBatch.Record,
        at index: Int,
        _ bytes: Span<UInt8>,
        _ formats: Span<any PayloadFormat>,
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
        case .clockStepped: message.outcome = .clockStepped
        case .message:
            let payload = bytes.extracting(record.payloadRange)
            message.payloadHash = PayloadHash.hash(payload)
            if record.topic.isClaimed { read(payload, record, formats, into: &message) }
        }
        return message
    }

    private mutating func read(
        _ payload: Span<UInt8>,
        _ record: MessageBatch.Record,
        _ formats: Span<any PayloadFormat>,
        into message: inout DecodedMessage,
    ) {
        precondition(isRegistered(record.topic), "a message's topic was never registered")
        workspace.begin(record.topic, at: record.receivedAt)
        do throws(DecodeFailure) {
            try read(payload, formats)
            message.samplesBeyondLimit = workspace.numberNewFields()
            if let time = record.envelopeTime { workspace.fillTime(time) }
            message.outcome = .decoded
            let count = workspace.samples.count - workspace.firstSample
            message.sampleCount = Int32(truncatingIfNeeded: count)
        } catch {
            message.outcome = .undecodable(error.problem, offset: error.offset)
            workspace.discard()
        }
    }

    private mutating func read(
        _ payload: Span<UInt8>,
        _ formats: Span<any PayloadFormat>,
    ) throws(DecodeFailure) {
        // A payload of no bytes clears a retained message; it is no value and no fault.
        guard !payload.isEmpty else { return }
        guard payload.count <= Limits.payloadBytes else {
            throw DecodeFailure(.tooLarge, at: Limits.payloadBytes)
        }
        let rule = Int(workspace.topics[workspace.topic].rule)
        try formats[rule].read(payload, in: &workspace)
    }
}
