/// A burst of messages in the order in which they arrived: one slab of bytes and a record each.
///
/// The transport copies topic and payload into the slab once, and nothing copies them again until a
/// sample leaves the decoder. A batch is filled by one owner and handed over whole, then given back
/// to be filled again, so a steady stream allocates nothing.
public struct MessageBatch: Sendable {
    /// What a record is. Everything the engine must know arrives in this one order, so that a
    /// recording replays exactly as it happened.
    public enum Kind: UInt8, Sendable {
        /// An MQTT PUBLISH.
        case message
        /// The broker connection is up and its filters are granted.
        case connectionUp
        /// The broker connection was lost.
        case connectionDown
        /// The daemon itself stood still until now (a slow disk, a stopped process): what could
        /// not be read in between is nobody's silence.
        case resumed
        /// The broker could have held messages back until now, because too many of its own are not
        /// acknowledged: what did not come from it is nobody's silence.
        case heldBack
        /// The gateway's clock was set. The n-th of them in a batch is `clockSteps[n]`; what comes
        /// after it is stamped by the clock as it was set.
        case clockStepped
        /// A message that was received before, under the same number, and whose acknowledgement the
        /// broker has not seen: it is counted, its bytes are not here. It is acknowledged as any
        /// other, after the commit.
        case redelivered
        /// The broker connection was closed by the daemon, because its store cannot commit: as
        /// `connectionDown`, but the broker is not to blame.
        case connectionClosed
    }

    /// Where a message lies in the slab, and what the transport knows of it.
    public struct Record: Sendable {
        public var kind: Kind
        /// Delivery quality of service, 0 or 1.
        public var qualityOfService: UInt8
        /// The broker sent its stored copy: the value's age is unknown.
        public var isRetained: Bool
        /// Index of the broker in the configuration.
        public var broker: UInt8
        /// Set by `TopicTable.route`; `.none` before.
        public var topic: TopicID
        public var receivedAt: ReceiveTime
        /// A source time that came beside the payload, as in a recording; not used by MQTT.
        public var envelopeTime: SourceTime?
        /// First byte of the topic in the slab; the payload follows the topic.
        public var offset: Int32
        public var topicLength: Int32
        public var payloadLength: Int32

        /// The topic's bytes within `MessageBatch.bytes`.
        public var topicRange: Range<Int> {
            Int(offset)..<Int(offset) + Int(topicLength)
        }

        /// The payload's bytes within `MessageBatch.bytes`.
        public var payloadRange: Range<Int> {
            let start = Int(offset) + Int(topicLength)
            return start..<start + Int(payloadLength)
        }
    }

    /// Topics and payloads, one after the other. Read through `bytes.span`.
    public private(set) var bytes: [UInt8]

    /// One entry per message, in order of arrival. Mutable so that routing can fill in the topic.
    public var records: [Record]

    /// What the records of kind `clockStepped` mean, in their order.
    public private(set) var clockSteps: [ClockStep] = []

    /// The gateway's clock when the batch was closed: the engine runs its ticks up to here after
    /// the last message, so an empty batch is a tick. Never before the last record, by the clock
    /// that stamped it.
    public var closedAt: ReceiveTime

    /// An empty batch with room for `Limits.messagesPerBatch` messages of ordinary size.
    public init() {
        bytes = []
        bytes.reserveCapacity(Limits.batchBytesReserved)
        records = []
        records.reserveCapacity(Limits.messagesPerBatch)
        closedAt = ReceiveTime(nanoseconds: 0)
    }

    /// A batch at one of its limits takes no more; the transport then stops reading.
    public var isFull: Bool {
        records.count >= Limits.messagesPerBatch || bytes.count >= Limits.batchBytes
    }

    public var isEmpty: Bool { records.isEmpty }

    /// The clock at the first record, before it was set by one.
    public var startsAt: ReceiveTime {
        guard let first = records.first else { return closedAt }
        return first.kind == .clockStepped ? clockSteps[0].from : first.receivedAt
    }

