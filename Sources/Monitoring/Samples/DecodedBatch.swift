/// Why a payload could not be read. One line of meaning each; the raw value is stored.
public enum DecodeProblem: UInt8, Sendable, CaseIterable {
    case notANumberOrWord = 1
    case syntax = 2
    case invalidUTF8 = 3
    case duplicateKey = 4
    case tooDeep = 5
    case tooLarge = 6
    case trailingContent = 7
    case loneSurrogate = 8
    case tooManyFields = 9
    case undeclaredWord = 10
    case wrongType = 11
    case missingField = 12
    case truncated = 13

    /// The reason as an operator reads it, completed by the byte offset.
    public var text: String {
        switch self {
        case .notANumberOrWord: "is neither a number, a boolean, JSON nor a declared word"
        case .syntax: "is not valid JSON"
        case .invalidUTF8: "is not valid UTF-8"
        case .duplicateKey: "has the same key twice"
        case .tooDeep: "is nested deeper than \(Limits.payloadDepth) levels"
        case .tooLarge: "is larger than the limit for payloads"
        case .trailingContent: "goes on after its end"
        case .loneSurrogate: "has half of a surrogate pair"
        case .tooManyFields: "has more fields than the limit"
        case .undeclaredWord: "has a text that is no declared word"
        case .wrongType: "has a declared field of another type"
        case .missingField: "lacks a declared field"
        case .truncated: "ends too early"
        }
    }
}

/// What became of one message: its samples, or why there are none.
public struct DecodedMessage: Sendable {
    public enum Outcome: Sendable, Equatable {
        /// Read; it may still hold no sample (a zero-length payload, an empty object).
        case decoded
        /// Not readable: `offset` is the byte of the payload where reading stopped.
        case undecodable(DecodeProblem, offset: Int32)
        /// No feed claims the topic.
        case ignored
        case connectionUp
        case connectionDown
        /// The daemon stood still until now.
        case resumed
        /// The broker could have held messages back until now.
        case heldBack
        /// The broker has answered: what it had for us has come.
        case answered
        /// The gateway's clock was set: the n-th of them is `DecodedBatch.clockSteps[n]`.
        case clockStepped
        /// Received before, and counted then.
        case redelivered
        /// The daemon closed the connection, because its store cannot commit.
        case connectionClosed
    }

    public var outcome: Outcome
    /// Of an undecodable message: which of its rule's `FeedRule.declaredPaths` it breaks; -1: none,
    /// or all of them.
    public var brokenPath: Int16 = -1
    public var topic: TopicID
    public var broker: UInt8
    public var isRetained: Bool
    public var qualityOfService: UInt8
    public var receivedAt: ReceiveTime
    /// A 64-bit hash of the payload, for recognising duplicates; 0 where not needed.
    public var payloadHash: UInt64
    /// Index of the message in its `MessageBatch`, for the quarantine's copy of the bytes.
    public var record: Int32
    /// The message's samples within `DecodedBatch.samples`.
    public var firstSample: Int32
    public var sampleCount: Int32
    /// Samples that were dropped because their field may not be one (`fieldRefusal`): to be counted,
    /// and named by `system/cardinality`.
    public var samplesBeyondLimit: Int32
    /// Why the last of them was dropped.
    public var fieldRefusal = FieldRefusal.fields

    public init(
        outcome: Outcome,
        topic: TopicID,
        broker: UInt8,
        isRetained: Bool,
        qualityOfService: UInt8,
        receivedAt: ReceiveTime,
        payloadHash: UInt64,
        record: Int32,
        firstSample: Int32,
        sampleCount: Int32,
        samplesBeyondLimit: Int32 = 0,
    ) {
        self.outcome = outcome
        self.topic = topic
        self.broker = broker
        self.isRetained = isRetained
        self.qualityOfService = qualityOfService
        self.receivedAt = receivedAt
        self.payloadHash = payloadHash
        self.record = record
        self.firstSample = firstSample
        self.sampleCount = sampleCount
        self.samplesBeyondLimit = samplesBeyondLimit
    }

    public var samples: Range<Int> {
        Int(firstSample)..<Int(firstSample) + Int(sampleCount)
    }
}

/// Why a field of a message gets no number.
public enum FieldRefusal: UInt8, Sendable, CaseIterable {
    /// Its topic has `Limits.fieldsPerTopic`.
    case fields
    /// All topics together have `Limits.namesKept` names, or `Limits.nameBytesKept` bytes of them.
    case names
    /// Another path of the topic has the same name already: two feeds cannot share a key.
    case sameName
}

/// A field that the decoder saw for the first time, announced before its first sample.
public struct NewField: Sendable {
    public var topic: TopicID
    public var field: FieldID
    /// The path as product.md writes it in a feed's key (`a.b`, `['a.b'].c`, or a declared name);
    /// `value` for a bare scalar.
    public var name: String
    /// Whether the field was named in the configuration.
    public var isDeclared: Bool
    /// The unit that the configuration declares for the field, as a UCUM code.
    public var unit: String?

    public init(topic: TopicID, field: FieldID, name: String, isDeclared: Bool, unit: String?) {
        self.topic = topic
        self.field = field
        self.name = name
        self.isDeclared = isDeclared
        self.unit = unit
    }
}

/// A decoded burst: columns that are filled, read and emptied, and keep their memory.
public struct DecodedBatch: Sendable {
    public var messages: [DecodedMessage]
    public var samples: [Sample]
    /// Announced in the order of first sight; empty in steady state.
    public var newFields: [NewField]
    /// As in `MessageBatch`.
    public var clockSteps: [ClockStep]
    /// As in `MessageBatch`.
    public var closedAt: ReceiveTime

    public init() {
        messages = []
        messages.reserveCapacity(Limits.messagesPerBatch)
        samples = []
        samples.reserveCapacity(Limits.messagesPerBatch)
        newFields = []
        clockSteps = []
        closedAt = ReceiveTime(nanoseconds: 0)
    }

    public mutating func removeAll() {
        messages.removeAll(keepingCapacity: true)
        samples.removeAll(keepingCapacity: true)
        newFields.removeAll(keepingCapacity: true)
        clockSteps.removeAll(keepingCapacity: true)
    }
}
