import CAllocationCounter
import Monitoring
import Settings
import Testing

@testable import Daemon

/// Counts on its own thread, so it need not wait for the others.
///
/// Only an optimised build says something: without the optimiser every closure, generic call and
/// iterator allocates. `swift test -c release -Xswiftc -enable-testing --filter AllocationTests`.
@Suite("Memory on the path of a sample", .timeLimit(.minutes(1)))
struct AllocationTests {
    private static let isOptimised = !_isDebugAssertConfiguration()
    private static let feedCount = 200

    @Test(
        "in steady state nothing is allocated from the slab to the finding",
        .enabled(if: Self.isOptimised, "the build is not optimised"),
        arguments: ["20.5", "{\"value\": 20.5}", "{\"value\": 20.5, \"ts\": TIME}"],
    )
    func allocatesNothing(payload: String) throws {
        #expect(allocation_counter_works())
        let minute: Int64 = 1_700_000_040_000_000_000
        #expect(minute % 60_000_000_000 == 0)
        var pipeline = Pipeline(
            configuration: try configuration(),
            memory: Memory(epoch: "test"),
            start: ReceiveTime(nanoseconds: minute - 1),
            hashSeed: 0,
        )
        // Three minutes to warm up: feeds, cadence, periods, and the lists at their full size.
        for second in 0..<180 {
            var batch = Self.batch(at: minute, second: second, payload: payload)
            _ = pipeline.process(&batch)
            pipeline.didCommit()
        }
        #expect(pipeline.feedCount == Self.feedCount)
        // From the third second of the fourth minute, when the third has closed.
        var batches = (183..<238).map { Self.batch(at: minute, second: $0, payload: payload) }
        for second in 180..<183 {
            var batch = Self.batch(at: minute, second: second, payload: payload)
            _ = pipeline.process(&batch)
            pipeline.didCommit()
        }
        var counts: [UInt64] = []
        counts.reserveCapacity(batches.count)
        for index in batches.indices {
            allocation_counter_start()
            _ = pipeline.process(&batches[index])
            pipeline.didCommit()
            counts.append(allocation_counter_stop())
        }
        let samples = batches.map(\.records.count).reduce(0, +)
        #expect(samples >= 10_000)
        #expect(counts.reduce(0, +) == 0, "allocations by batch of \(Self.feedCount): \(counts)")
    }

    private func configuration() throws -> Configuration {
        try Configuration.parse(
            """
            broker: {url: mqtt://localhost}
            feeds:
              - topic: plant/+
                checks: { range: { fail: [0, 100] } }
            """,
            file: "assay.yaml",
            hostName: "test",
        )
    }

    /// One sample per feed, spread over a second.
    private static func batch(at start: Int64, second: Int, payload: String) -> MessageBatch {
        var batch = MessageBatch()
        for feed in 0..<feedCount {
            let time = start + Int64(second) * 1_000_000_000 + Int64(feed) * 4_000_000
            let text =
                payload
                .replacing("20.5", with: "20.\((second * 7 + feed) % 90 + 10)")
                .replacing("TIME", with: "\(time / 1_000_000)")
                .replacing("SEQ", with: "\(second)")
            batch.append(
                topic: Array("plant/\(feed)".utf8).span,
                payload: Array(text.utf8).span,
                receivedAt: ReceiveTime(nanoseconds: time),
                qualityOfService: 1,
                isRetained: false,
                broker: 0,
            )
        }
        return batch
    }
}
