import CAllocationCounter
import Daemon
import Glibc
import Monitoring
import Settings

/// Holds the promise that in steady state nothing is allocated from the slab to the finding.
///
/// A program and no test of the test runner, because only an optimised build says something (without
/// the optimiser every closure, generic call and iterator allocates), and an optimised build of this
/// alone takes a fraction of one of all tests. Ends with 0 where the promise is kept.
@main
struct AllocationProbe {
    private static let feedCount = 200
    /// A full minute, in nanoseconds.
    private static let start: Int64 = 1_700_000_040_000_000_000
    /// The first second that counts: the three minutes before make feeds, cadence and periods, and
    /// bring the lists to their full size; three seconds later the third minute has closed.
    private static let firstSecond = 183
    /// The second before which the fourth minute still is open.
    private static let lastSecond = 238

    static func main() throws {
        #if DEBUG
            fail("this build is not optimised; run it with `-c release`")
        #else
            try measure()
        #endif
    }

    private static func measure() throws {
        guard allocation_counter_works() else {
            fail("the counter does not see the one allocation that was made for it")
        }
        print("The counter sees one deliberate allocation.")
        for payload in ["20.5", "{\"value\": 20.5}", "{\"value\": 20.5, \"ts\": TIME}"] {
            let counts = try count(payload)
            let total = counts.reduce(0, +)
            let samples = counts.count * feedCount
            print("\(total) allocations for \(samples) samples like \(payload)")
            guard total == 0 else { fail("by batches of \(feedCount): \(counts)") }
        }
    }

    /// The allocations of each batch.
    private static func count(_ payload: String) throws -> [UInt64] {
        var pipeline = Pipeline(
            configuration: try configuration(),
            memory: Memory(epoch: "test"),
            start: ReceiveTime(nanoseconds: start - 1),
        )
        for second in 0..<firstSecond {
            var batch = batch(second: second, payload: payload)
            _ = pipeline.process(&batch)
            pipeline.didCommit()
        }
        guard pipeline.feedCount == feedCount else {
            fail("\(pipeline.feedCount) feeds were made of \(feedCount)")
        }
        var batches = (firstSecond..<lastSecond).map { batch(second: $0, payload: payload) }
        var counts: [UInt64] = []
        counts.reserveCapacity(batches.count)
        for index in batches.indices {
            allocation_counter_start()
            _ = pipeline.process(&batches[index])
            pipeline.didCommit()
            counts.append(allocation_counter_stop())
        }
        return counts
    }

    private static func configuration() throws -> Configuration {
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
    private static func batch(second: Int, payload: String) -> MessageBatch {
        var batch = MessageBatch()
        for feed in 0..<feedCount {
            let time = start + Int64(second) * 1_000_000_000 + Int64(feed) * 4_000_000
            let text =
                payload
                .replacing("20.5", with: "20.\((second * 7 + feed) % 90 + 10)")
                .replacing("TIME", with: "\(time / 1_000_000)")
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

    private static func fail(_ reason: String) -> Never {
        print("allocation-probe: \(reason)")
        exit(1)
    }
}
