import Decoding
import Monitoring

/// One payload, or several of one topic, decoded as the daemon would, in a form that is easy to
/// compare.
struct Decoded {
    struct Value: Equatable, CustomStringConvertible {
        var name: String
        var kind: Sample.Kind
        var value: Double
        var quality = Sample.Quality.unstated
        var unit: String?
        var nanoseconds: Int64?
        var timeProblem = Sample.TimeProblem.absent
        var sequence: Int64?

        var description: String {
            "\(name)=\(kind) \(value) \(quality) \(unit ?? "-") "
                + "\(nanoseconds.map(String.init) ?? "\(timeProblem)") \(sequence ?? -1)"
        }
    }

    var decoder: MessageDecoder
    var batch = MessageBatch()
    var output = DecodedBatch()
    /// By topic and field.
    private var names: [Int32: [String]] = [:]
    private(set) var announced: [NewField] = []

    init(_ payloads: [PayloadSettings] = [PayloadSettings()]) {
        decoder = MessageDecoder(payloads: payloads)
    }

    static let receivedAt = ReceiveTime(nanoseconds: 1_700_000_001_000_000_000)

    /// Decodes payloads of a topic whose number is that of its rule.
    mutating func decode(
        _ payloads: [[UInt8]],
        rule: Int = 0,
        envelopeTime: SourceTime? = nil,
    ) -> [DecodedMessage] {
        let topic = TopicID(index: Int32(rule))
        if !decoder.isRegistered(topic) { decoder.register(topic, rule: rule) }
        batch.removeAll()
        output.removeAll()
        for payload in payloads {
            batch.append(
                topic: Array("t".utf8).span,
                payload: payload.span,
                receivedAt: Self.receivedAt,
                qualityOfService: 0,
                isRetained: false,
                broker: 0,
                envelopeTime: envelopeTime,
            )
            batch.records[batch.records.count - 1].topic = topic
        }
        decoder.decode(batch, into: &output)
        announced += output.newFields
        for field in output.newFields { names[field.topic.index, default: []].append(field.name) }
        return output.messages
    }

    func values(of message: DecodedMessage) -> [Value] {
        message.samples.map { index in
            let sample = output.samples[index]
            return Value(
                name: names[message.topic.index]![Int(sample.field.index)],
                kind: sample.kind,
                value: sample.value,
                quality: sample.quality,
                unit: decoder.unitText(sample.unit),
                nanoseconds: sample.timeProblem == .none ? sample.sourceTime.nanoseconds : nil,
                timeProblem: sample.timeProblem,
                sequence: sample.hasSequence ? sample.sequence : nil,
            )
        }
    }
}

/// The outcome and the values of one payload, read by one rule.
func decoded(
    _ payload: [UInt8],
    _ settings: PayloadSettings = PayloadSettings(),
) -> (outcome: DecodedMessage.Outcome, values: [Decoded.Value]) {
    var decoded = Decoded([settings])
    let message = decoded.decode([payload])[0]
    return (message.outcome, decoded.values(of: message))
}

func decoded(
    _ payload: String,
    _ settings: PayloadSettings = PayloadSettings(),
) -> (outcome: DecodedMessage.Outcome, values: [Decoded.Value]) {
    decoded(Array(payload.utf8), settings)
}

/// Why a payload is undecodable; nil: it is not.
func problem(
    _ payload: [UInt8],
    _ settings: PayloadSettings = PayloadSettings(),
) -> DecodeProblem? {
    if case .undecodable(let problem, _) = decoded(payload, settings).outcome {
        problem
    } else {
        nil
    }
}

func problem(_ payload: String, _ settings: PayloadSettings = PayloadSettings()) -> DecodeProblem? {
    problem(Array(payload.utf8), settings)
}

/// Paths that a test knows to be right.
func path(_ text: String) throws -> JSONPath { try JSONPath(text) }
