import Decoding
import Monitoring
import Settings

/// The stream that checks are measured on: feeds that do nothing wrong, decoded.
///
/// Each sends ten samples a second, in order and in time, numbered, of good quality: a first-order
/// autoregressive process with φ = 0.5 of about normal innovations, in steps of 0.01. Equal on every
/// machine.
struct HealthySignal {
    /// So few that their state stays in the second cache: what is measured is the work, not how far
    /// away memory is.
    static let feedCount = 64
    static let start = ReceiveTime(nanoseconds: 1_700_000_040_000_000_000)
    /// The samples of a chunk that are measured, and the batch before them.
    static let samplesPerChunk = batchSize * batchesPerChunk

    private static let batchSize = 256
    private static let batchesPerChunk = 17
    private static let period: Int64 = 100_000_000

    struct Chunk {
        var newTopics: [TopicTable.NewTopic]
        var batches: [DecodedBatch]
    }

    private var topics: TopicTable
    private var decoder: MessageDecoder
    private var levels = Array(repeating: 0.0, count: feedCount)
    private var chance: UInt64 = 1
    private var sent: Int64 = 0

    init(configuration: Configuration) {
        topics = TopicTable(settings: configuration.monitorSettings())
        decoder = MessageDecoder(payloads: configuration.feeds.map(\.payload))
    }

    mutating func nextChunk() -> Chunk {
        var chunk = Chunk(newTopics: [], batches: [])
        for _ in 0..<Self.batchesPerChunk {
            var batch = MessageBatch()
            for _ in 0..<Self.batchSize { append(to: &batch) }
            topics.route(&batch)
            for topic in topics.takeNewTopics() {
                decoder.register(topic.topic, rule: Int(topic.rule))
                chunk.newTopics.append(topic)
            }
            var decoded = DecodedBatch()
            decoder.decode(batch, into: &decoded)
            chunk.batches.append(decoded)
        }
        return chunk
    }

    private mutating func append(to batch: inout MessageBatch) {
        let feed = Int(sent) % Self.feedCount
        let now = Self.start.nanoseconds + sent * Self.period / Int64(Self.feedCount)
        levels[feed] = 0.5 * levels[feed] + innovation()
        let value = 2_000 + Int((100 * levels[feed]).rounded())
        let hundredths = value % 100
        let payload = """
            {"ts":\(now / 1_000_000),"value":\(value / 100).\(hundredths / 10)\(hundredths % 10),\
            "seq":\(sent / Int64(Self.feedCount)),"q":"GOOD","unit":"Cel"}
            """
        batch.append(
            topic: Array("cost/\(feed)".utf8).span,
            payload: Array(payload.utf8).span,
            receivedAt: ReceiveTime(nanoseconds: now),
            qualityOfService: 0,
            isRetained: false,
            broker: 0,
        )
        sent += 1
    }

    /// Sum of four uniform numbers, less its mean: standard deviation 0.58.
    private mutating func innovation() -> Double {
        (0..<4).reduce(-2.0) { sum, _ in sum + Double(next() >> 11) * 0x1p-53 }
    }

    /// SplitMix64 (Steele, Lea and Flood, OOPSLA 2014): a congruential generator alone repeats itself
    /// in every 256th number, which is what one feed would get.
    private mutating func next() -> UInt64 {
        chance &+= 0x9E37_79B9_7F4A_7C15
        var mixed = chance
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