    /// Appends a message: the only copy of its bytes on the path. Cost: one `memcpy`.
    public mutating func append(
        topic: Span<UInt8>,
        payload: Span<UInt8>,
        receivedAt: ReceiveTime,
        qualityOfService: UInt8,
        isRetained: Bool,
        broker: UInt8,
        envelopeTime: SourceTime? = nil,
    ) {
        let offset = Int32(bytes.count)
        // Safety: the pointers live for the call, and `append` copies.
        unsafe topic.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
        unsafe payload.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
        records.append(
            Record(
                kind: .message,
                qualityOfService: qualityOfService,
                isRetained: isRetained,
                broker: broker,
                topic: .none,
                receivedAt: receivedAt,
                envelopeTime: envelopeTime,
                offset: offset,
                topicLength: Int32(topic.count),
                payloadLength: Int32(payload.count),
            )
        )
        if receivedAt > closedAt { closedAt = receivedAt }
    }

    /// Appends what is no message to be read, nor a clock step, in its place among the messages.
    public mutating func append(_ kind: Kind, at time: ReceiveTime, broker: UInt8) {
        precondition(kind != .message, "a message is appended with its topic and payload")
        precondition(kind != .clockStepped, "a clock step is appended with where it came from")
        appendEvent(kind, at: time, broker: broker)
        if time > closedAt { closedAt = time }
    }

    /// Appends that the clock was set. A step that follows another at once is joined to it, so that
    /// a clock that is set over and over fills no batch.
    public mutating func append(_ step: ClockStep) {
        closedAt = step.to
        guard records.last?.kind == .clockStepped, let last = clockSteps.last else {
            appendEvent(.clockStepped, at: step.to, broker: 0)
            clockSteps.append(step)
            return
        }
        let passed = Nanoseconds(from: last.to.nanoseconds, to: step.from.nanoseconds)
        clockSteps[clockSteps.count - 1].from.move(by: passed)
        clockSteps[clockSteps.count - 1].to = step.to
        records[records.count - 1].receivedAt = step.to
    }

    private mutating func appendEvent(_ kind: Kind, at time: ReceiveTime, broker: UInt8) {
        records.append(event(kind, at: time, broker: broker, offset: Int32(bytes.count)))
    }

    private func event(
        _ kind: Kind,
        at time: ReceiveTime,
        broker: UInt8,
        offset: Int32,
    ) -> Record {
        Record(
            kind: kind,
            qualityOfService: kind == .redelivered ? 1 : 0,
            isRetained: false,
            broker: broker,
            topic: .none,
            receivedAt: time,
            envelopeTime: nil,
            offset: offset,
            topicLength: 0,
            payloadLength: 0,
        )
    }

    /// Puts a `resumed` wherever more than `length` passed before the next record, or before the
    /// batch was closed: nothing was read in that time. Costs one comparison where there is none.
    ///
    /// - Parameter last: when the batch before was closed.
    /// - Returns: the longest such time; nil: none.
    public mutating func markStandstills(
        since last: ReceiveTime,
        longerThan length: Nanoseconds,
    ) -> Nanoseconds? {
        guard !clockSteps.isEmpty || closedAt.nanoseconds - last.nanoseconds > length.count else {
            return nil
        }
        var marked = MessageBatch()
        var previous = last
        var longest = Nanoseconds(0)
        func passes(to time: ReceiveTime) {
            let passed = Nanoseconds(time.nanoseconds - previous.nanoseconds)
            if passed > length {
                longest = max(longest, passed)
                marked.append(.resumed, at: time, broker: 0)
            }
            previous = max(previous, time)
        }
        var steps = clockSteps[...]
        for record in records {
            // A clock that was set is no time that passed.
            let step = record.kind == .clockStepped ? steps.popFirst() : nil
            passes(to: step?.from ?? record.receivedAt)
            marked.records.append(record)
            if let step { previous = step.to }
        }
        passes(to: closedAt)
        records = marked.records
        return longest > length ? longest : nil
    }

    /// Puts a `heldBack` of a broker before everything else. Cost: moves the records by one place.
    public mutating func markHeldBack(by broker: UInt8) {
        let mark = event(.heldBack, at: startsAt, broker: broker, offset: 0)
        records.insert(mark, at: 0)
    }

    /// Empties the batch and keeps its memory.
    public mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        records.removeAll(keepingCapacity: true)
        clockSteps.removeAll(keepingCapacity: true)
    }
}
