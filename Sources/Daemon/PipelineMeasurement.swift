import Glibc
import Monitoring
public import Settings

/// The pipeline alone, from bytes to rollups, without broker and store: how many samples a second
/// one core takes, and what a feed costs in memory.
///
/// Feeds publish JSON of about 100 bytes in turn, in scattered order, on a clock of their own;
/// nothing is left out but the transport and the commit.
public struct PipelineMeasurement: Sendable {
    public struct Result: Sendable {
        public var samples: Int
        /// Processor time of the measured part.
        public var seconds: Double
        /// Growth of the resident memory while the feeds were made, per feed.
        public var bytesPerFeed: Int
    }

    public var configuration: Configuration
    public var feeds: Int
    public var messages: Int

    public init(configuration: Configuration, feeds: Int, messages: Int) {
        self.configuration = configuration
        self.feeds = feeds
        self.messages = messages
    }

    /// Time between two messages: 100,000 a second.
    private static let step: Int64 = 10_000
    /// Messages per batch, as flat out.
    private static let batchSize = 256
    /// Messages of each feed before the measurement: every limit is learned, its tables are full.
    private static let warmUp = 1_100

    public func run() -> Result {
        let start: Int64 = 1_700_000_040_000_000_000
        var pipeline = Pipeline(
            configuration: configuration,
            memory: Memory(epoch: "measurement"),
            start: ReceiveTime(nanoseconds: start),
        )
        let topics = (0..<feeds).map { Array("bench/\($0)".utf8) }
        let resident = Self.residentBytes()
        var batch = MessageBatch()
        var sent = 0
        var used = 0.0
        let before = feeds * Self.warmUp
        while sent < before + messages {
            batch.removeAll()
            for _ in 0..<Self.batchSize {
                fill(&batch, topics[sent * 7_919 % feeds], number: sent, start: start)
                sent += 1
            }
            let began = Self.processorSeconds()
            var progress = pipeline.process(&batch)
            while progress != .finished { progress = pipeline.proceed(batch) }
            pipeline.didCommit()
            if sent > before { used += Self.processorSeconds() - began }
        }
        return Result(
            samples: sent - before,
            seconds: used,
            bytesPerFeed: (Self.residentBytes() - resident) / feeds,
        )
    }

    private func fill(
        _ batch: inout MessageBatch,
        _ topic: [UInt8],
        number: Int,
        start: Int64,
    ) {
        let now = start + Int64(number) * Self.step
        let value = 20 + number * 31 % 977
        let payload = Array(
            """
            {"ts":\(now / 1_000_000),"value":\(value / 10).\(value % 10),"seq":\(number % 65_536),\
            "q":"GOOD","unit":"Cel","src":"bench"}
            """.utf8
        )
        batch.append(
            topic: topic.span,
            payload: payload.span,
            receivedAt: ReceiveTime(nanoseconds: now),
            qualityOfService: 0,
            isRetained: false,
            broker: 0,
        )
    }

    private static func processorSeconds() -> Double {
        var time = timespec()
        // Safety: the pointer is to a local that outlives the call.
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// The most memory that was resident so far.
    private static func residentBytes() -> Int {
        var usage = rusage()
        // Safety: the pointer is to a local that outlives the call; 0 is RUSAGE_SELF.
        unsafe getrusage(0, &usage)
        return usage.ru_maxrss * 1_024
    }
}
